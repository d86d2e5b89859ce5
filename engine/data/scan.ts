import { ModelyardError, throwIfAborted } from '../errors';
import type { CheckResult, ColumnProfile, ColumnType } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';
import { buildChecks } from './checks/buildChecks';
import type { Check } from './checks/check';
import { columnHint } from './closest';
import { dataError, fileName } from './read/dataFile';
import { declaredTypes } from './declaredTypes';
import { noRows } from './frame';
import type { Distribution } from './profile/distribution';
import { ColumnProfiler, profileBound } from './profile/columnProfiler';
import type { Batch, ColumnBatch, DataReader } from './read/batch';
import { openReader } from './read/openReader';

export interface ScanOptions {
  readonly signal: AbortSignal;
  /** ms since 1970: what `fresh_within` counts from. */
  readonly now: number;
  /** False: `expect:` only says the types, and its columns need not be there. */
  readonly judge?: boolean;
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
 * Reads a dataset once for its digest, types, profile and checks, in memory that does not grow with the rows but for
 * `unique` (16 to 32 bytes a row). Columns whose later rows contradict the type of the first ones are profiled in a second pass.
 * @throws ModelyardError `data.*`, `config.invalid`, `cancelled`
 */
export async function scanDataset(source: DatasetSource, options: ScanOptions): Promise<ScanResult> {
  const judge = options.judge ?? true;
  const checks = judge ? buildChecks(source, options.now) : [];
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
    const judged = checks.map(check => check.finish({ rows, modifiedAt }));
    return { digest, bytes, rows, columns, checks: judged, distributions };
  } finally {
    await reader.close();
  }
}

/** One reading of the file. */
class Pass {
  rows = 0;
  readonly profilers: ColumnProfiler[] = [];
  readonly #source: DatasetSource;
  readonly #reader: DataReader;
  readonly #checks: readonly Check[];
  readonly #declared: ReadonlyMap<string, ColumnType>;

  constructor(source: DatasetSource, reader: DataReader, checks: readonly Check[]) {
    this.#source = source;
    this.#reader = reader;
    this.#checks = checks;
    this.#declared = declaredTypes(source);
  }

  /** @throws ModelyardError `data.column` for a rule on a column that the data lacks */
  assertColumns(): void {
    const { columns } = this.#reader;
    this.#source.expect.forEach(({ column, unique }, index) => {
      const together = typeof unique === 'boolean' || unique === undefined ? [] : [unique].flat();
      for (const name of [...(column === undefined ? [] : [column]), ...together])
        if (!columns.includes(name)) throw unknownColumn({ source: this.#source, name, columns, index });
    });
  }

  async run(options: ScanOptions): Promise<void> {
    for await (const batch of this.#reader.batches()) {
      throwIfAborted(options.signal);
      await this.#columns(batch);
      for (const check of this.#checks) await check.endBatch?.(batch, name => this.#column(batch, name));
      this.rows += batch.rows;
      options.progress(this.#reader.bytesRead / this.#reader.bytes);
    }
  }

  async #columns(batch: Batch): Promise<void> {
    const { columns } = this.#reader;
    for (const [index, name] of columns.entries()) {
      const column = await batch.column(index);
      this.#profiler(index, name).add(column);
      await this.#check(name, column, batch);
    }
    // A key that no JSON line had so far is missing in all rows.
    const absent = new Set(this.#checks.flatMap(check => check.columns).filter(name => !columns.includes(name)));
    for (const name of absent) await this.#check(name, missingColumn(batch.rows), batch);
  }

  async #check(name: string, column: ColumnBatch, batch: Batch): Promise<void> {
    for (const check of this.#checks) if (check.columns.includes(name)) await check.add?.(column, batch);
  }

  #profiler(index: number, name: string): ColumnProfiler {
    const bound = profileBound(this.#reader.columns.length);
    return (this.profilers[index] ??= new ColumnProfiler(name, {
      rows: this.rows,
      bound,
      type: this.#declared.get(name),
      empty: this.#reader.types?.[index],
    }));
  }

  async #column(batch: Batch, name: string): Promise<ColumnBatch> {
    const index = this.#reader.columns.indexOf(name);
    return index < 0 ? missingColumn(batch.rows) : batch.column(index);
  }
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

function missingColumn(rows: number): ColumnBatch {
  const bytes = Buffer.alloc(0);
  const places = new Int32Array(rows);
  const texts = { bytes, starts: places, ends: places, stride: 1, offset: 0 };
  return { rows, kinds: new Uint8Array(rows), numbers: new Float64Array(rows).fill(Number.NaN), texts: () => texts };
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
