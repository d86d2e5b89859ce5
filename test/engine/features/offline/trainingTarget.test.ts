import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { requireTarget } from '../../../../engine/features/offline/trainingTarget';
import type { DataFormat } from '../../../../engine/protocol/data';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { temporaryFolder } from '../../../support/store';

/** A workspace with two parts of loans, whose own name reads as a pattern. */
function workspace() {
  const root = path.join(temporaryFolder(), 'work [1]');
  mkdirSync(path.join(root, 'data/loans'), { recursive: true });
  for (const name of ['data/loans/1.csv', 'data/asked.csv']) writeFileSync(path.join(root, name), 'id\n1\n');
  const source = (file: string, format: DataFormat = 'csv'): DatasetSource => ({
    ...{ name: 'd', root, file, path: path.join(root, file), format, missing: [], expect: [] },
  });
  const loans = (file: string) => ({
    ...{ view: 'loans', version: 1, features: ['a'], sources: [source(file)] },
    definition: { kind: 'batch', push: false, timezone: 'UTC', entities: [], features: [] } as const,
  });
  const to = (target: string, from = 'data/loans', format: DataFormat = 'csv') =>
    requireTarget(source(target, format), { entities: source('data/asked.csv'), views: [loans(from)] });
  return { to };
}

it('is a file that no reading comes across', async () => {
  const { to } = workspace();
  for (const target of ['set.csv', 'data/set.csv', 'data/loans/set.json', 'new/folder/set.csv', 'data/loans/_set.csv'])
    await to(target);
  await to('data/loans/set.csv', 'data/loans/part-*.csv');
});

it.each([
  ['data/loans/1.csv', 'data/loans', 'data/loans/1.csv would be one of the files of data/loans, which the join reads.'],
  ['data/loans/new/set.csv', 'data/loans', 'would be one of the files of data/loans, which the join reads.'],
  ['data/loans/part-9.csv', 'data/*/part-*.csv', 'would be one of the files of data/*/part-*.csv'],
  ['data/asked.csv', 'data/loans', 'data/asked.csv is read by the join, and cannot be what it writes.'],
])('is not %s where %s is read', async (target, from, message) => {
  const refused = expect(workspace().to(target, from)).rejects;
  await refused.toMatchObject({ code: 'conflict', message: expect.stringContaining(message) });
});

it.each([
  ['data/loans', 'csv', 'data/loans stands for several files, and a training set is one.'],
  ['sets/*.csv', 'csv', 'sets/*.csv stands for several files, and a training set is one.'],
  ['app.db', 'sqlite', 'app.db is a database, which no training set is written to.'],
] as const)('is not %s of the format %s', async (target, format, message) => {
  const refused = expect(workspace().to(target, 'data/asked.csv', format)).rejects;
  await refused.toMatchObject({ code: 'params.invalid', message });
});
