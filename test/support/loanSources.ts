import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { duckdbModule } from '../../engine/data/read/duckdbModule';

/** A row of a source of loans; times are ISO texts of UTC. */
export interface Loan {
  readonly applicant_id: number | null;
  readonly opened_at: string;
  readonly known_at: string | null;
  readonly amount: number | null;
  readonly grade: string | null;
  readonly income: number;
}

/** A kind of source: what modelyard.yaml says of the dataset, and how rows get into it. */
export interface LoanSource {
  /** What stands behind `loans:`. */
  readonly dataset: string;
  /** Files of text: the lines that places point to hold the row. */
  readonly hasLines: boolean;
  /** What the editor says something of. */
  readonly marked?: readonly string[];
  begin(folder: string, rows: readonly Loan[]): Promise<void> | void;
  /** Later: more rows. */
  add(folder: string, rows: readonly Loan[]): Promise<void> | void;
}

const names = ['applicant_id', 'opened_at', 'known_at', 'amount', 'grade', 'income'] as const;
const cell = (value: string | number | null): string =>
  value === null ? '' : typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);
const csv = (rows: readonly Loan[], order: readonly (keyof Loan)[] = names): string =>
  [order.join(','), ...rows.map(row => order.map(name => cell(row[name])).join(',')), ''].join('\n');
const jsonLine = (row: Loan): string => `${JSON.stringify(row)}\n`;
/** The keys of a row that hold something. */
const sparse = (row: Loan): string =>
  `${JSON.stringify(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)))}\n`;

function put(folder: string, file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), content);
}

const half = (rows: readonly Loan[]): readonly (readonly Loan[])[] => [rows.slice(0, 3), rows.slice(3)];

const csvFolder: LoanSource = {
  dataset: '{path: data/loans, format: csv}',
  hasLines: true,
  begin: (folder, rows) => {
    const [first = [], second = []] = half(rows);
    put(folder, 'data/loans/2024/b.csv', csv(first));
    put(folder, 'data/loans/2025.csv', csv(second, names.toReversed()));
    put(folder, 'data/loans/_SUCCESS', '');
  },
  // before the others by its name
  add: (folder, rows) => put(folder, 'data/loans/2024/a.csv', csv(rows)),
};

const csvPattern: LoanSource = {
  dataset: "{path: 'data/loans-*.csv'}",
  hasLines: true,
  begin: (folder, rows) => {
    for (const [index, part] of half(rows).entries()) put(folder, `data/loans-${index}.csv`, csv(part));
    put(folder, 'data/other.csv', 'a\n1\n');
  },
  add: (folder, rows) => put(folder, 'data/loans-2.csv', csv(rows)),
};

/** Whole numbers where all are, as another program would write each part by itself. */
function parquet(rows: readonly Loan[], isWhole: boolean): Uint8Array {
  const time = (text: string | null): Date | null => (text === null ? null : new Date(text));
  const numbers = (of: (row: Loan) => number | null) => rows.map(row => of(row) ?? undefined);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'applicant_id', data: numbers(row => row.applicant_id), type: isWhole ? 'INT32' : 'DOUBLE' },
        { name: 'opened_at', data: rows.map(row => time(row.opened_at)), type: 'TIMESTAMP' },
        { name: 'known_at', data: rows.map(row => time(row.known_at) ?? undefined), type: 'TIMESTAMP' },
        { name: 'amount', data: numbers(row => row.amount), type: 'DOUBLE' },
        { name: 'grade', data: rows.map(row => row.grade ?? undefined), type: 'STRING' },
        { name: 'income', data: numbers(row => row.income), type: isWhole ? 'INT32' : 'DOUBLE' },
      ],
      rowGroupSize: 2,
    }),
  );
}

const parquetPattern: LoanSource = {
  dataset: "{path: 'data/loans/part-*.parquet'}",
  hasLines: false,
  marked: ['applicant'], // its keys are numbers by their type
  begin: (folder, rows) => {
    const [first = [], second = []] = half(rows);
    put(folder, 'data/loans/part-1.parquet', parquet(first, true));
    put(folder, 'data/loans/part-2.parquet', parquet(second, false));
    put(folder, 'data/loans/_part-3.parquet', 'half written');
  },
  add: (folder, rows) => put(folder, 'data/loans/part-3.parquet', parquet(rows, true)),
};

const jsonLines: LoanSource = {
  dataset: '{path: data/loans.jsonl}',
  hasLines: true,
  begin: (folder, rows) => put(folder, 'data/loans.jsonl', rows.map(sparse).join('\n')),
  add: (folder, rows) => appendFileSync(path.join(folder, 'data/loans.jsonl'), rows.map(jsonLine).join('')),
};

const jsonFolder: LoanSource = {
  dataset: '{path: data/loans, format: jsonl}',
  hasLines: true,
  begin: (folder, rows) => {
    const [first = [], second = []] = half(rows);
    put(folder, 'data/loans/1.jsonl', first.map(sparse).join(''));
    put(folder, 'data/loans/2.ndjson', second.map(jsonLine).join(''));
  },
  add: (folder, rows) => put(folder, 'data/loans/3.jsonl', rows.map(jsonLine).join('')),
};

