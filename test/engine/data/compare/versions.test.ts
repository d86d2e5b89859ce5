import path from 'node:path';
import { expect, test } from 'vitest';
import type { ComparableVersion } from '../../../../engine/data/compare/compareVersions';
import { compareVersions } from '../../../../engine/data/compare/compareVersions';
import { readDistributions, writeDistributions } from '../../../../engine/data/distributionFile';
import { validateDataset } from '../../../../engine/data/validateDataset';
import type { ColumnComparison } from '../../../../engine/protocol/datasets';
import { temporaryFolder } from '../../../support/store';
import { dataset, never } from '../support';

/** Profile and distributions as they come back from what a job has written. */
async function version(content: string): Promise<ComparableVersion> {
  const found = await validateDataset(dataset(content), { signal: never, progress: () => undefined });
  const file = path.join(temporaryFolder(), 'distributions.json.gz');
  await writeDistributions(file, found.distributions);
  return { profile: found.profile, distributions: await readDistributions(file) };
}
const lines = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => of(i)).join('\n');
const named = (columns: readonly ColumnComparison[], name: string): ColumnComparison =>
  columns.find(column => column.name === name)!;
/** Repeats, but not in the order of the rows. */
const noise = (i: number, seed = 1): number => ((i * 2654435761 + seed * 40503) >>> 0) / 4294967296;

test('the same content is alike in every column, with p = 1', async () => {
  const content = `a,b,c,d\n${lines(300, i => `${noise(i)},${i % 4},${i % 3 ? 'x' : 'y'},${i % 2 ? 'true' : 'false'}`)}`;
  const columns = compareVersions(await version(content), await version(content));
  expect(columns.map(({ name, verdict, change }) => [name, verdict, change?.p, change?.psi])).toEqual(
    ['a', 'b', 'c', 'd'].map(name => [name, 'alike', 1, 0]),
  );
});

test('more rows than are kept: a sample, which says so, and whose numbers are near those of the whole', async () => {
  const before = await version(`x\n${lines(50_000, i => String(noise(i)))}`);
  const after = await version(`x\n${lines(50_000, i => String(noise(i) + 0.2))}`);
  const { change, verdict } = named(compareVersions(before, after), 'x');
  expect(change).toMatchObject({
    before: { kind: 'sample', values: 32768, of: 50_000 },
    after: { kind: 'sample', values: 32768, of: 50_000 },
    method: 'asymptotic',
  });
  // Uniform in [0, 1) and moved by 0.2: D = 0.2, Wasserstein 0.2 / √(1/12).
  expect(change?.statistic).toBeCloseTo(0.2, 2);
  expect(change?.wasserstein).toBeCloseTo(0.2 * Math.sqrt(12), 1);
  expect(verdict).toBe('different');
});

test('with many rows a small change is significant, yet slight; with few a large one is unsure', async () => {
  const big = (shift: number) => `x\n${lines(20_000, i => String(noise(i) + shift))}`;
  expect(named(compareVersions(await version(big(0)), await version(big(0.02))), 'x')).toMatchObject({
    verdict: 'slight',
  });
  const small = (shift: number) => `x\n${lines(8, i => String(noise(i) + shift))}`;
  expect(named(compareVersions(await version(small(0)), await version(small(0.1))), 'x')).toMatchObject({
    verdict: 'unsure',
  });
});

test('columns that come, go, change their type or their gaps stand before the others', async () => {
  const before = await version(
    `same,gaps,typed,gone\n${lines(400, i => `${noise(i)},${noise(i, 2)},${i},${noise(i) ** 9}`)}`,
  );
  const after = await version(
    `same,gaps,typed,come\n${lines(400, i => `${noise(i)},${i % 3 ? noise(i, 2) : ''},t${i % 7},${i % 2 ? 'x' : 'y'}`)}`,
  );
  const columns = compareVersions(before, after);
  expect(columns.map(({ name, kind, verdict }) => [name, kind, verdict])).toEqual([
    ['gone', 'removed', 'untested'],
    ['come', 'added', 'untested'],
    ['typed', 'kept', 'untested'],
    ['gaps', 'kept', 'different'],
    ['same', 'kept', 'alike'],
  ]);
  expect(named(columns, 'typed').retyped).toEqual({ from: 'integer', to: 'string' });
  expect(named(columns, 'gaps').missing).toMatchObject({ before: 0, after: 134 / 400 });
});

test('a renamed column is found by its values; flags only when the names are alike as well', async () => {
  const row = (i: number): string => `${noise(i)},${i % 2},${['a', 'b', 'c', 'd'][i % 4]},id${i}`;
  const before = await version(`income,flag_old,grade,key\n${lines(300, row)}`);
  const after = await version(`earnings,other,class,key2\n${lines(300, row)}`);
  const columns = compareVersions(before, after);
  expect(columns.filter(({ kind }) => kind === 'renamed').map(({ name, formerly }) => [formerly, name])).toEqual(
    expect.arrayContaining([
      ['income', 'earnings'],
      ['grade', 'class'],
      ['key', 'key2'],
    ]),
  );
  expect(columns.filter(({ kind }) => kind === 'removed').map(({ name }) => name)).toEqual(['flag_old']);
  const alike = compareVersions(before, await version(`income,flag_odd,grade,key\n${lines(300, row)}`));
  expect(named(alike, 'flag_odd')).toMatchObject({ kind: 'renamed', formerly: 'flag_old' });
});

test('a version of which only the profile was kept is compared by its bins, and that is said', async () => {
  const before = await version(`x,c\n${lines(1000, i => `${noise(i)},${i % 2 ? 'a' : 'b'}`)}`);
  const after = await version(`x,c\n${lines(1000, i => `${noise(i) + 0.5},${i % 4 ? 'a' : 'b'}`)}`);
  const whole = compareVersions(before, after);
  const binned = compareVersions({ ...before, distributions: new Map() }, after);
  const x = named(binned, 'x').change!;
  expect(x.before).toEqual({ kind: 'profile', values: 1000, of: 1000 });
  expect(x.method).toBe('asymptotic');
  expect(Math.abs(x.statistic - named(whole, 'x').change!.statistic)).toBeLessThan(1 / 20);
  expect(Math.abs(x.wasserstein! - named(whole, 'x').change!.wasserstein!)).toBeLessThan(0.1);
  expect(named(binned, 'c').change?.statistic).toBe(named(whole, 'c').change?.statistic);
});

test('categories beyond those that are kept are taken together, and count', async () => {
  const content = (shift: number) => `c\n${lines(6000, i => (i % 3 ? `common${(i + shift) % 2}` : `rare${i % 1500}`))}`;
  const { change, bins } = named(compareVersions(await version(content(0)), await version(content(0))), 'c');
  expect(change).toMatchObject({ p: 1, jensenShannon: 0 });
  expect(bins!.labels!.at(-1)).toBe('…');
  expect(bins!.before.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
});
