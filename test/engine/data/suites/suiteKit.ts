import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { dataChecks } from '../../../../engine/config/grammar/dataChecks/dataCheck';
import { judgeChecks } from '../../../../engine/data/suites/judgeChecks';
import { readTable, type SuiteTable } from '../../../../engine/data/suites/table';
import { validateDataset } from '../../../../engine/data/validateDataset';
import type { DataCheckResult, DataRoles } from '../../../../engine/protocol/dataChecks';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { domainClassifier } from '../../../../engine/training/domainClassifier';
import { dataset, fixture, never, sourceOf, type Options } from '../support';

export const suiteFile = (name: string): string => path.join(fixture('suites'), name);

/** What deepchecks says; made by make.py beside it. */
export const reference: unknown = JSON.parse(readFileSync(suiteFile('deepchecks.json'), 'utf8'));

export async function tableOf(source: DatasetSource, cells?: number): Promise<SuiteTable> {
  const { profile } = await validateDataset(source, { signal: never, progress: () => undefined }, { judge: false });
  const { rows, columns } = profile;
  return readTable(source, { rows, columns, seed: 42, ...(cells !== undefined && { cells }) }, never);
}

export const messy = (): Promise<SuiteTable> => tableOf(sourceOf(suiteFile('messy.csv')));
export const written = (text: string, options?: Options): Promise<SuiteTable> => tableOf(dataset(text, options));

/** Judges entries of `checks:` as they stand in a file. */
export function judge(
  table: SuiteTable,
  checks: readonly unknown[],
  { roles = {}, train }: { readonly roles?: DataRoles; readonly train?: number } = {},
): Promise<readonly DataCheckResult[]> {
  const all = Int32Array.from({ length: table.frame.rows }, (_, row) => row);
  const parts = train === undefined ? undefined : { train: all.subarray(0, train), test: all.subarray(train) };
  return judgeChecks(
    {
      dataset: 'd',
      table,
      checks: v.parse(dataChecks, checks),
      roles,
      domain: domainClassifier,
      progress: () => undefined,
      ...(parts && { parts }),
    },
    never,
  );
}

export async function judgeOne(...given: Parameters<typeof judge>): Promise<DataCheckResult> {
  const [first] = await judge(...given);
  if (!first) throw new Error('no check was judged');
  return first;
}
