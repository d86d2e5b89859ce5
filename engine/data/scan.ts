import { ModelyardError, throwIfAborted } from '../errors';
import type { CheckResult, ColumnProfile, ColumnType } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';
import { buildChecks, type BuiltCheck } from './checks/buildChecks';
import { number } from './checks/sentences';
import type { CheckMemory } from './checks/checkMemory';
import { loadReferences } from './checks/references';
import { Feed, missingColumn } from './checkFeed';
import { columnHint } from './closest';
import { dataError, fileName } from './read/dataFile';
import { declaredTypes, emptyTypes } from './declaredTypes';
import { noRows } from './frame';
import type { Distribution } from './profile/distribution';
import { ColumnProfiler, profileBound } from './profile/columnProfiler';
import type { DataReader } from './read/batch';
import { openReader } from './read/openReader';

export interface ScanOptions {
  readonly signal: AbortSignal;
  /** ms since 1970: what `fresh_within` counts from. */
  readonly now: number;
  /** False: `expect:` only says the types, and its columns need not be there. */
  readonly judge?: boolean;
  /** Failing rows that are kept of each check; default 100. */
  readonly keep?: number;
  /** Index of the one rule of `expect:` that is judged. */
  readonly only?: number;
  /** Folder for what does not fit into the memory; default: that of the system. */
  readonly scratch?: string;
  /** Default: shared out among the rules. */
  readonly memory?: CheckMemory;
  /** Share of the bytes read, in [0, 1]. */
  progress(fraction: number): void;
}

export interface ScanResult {
  readonly digest: string;
  readonly bytes: number;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  readonly checks: readonly CheckResult[];
  readonly distributions: readonly Distribution[];
}

/**
 * Reads a dataset once for its digest, types, profile and checks, in memory that does not grow with the rows: of `unique` and
 * the number of different values what does not fit goes to a file. Columns whose later rows contradict the type of the first
 * ones are profiled in a second pass; `z_score` needs one too, and `unique` where rows turned out late to fail.
 * @throws ModelyardError `data.*`, `config.invalid`, `cancelled`
 */
export async function scanDataset(source: DatasetSource, options: ScanOptions): Promise<ScanResult> {
  const judge = options.judge ?? true;
  const checks = judge ? buildChecks(source, { ...options, references: await loadReferences(source.references) }) : [];
  const { reader, bytes, modifiedAt } = await openReader(source, { signal: options.signal, digest: true });
  try {
    const pass = new Pass(source, reader, checks);
    if (judge && source.format !== 'jsonl') pass.assertColumns();
    await pass.run(options);
    if (pass.rows === 0) throw noRows(source);
    if (judge) pass.assertColumns();
    const { rows } = pass;
    const digest = await reader.digest();
    const profilers = await profileAgain(source, pass.profilers, options);
    const columns = profilers.map(profiler => profiler.finish());
    const distributions = profilers.flatMap(profiler => profiler.distribution() ?? []);
    const last = await judgeAgain(source, checks, options);
    const table = { rows, modifiedAt, columns: [...reader.columns], digest, profile: columns };
    const judged = last.map(({ check }) => placed(check.finish(table), reader));
    return { digest, bytes, rows, columns, checks: judged, distributions };
  } finally {
    for (const { check } of checks) check.close?.();
    await reader.close();
  }
}

/** With the files of its failing rows, where there are several. */
function placed(result: CheckResult, reader: DataReader): CheckResult {
  if (!reader.placeOf) return result;
  const rows = result.rows.map(row => ({ ...row, ...reader.placeOf?.(row.line) }));
  const message = result.message.replace(/\bline (\d[\d,]*)/g, (said, line: string) => {
    const place = reader.placeOf?.(Number(line.replaceAll(',', '')));
    return place ? `line ${number(place.line)} of ${place.file}` : said;
  });
  return { ...result, rows, message };
}

