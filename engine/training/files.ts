import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { ModelyardError } from '../errors';

/** A list of finite numbers, as float64. */
export const numbers = v.pipe(
  v.array(v.pipe(v.number(), v.finite())),
  v.transform(values => Float64Array.from(values)),
);

/** The file behind the output kind `split`: row numbers of the data file (0 = first data row), each list ascending. */
export interface SplitFile {
  readonly version: 1;
  /** Name of the dataset; its source is looked up among the job's, so that a moved folder keeps working. */
  readonly dataset: string;
  /** sha-256 of the data file the row numbers belong to. */
  readonly digest: string;
  readonly rows: number;
  readonly method: 'random' | 'stratified' | 'group' | 'time';
  /** The column it was split by. */
  readonly by?: string;
  readonly seed: number;
  /** Of the rows, which was asked for as the test part; earlier builds did not say. */
  readonly share?: number;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

const rowNumbers = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));

const splitFileSchema = v.object({
  version: v.literal(1),
  dataset: v.string(),
  digest: v.string(),
  rows: v.number(),
  method: v.picklist(['random', 'stratified', 'group', 'time']),
  by: v.exactOptional(v.string()),
  seed: v.number(),
  share: v.exactOptional(v.number()),
  train: rowNumbers,
  test: rowNumbers,
});

/** @throws ModelyardError `data.unreadable` when the file is not JSON of the schema's shape. */
export async function readJson<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ModelyardError('data.unreadable', `${path} cannot be read as JSON.`, { cause });
  }
  const result = v.safeParse(schema, parsed);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const key = v.getDotPath(issue);
  throw new ModelyardError('data.unreadable', `${path} is not what it should be: ${key ?? 'it'}: ${issue.message}`);
}

export const readSplitFile = (path: string): Promise<SplitFile> => readJson(path, splitFileSchema);

/** One line with a final newline; the same value gives the same bytes. */
export const writeJson = (path: string, value: unknown): Promise<void> => writeFile(path, `${JSON.stringify(value)}\n`);
