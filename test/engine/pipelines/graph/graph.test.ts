import { describe, expect, test } from 'vitest';
import { ancestors, surelyMade, topologicalOrder } from '../../../../engine/pipelines/graph/graph';
import { schedule } from '../../../../engine/pipelines/graph/scheduler';
import type { Outcome } from '../../../../engine/pipelines/graph/scheduler';
import type { CommandStep, StepCondition } from '../../../../engine/protocol/workspaceConfig';

const step = (...needs: string[]): CommandStep => ({ uses: 'run', run: 'true', env: {}, outs: [], needs });

test('each step stands after what it needs, else in the order of the file', () => {
  const steps = { d: step('b', 'c'), a: step(), c: step('a'), b: step('a') };
  expect(topologicalOrder(steps)).toEqual(['a', 'b', 'c', 'd']);
});

test('a circle is named', () => {
  expect(() => topologicalOrder({ a: step('c'), b: step('a'), c: step('b') })).toThrow('a → c → b → a');
});

test('ancestors come nearest first', () => {
  const steps = { a: step(), b: step('a'), c: step('b'), d: step('c', 'a') };
  expect(ancestors(steps, 'd')).toEqual(['c', 'a', 'b']);
});

test('what a step surely has: nothing beyond one that runs also after a failure, unless there is another way', () => {
  const steps = {
    a: step(),
    b: step('a'),
    c: { ...step('b'), if: 'always()' as const },
    d: step('c'),
    e: step('d', 'a'),
  };
  const sure = (name: string): readonly string[] => [...surelyMade(steps, name)].sort();
  expect(sure('b')).toEqual(['a']);
  expect(sure('c')).toEqual([]);
  expect(sure('d')).toEqual(['c']);
  expect(sure('e')).toEqual(['a', 'c', 'd']);
});

const trace = async (steps: Record<string, CommandStep>, outcomes: Record<string, Outcome>, limit = 2) => {
  const events: string[] = [];
  let running = 0;
  let most = 0;
  const outcome = await schedule({
    steps,
    order: topologicalOrder(steps),
    limit,
    execute: async name => {
      most = Math.max(most, ++running);
      await new Promise(resolve => setTimeout(resolve, 5));
      running--;
      events.push(name);
      return outcomes[name] ?? 'succeeded';
    },
    skip: (name, because) => events.push(`${name} skipped: ${because}`),
    abort: () => undefined,
  });
  return { outcome, events, most };
};

test('independent steps run side by side, never more than the limit', async () => {
  const steps = { a: step(), b: step(), c: step(), d: step('a', 'b', 'c') };
  expect(await trace(steps, {}, 2)).toMatchObject({ outcome: 'succeeded', most: 2 });
  expect((await trace(steps, {}, 8)).most).toBe(3);
});

test('what needs a failed step is skipped, the rest goes on', async () => {
  const steps = { a: step(), b: step('a'), c: step('b'), other: step() };
  const { outcome, events } = await trace(steps, { a: 'failed' });
  expect(outcome).toBe('failed');
  expect(events).toEqual(expect.arrayContaining(['a', 'other', 'b skipped: a', 'c skipped: b']));
});

test('a cancelled step skips all that has not begun', async () => {
  const { outcome, events } = await trace({ a: step(), b: step('a'), c: step() }, { a: 'cancelled' }, 1);
  expect(outcome).toBe('cancelled');
  expect(events).toEqual(['a', 'b skipped: a', 'c skipped: the run was cancelled']);
});

test('when an outcome cannot be kept, what still runs is ended before the error goes on', async () => {
  const steps = { a: step(), b: step(), c: step('b') };
  const abort = new AbortController();
  const events: string[] = [];
  const running = schedule({
    steps,
    order: topologicalOrder(steps),
    limit: 2,
    execute: async name => {
      if (name === 'a') throw new Error('the disk is full');
      await new Promise<void>(resolve => abort.signal.addEventListener('abort', () => resolve()));
      events.push(`${name} ended`);
      return 'cancelled';
    },
    skip: name => events.push(`${name} skipped`),
    abort: () => abort.abort(),
  });
  await expect(running).rejects.toThrow('the disk is full');
  expect(events).toEqual(['b ended']);
});

describe('`if`', () => {
  const when = (condition: StepCondition, ...needs: string[]): CommandStep => ({ ...step(...needs), if: condition });

  test('failure() runs what tidies up, also behind a skipped step, and never otherwise', async () => {
    const steps = { a: step(), b: step('a'), tidy: when('failure()', 'b'), after: step('tidy') };
    const bad = await trace(steps, { a: 'failed' });
    expect(bad).toMatchObject({ outcome: 'failed', events: ['a', 'b skipped: a', 'tidy', 'after'] });
    const good = await trace(steps, {});
    expect(good.outcome).toBe('succeeded');
    expect(good.events).toEqual(['a', 'b', 'tidy skipped: nothing that it needs has failed', 'after skipped: tidy']);
  });

  test('always() waits for the end of all that it needs, however that is', async () => {
    const steps = { a: step(), b: step('a'), report: when('always()', 'a', 'b') };
    expect((await trace(steps, {})).events).toEqual(['a', 'b', 'report']);
    const bad = await trace(steps, { a: 'failed' });
    expect(bad).toMatchObject({ outcome: 'failed', events: ['a', 'b skipped: a', 'report'] });
    const cancelled = await trace(steps, { a: 'cancelled' });
    expect(cancelled.events).toContain('report skipped: the run was cancelled');
  });

  test('false leaves a step out, and what needs it; that is no failure', async () => {
    const steps = { a: step(), deploy: when(false, 'a'), tell: step('deploy'), mend: when('failure()', 'tell') };
    const { outcome, events } = await trace(steps, {});
    expect(outcome).toBe('succeeded');
    expect(events).toEqual(
      expect.arrayContaining([
        'deploy skipped: its `if`',
        'tell skipped: deploy',
        'mend skipped: nothing that it needs has failed',
        'a',
      ]),
    );
  });
});