/** One reading of the file. */
class Pass {
  rows = 0;
  readonly profilers: ColumnProfiler[] = [];
  readonly #source: DatasetSource;
  readonly #reader: DataReader;
  readonly #checks: readonly BuiltCheck[];
  readonly #declared: ReadonlyMap<string, ColumnType>;
  readonly #empty: ReadonlyMap<string, ColumnType>;

  constructor(source: DatasetSource, reader: DataReader, checks: readonly BuiltCheck[]) {
    this.#source = source;
    this.#reader = reader;
    this.#checks = checks;
    this.#declared = declaredTypes(source);
    this.#empty = emptyTypes(source);
  }

  /** @throws ModelyardError `data.column` for a rule on a column that the data lacks */
  assertColumns(): void {
    const { columns } = this.#reader;
    for (const { check, index } of this.#checks)
      for (const name of check.columns)
        if (!columns.includes(name)) throw unknownColumn({ source: this.#source, name, columns, index });
  }

  async run(options: ScanOptions): Promise<void> {
    const feed = new Feed(this.#source, this.#reader, this.#checks);
    for await (const batch of this.#reader.batches()) {
      throwIfAborted(options.signal);
      await feed.add(batch, (index, name, column) => this.#profiler(index, name).add(column));
      this.rows += batch.rows;
      options.progress(this.#reader.bytesRead / this.#reader.bytes);
    }
  }

  #profiler(index: number, name: string): ColumnProfiler {
    const bound = profileBound(this.#reader.columns.length);
    return (this.profilers[index] ??= new ColumnProfiler(name, {
      rows: this.rows,
      bound,
      type: this.#declared.get(name),
      empty: this.#reader.types?.[index] ?? this.#empty.get(name),
    }));
  }
}

/** The checks, those that need it having seen the data a second time. */
async function judgeAgain(
  source: DatasetSource,
  checks: readonly BuiltCheck[],
  { signal }: ScanOptions,
): Promise<readonly BuiltCheck[]> {
  const again = new Map<BuiltCheck, BuiltCheck>();
  for (const built of checks) {
    const check = built.check.again?.();
    if (check) again.set(built, { index: built.index, check });
  }
  if (again.size === 0) return checks;
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    const feed = new Feed(source, reader, [...again.values()]);
    for await (const batch of reader.batches()) {
      throwIfAborted(signal);
      await feed.add(batch);
    }
  } finally {
    await reader.close();
  }
  return checks.map(built => again.get(built) ?? built);
}

/** The profilers, those of broken columns from a second reading. */
async function profileAgain(
  source: DatasetSource,
  profilers: readonly ColumnProfiler[],
  { signal }: ScanOptions,
): Promise<readonly ColumnProfiler[]> {
  const again = new Map<number, ColumnProfiler>();
  const bound = profileBound(profilers.length);
  for (const [index, { broken, name, type }] of profilers.entries())
    if (broken) again.set(index, new ColumnProfiler(name, { rows: 0, bound, type }));
  if (again.size > 0) {
    const { reader } = await openReader(source, { signal, digest: false });
    try {
      for await (const batch of reader.batches())
        for (const [index, profiler] of again)
          profiler.add(index < reader.columns.length ? await batch.column(index) : missingColumn(batch.rows));
    } finally {
      await reader.close();
    }
  }
  return profilers.map((profiler, index) => again.get(index) ?? profiler);
}

interface UnknownColumn {
  readonly source: DatasetSource;
  readonly name: string;
  readonly columns: readonly string[];
  readonly index: number;
}

function unknownColumn({ source, name, columns, index }: UnknownColumn): ModelyardError {
  const error = dataError(
    source,
    `there is no column \`${name}\`, which \`expect:\` of dataset ${source.name} names.`,
    {
      code: 'data.column',
      fix: columnHint(name, columns),
    },
  );
  return new ModelyardError(error.code, error.message, {
    place: { file: fileName(source), ...(source.format === 'csv' && { line: 1 }), key: name },
    ...(error.fix !== undefined && { fix: error.fix }),
    data: { dataset: source.name, column: name, expect: index },
  });
}
