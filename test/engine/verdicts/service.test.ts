import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { ConfigDiagnostic } from '../../../engine/protocol/config';
import type { CheckQuery, CheckReport, Outcome, VerdictKind } from '../../../engine/protocol/verdicts';
import { VerdictService } from '../../../engine/verdicts/service';
import type { FoundGroup, FoundVerdict, VerdictSource } from '../../../engine/verdicts/source';

const verdict = (id: string, outcome: Outcome = 'passed', key?: string): FoundVerdict => ({
  ...{ id, outcome, rule: id, sentence: `${id}.`, severity: 'error' },
  ...(key !== undefined && { key }),
});

const group = (id: string, kind: VerdictKind, verdicts: readonly FoundVerdict[]): FoundGroup => ({
  ...{ id, kind, title: id, subject: id.split('/')[1] ?? id, duration: 0, verdicts },
});

const saying = (kind: VerdictKind, ...groups: readonly FoundGroup[]): VerdictSource => ({
  kind,
  judge: ({ selection }) => Promise.resolve(groups.filter(one => selection.mayHave(one))),
});

const data = saying(
  'data',
  group('dataset/a', 'data', [verdict('dataset/a/expect/0', 'passed', 'datasets.a.expect.0'), verdict('dataset/a/expect/1', 'warned')]), // prettier-ignore
  group('dataset/ab', 'data', [verdict('dataset/ab/checks/nulls', 'waived')]),
);
const gates = saying('model', group('model/m/dev', 'model', [verdict('model/m/dev/auc', 'unknown')]));

function check(
  sources: readonly VerdictSource[],
  query: CheckQuery = {},
  { diagnostics = [], signal = new AbortController().signal }: { diagnostics?: readonly ConfigDiagnostic[]; signal?: AbortSignal } = {}, // prettier-ignore
): Promise<CheckReport> {
  let now = 0;
  const config = { name: 'w', datasets: {}, pipelines: {}, models: {}, tracking: { system_metrics: false } };
  const service = new VerdictService({
    sources,
    configFile: 'modelyard.yaml',
    config: {
      diagnose: () => Promise.resolve(diagnostics),
      load: () => Promise.resolve({ config }),
      locate: keys => Promise.resolve(keys.map((_, i) => ({ startLine: 7 + i, startColumn: 3, endLine: 7 + i, endColumn: 9 }))), // prettier-ignore
    },
    now: () => (now += 5),
  });
  return service.check(query, { fresh: true, progress: () => undefined }, signal);
}

const ids = ({ groups }: CheckReport): readonly string[] =>
  groups.flatMap(({ verdicts }) => verdicts.map(({ id }) => id));

const failing = (kind: VerdictKind, error: unknown): VerdictSource => ({ kind, judge: () => Promise.reject(error) });

test('one report of all sources: the worst, the counts, and each rule at its line', async () => {
  const report = await check([data, gates]);
  expect(report).toMatchObject({
    ...{ format: 1, workspace: 'w', startedAt: 5, duration: 5, outcome: 'unknown' },
    counts: { passed: 1, waived: 1, warned: 1, unknown: 1, failed: 0 },
  });
  expect(report.groups[0]?.verdicts.map(({ place }) => place)).toEqual([
    { file: 'modelyard.yaml', line: 7, column: 3, endLine: 7, endColumn: 9, key: 'datasets.a.expect.0' },
    undefined,
  ]);
});

test.each<[readonly string[], readonly string[]]>([
  [['data'], ['dataset/a/expect/0', 'dataset/a/expect/1', 'dataset/ab/checks/nulls']],
  [['dataset/a'], ['dataset/a/expect/0', 'dataset/a/expect/1']],
  [['a'], ['dataset/a/expect/0', 'dataset/a/expect/1']],
  [['dataset/ab/checks'], ['dataset/ab/checks/nulls']],
  [
    ['dataset/a/expect/1', 'm'],
    ['dataset/a/expect/1', 'model/m/dev/auc'],
  ],
])('only %j', async (only, expected) => {
  expect(ids(await check([data, gates], { only }))).toEqual(expected);
});

test('a name that nothing has is refused with those there are, also beside one that something has', async () => {
  const error = await check([data, gates], { only: ['dataset/a', 'dataset/a/expect/9'] }).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: 'not-found',
    message: 'Nothing that is checked is called dataset/a/expect/9.',
    fix: 'There are dataset/a.',
  });
});

test('rules that say the same keep ids of their own, the first the plain one', async () => {
  const twice = saying('model', group('model/m/dev', 'model', [verdict('x'), verdict('x', 'failed'), verdict('y')]));
  const report = await check([twice]);
  expect([ids(report), report.outcome]).toEqual([['x', 'x#2', 'y'], 'failed']);
});

test('a source that fails does not pass, and takes no other with it', async () => {
  const why = new ModelyardError('conflict', 'The store is away.', { fix: 'Bring it back.', place: { file: 'a.csv' } });
  const report = await check([failing('data', why), gates, failing('ci', new Error('boom'))]);
  expect(report.groups.map(({ id }) => id)).toEqual(['data', 'model/m/dev', 'ci']);
  expect(report.groups[0]?.verdicts[0]).toMatchObject({
    ...{ id: 'data/judged', outcome: 'unknown', sentence: 'The store is away.', hints: ['Bring it back.'] },
    place: { file: 'a.csv' },
  });
  expect(report.counts.unknown).toBe(3);
});

test('who cancels gets no report', async () => {
  const cancelled = new ModelyardError('cancelled', 'Cancelled.');
  await expect(check([failing('data', cancelled), gates])).rejects.toBe(cancelled);
  const abort = new AbortController();
  abort.abort();
  const late = new Error('closed');
  await expect(check([failing('data', late)], {}, { signal: abort.signal })).rejects.toBe(late);
});

test('a modelyard.yaml with errors: what it says of data and models is unknown, and nobody is asked', async () => {
  const range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 };
  const diagnostics = [{ severity: 'error', code: 'yaml', message: 'broken', range, key: '' }] as const;
  const untouched = failing('data', new Error('asked'));
  const sources = [untouched, gates, failing('ci', new Error('asked'))];
  for (const only of [[], ['applications'], ['model/m/dev']])
    expect(ids(await check(sources, { only }, { diagnostics }))).toEqual(['data/judged', 'model/judged']);
  const all = await check(sources, {}, { diagnostics });
  expect([all.workspace, all.outcome]).toEqual(['', 'unknown']);
  expect(all.groups[0]?.verdicts[0]?.sentence).toContain('has errors');
});

test('nothing to judge is a pass; a huge report keeps each rule', async () => {
  expect(await check([])).toMatchObject({ outcome: 'passed', groups: [] });
  const many = Array.from({ length: 50_000 }, (_, i) => verdict(`d/${i}`, i === 7 ? 'failed' : 'passed'));
  const report = await check([saying('data', group('dataset/d', 'data', many))]);
  expect([report.outcome, report.counts.passed]).toEqual(['failed', 49_999]);
});
