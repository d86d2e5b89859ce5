import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { readFrame } from '../../../engine/data/frame';
import { scanDataset } from '../../../engine/data/scan';
import { ModelyardError } from '../../../engine/errors';
import type { DataFormat } from '../../../engine/protocol/data';
import type { Frame, FrameColumn } from '../../../engine/protocol/frame';
import type { DatasetSource } from '../../../engine/protocol/jobs';
import type { Expectation } from '../../../engine/protocol/expectations';
import { temporaryFolder } from '../../support/store';

export const never = new AbortController().signal;
export const fixture = (name: string): string => path.resolve(import.meta.dirname, '../../fixtures/data', name);

export type Options = Partial<Omit<DatasetSource, 'expect'>> & {
  readonly expect?: readonly (Partial<Expectation> & object)[];
};

/** A dataset `d` over an existing file. */
export function sourceOf(file: string, { expect: rules = [], ...options }: Options = {}): DatasetSource {
  return {
    name: 'd',
    path: file,
    file: `data/${path.basename(file)}`,
    format: 'csv',
    missing: [],
    ...options,
    expect: rules.map(rule => ({ severity: 'error', ...rule })),
  };
}

const endings: Record<DataFormat, string> = {
  csv: 'd.csv',
  jsonl: 'd.jsonl',
  parquet: 'd.parquet',
  sqlite: 'd.sqlite',
  duckdb: 'd.duckdb',
};

/** A dataset `d` in a new file that is removed after the test. */
export function dataset(content: string | Uint8Array, options: Options = {}): DatasetSource {
  const file = path.join(temporaryFolder(), endings[options.format ?? 'csv']);
  writeFileSync(file, content);
  return sourceOf(file, options);
}

export const frameOf = (content: string | Uint8Array, options: Options = {}): Promise<Frame> =>
  readFrame(dataset(content, options), never);

/** `{name: [type, values…]}`: missing as null, texts by their categories. */
export const plain = (frame: Frame): Record<string, unknown[]> =>
  Object.fromEntries(frame.columns.map(column => [column.name, [column.type, ...values(column)]]));

export function values(column: FrameColumn): (string | number | null)[] {
  if (column.kind === 'number') return Array.from(column.values, value => (Number.isNaN(value) ? null : value));
  return Array.from(column.codes, code => (code === -1 ? null : column.categories[code]!));
}

export const scan = (source: DatasetSource, now = Date.parse('2025-01-01T00:00:00Z')) =>
  scanDataset(source, { signal: never, now, progress: () => undefined });

/** The ModelyardError that a promise ends with; anything else fails the test. */
export async function errorOf(work: Promise<unknown>): Promise<ModelyardError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(ModelyardError);
  if (!(outcome instanceof ModelyardError)) throw new Error('unreachable');
  return outcome;
}
