import { join } from 'node:path';
import * as v from 'valibot';
import type { ColumnType } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';
import { dataset } from './grammar/datasets';
import type { Named, Names } from './named';
import { toPlain } from './yaml/tree';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}
/** The columns of a dataset; undefined when they cannot be known now. Cached by whoever reads the data. */
export type ReadColumns = (source: DatasetSource) => Promise<readonly Column[] | undefined>;

/** Datasets of a text that may have errors elsewhere, as the data room wants them. */
export function sourceOf(root: string, named: Named): DatasetSource | undefined {
  const plain = toPlain(named.node);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return undefined;
  const withoutChecks = Object.fromEntries(Object.entries(plain).filter(([key]) => !unneeded.has(key)));
  const parsed = v.safeParse(dataset, withoutChecks);
  if (!parsed.success) return undefined;
  const { format, path, delimiter, table, query, missing } = parsed.output;
  const place = { name: named.name, path: join(root, path), root, file: path, format, missing, expect: [] };
  return {
    ...place,
    ...(delimiter !== undefined && { delimiter }),
    ...(table !== undefined && { table }),
    ...(query !== undefined && { query }),
  };
}
const unneeded = new Set(['expect', 'description']);

export const datasetSource = (root: string, names: Names, name: string | undefined): DatasetSource | undefined => {
  const named = name === undefined ? undefined : names.datasets.get(name);
  return named && sourceOf(root, named);
};