function sqlite(folder: string, work: (db: Database) => void): void {
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  const db = new Database(path.join(folder, 'data/app.sqlite'));
  try {
    work(db);
  } finally {
    db.close();
  }
}

const insert = (db: Database, rows: readonly Loan[]): void => {
  for (const row of rows)
    db.run(
      'insert into loans values (?, ?, ?, ?, ?, ?)',
      names.map(name => row[name]),
    );
};

const sqliteTable: LoanSource = {
  dataset: '{path: data/app.sqlite, table: loans}',
  hasLines: false,
  begin: (folder, rows) =>
    sqlite(folder, db => {
      db.run(
        'create table loans (applicant_id integer, opened_at datetime, known_at datetime, amount real, grade text, income integer)',
      );
      db.run('create table others (x)');
      insert(db, rows);
    }),
  add: (folder, rows) => sqlite(folder, db => insert(db, rows)),
};

/** Times as ms since 1970, and rows of somebody else, as programs have them. */
const sqliteQuery: LoanSource = {
  dataset: `
    path: data/app.sqlite
    query: |
      select applicant_id,
        strftime('%Y-%m-%dT%H:%M:%fZ', opened / 1000.0, 'unixepoch') as opened_at,
        strftime('%Y-%m-%dT%H:%M:%fZ', known / 1000.0, 'unixepoch') as known_at,
        amount, grade, income
      from events where kind = 'loan';`,
  hasLines: false,
  begin: (folder, rows) =>
    sqlite(folder, db => {
      db.run('create table events (kind, applicant_id, opened, known, amount, grade, income)');
      db.run("insert into events values ('other', 1, 1700000000000, 1700000000000, 1e9, 'Z', 1)");
      insertEvents(db, rows);
    }),
  add: (folder, rows) => sqlite(folder, db => insertEvents(db, rows)),
};

const ms = (text: string | null): number | null => (text === null ? null : Date.parse(text));
const insertEvents = (db: Database, rows: readonly Loan[]): void => {
  for (const { applicant_id, opened_at, known_at, amount, grade, income } of rows)
    db.run(`insert into events values ('loan', ?, ?, ?, ?, ?, ?)`, [
      ...[applicant_id, ms(opened_at), ms(known_at), amount, grade, income],
    ]);
};

async function duckdb(folder: string, packages: string, sql: readonly string[]): Promise<void> {
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  // the engine looks for the package in the workspace
  const link = path.join(folder, 'node_modules');
  if (!existsSync(link)) symlinkSync(path.join(packages, 'node_modules'), link);
  const file = path.join(folder, 'data/app.duckdb');
  const source = { name: 'loans', path: file, format: 'duckdb', missing: [], expect: [] } as const;
  const instance = await duckdbModule(source, packages).DuckDBInstance.create(file, {});
  try {
    const connection = await instance.connect();
    try {
      for (const one of sql) await connection.run(one);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

const sqlText = (value: string | number | null): string =>
  value === null ? 'null' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
const inserts = (rows: readonly Loan[]): readonly string[] =>
  rows.map(row => `insert into loans values (${names.map(name => sqlText(row[name])).join(', ')})`);

const duckdbSource = (packages: string, selection: string): LoanSource => ({
  dataset: `{path: data/app.duckdb, ${selection}}`,
  hasLines: false,
  begin: (folder, rows) =>
    duckdb(folder, packages, [
      'create table loans (applicant_id bigint, opened_at timestamptz, known_at timestamp, amount double, grade varchar, income decimal(12, 2))',
      ...inserts(rows),
    ]),
  add: (folder, rows) => duckdb(folder, packages, inserts(rows)),
});

/** Every kind of source by its name; DuckDB's only with the folder that has its package (`MODELYARD_TEST_DUCKDB`). */
export const loanSources: Readonly<Record<string, LoanSource>> = {
  'a folder of CSV files': csvFolder,
  'CSV files by a pattern': csvPattern,
  'Parquet files by a pattern': parquetPattern,
  'JSON lines': jsonLines,
  'a folder of JSON lines': jsonFolder,
  'a table of SQLite': sqliteTable,
  'a query of SQLite': sqliteQuery,
};

export const duckdbSources = (packages: string): Readonly<Record<string, LoanSource>> => ({
  'a table of DuckDB': duckdbSource(packages, 'table: main.loans'),
  'a query of DuckDB': duckdbSource(packages, 'query: SELECT * FROM loans ORDER BY opened_at DESC'),
});

/** The text of a line of a file. */
export const lineAt = (folder: string, { file, line }: { readonly file: string; readonly line?: number }): string =>
  readFileSync(path.join(folder, file), 'utf8').split('\n')[(line ?? 0) - 1] ?? '';
