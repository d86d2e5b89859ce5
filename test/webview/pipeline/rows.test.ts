import { expect, test } from 'vitest';
import { newPipelineRunId } from '../../../engine/ids';
import type { RunSummary } from '../../../engine/protocol/tracking';
import { planSteps, runSteps } from '../../../webview/pipeline/graphSteps';
import { historyRows, paramsOf, withRun } from '../../../webview/pipeline/history';
import { matching, sorted } from '../../../webview/pipeline/rows';
import { aRun, aStep } from './steps';

const names = (steps: readonly { readonly name: string }[]): string => steps.map(({ name }) => name).join(' ');

test('steps are sorted by time, state and name, what has no value at the end either way', () => {
  const took = (ms: number) => ({ state: 'succeeded', startedAt: 0, endedAt: ms }) as const;
  const steps = [aStep('s10', '', took(5)), aStep('s9'), aStep('s2', '', { ...took(7), state: 'failed' })];
  expect(names(sorted(steps, { key: 'time', isDescending: true }, 0))).toBe('s2 s10 s9');
  expect(names(sorted(steps, { key: 'time', isDescending: false }, 0))).toBe('s10 s2 s9');
  expect(names(sorted(steps, { key: 'name', isDescending: false }, 0))).toBe('s2 s9 s10');
  expect(names(sorted(steps, { key: 'state', isDescending: false }, 0))).toBe('s2 s9 s10');
  expect(names(sorted(steps, { key: 'order', isDescending: true }, 0))).toBe('s2 s9 s10');
});

test('a search finds steps by all of its words, in name, kind, state and text', () => {
  const steps = [aStep('train', '', { uses: 'train', text: 'AUC 0.8' }), aStep('evaluate'), aStep('train-more')];
  const find = (text: string) => matching(steps, text, ({ state }) => state);
  expect(find('  ')).toBeUndefined();
  expect([...(find('TRAIN') ?? [])]).toEqual(['train', 'train-more']);
  expect([...(find('train auc') ?? [])]).toEqual(['train']);
  expect([...(find('nothing') ?? [])]).toEqual([]);
});

test('a plan and a run become the same kind of steps', () => {
  const from = { pipelineRun: newPipelineRunId(), runId: aRun([]).runId, run: 12, at: 5 };
  const plan = planSteps({
    ...{ pipeline: 'train', runs: 1, summary: '' },
    steps: [
      {
        name: 'a',
        uses: 'split',
        needs: [],
        decision: 'cached',
        reason: 'nothing has changed since r-12',
        changes: [],
        from,
      },
      { name: 'b', uses: 'run', needs: ['a'], decision: 'always', reason: 'no deps', changes: [], usually: 7 },
    ],
  });
  expect(plan.map(({ state, text, usually, from: origin }) => [state, text, usually, origin?.run])).toEqual([
    ['will-cache', 'nothing has changed since r-12', undefined, 12],
    ['will-run', 'no deps', 7, undefined],
  ]);
  const error = { code: 'step.failed', message: 'It ended with exit code 1.\nTraceback' } as const;
  const [failed] = runSteps(aRun([{ name: 'a', status: 'failed', error, attempt: 2 }]), new Map([['a', 9]]));
  expect(failed).toMatchObject({ state: 'failed', text: 'It ended with exit code 1.', attempt: 2, usually: 9 });
});

test('a run is compared with the last one before it that had the same steps and succeeded, too', () => {
  const at = (startedAt: number, took: number, more: Parameters<typeof aRun>[1] = {}, steps = [{ name: 'a' }]) =>
    aRun(steps, { startedAt, endedAt: startedAt + took, ...more });
  const runs = [
    at(5000, 70, { status: 'failed' }),
    at(4000, 50),
    at(3000, 1, {}, [{ name: 'a' }, { name: 'b' }]),
    at(2000, 5, { status: 'failed' }),
    at(1000, 80),
  ];
  const tags = {
    'modelyard.trigger': 'schedule',
    'modelyard.trigger.cause': '0 3 * * 1',
    'modelyard.params': '{"lr":"0.1"}',
  };
  const summary = { id: runs[1]!.runId, number: 41, user: 'ada', tags } as unknown as RunSummary;
  const rows = historyRows(runs, new Map([[summary.id, summary]]));
  expect(rows.map(({ took, longer }) => [took, longer])).toEqual([
    [70, undefined],
    [50, -30],
    [1, undefined],
    [5, undefined],
    [80, undefined],
  ]);
  expect(rows[1]).toMatchObject({
    number: 41,
    user: 'ada',
    trigger: { kind: 'schedule', cause: '0 3 * * 1' },
    params: { lr: '0.1' },
  });
});

test('parameters of a tag that is none of ours are none', () => {
  expect(['{', '[1]', '{"a": 1, "b": "2"}', undefined].map(paramsOf)).toEqual([{}, {}, { b: '2' }, {}]);
});

test('a run is known once, at its place in time', () => {
  const [old, middle, fresh] = [1000, 2000, 3000].map(startedAt => aRun([], { startedAt }));
  const runs = withRun(withRun([fresh!], old!), middle!);
  expect(runs.map(({ startedAt }) => startedAt)).toEqual([3000, 2000, 1000]);
  expect(withRun(runs, { ...middle!, status: 'failed' }).map(({ status }) => status)).toEqual([
    'succeeded',
    'failed',
    'succeeded',
  ]);
});
