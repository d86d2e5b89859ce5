import pico from 'picocolors';
import { describe, expect, test } from 'vitest';
import { endLine, eventLine, triggersText, upcomingText } from '../../../../engine/cli/text/triggerText';
import { digest, newPipelineRunId, newRunId } from '../../../../engine/ids';
import type { PipelineRun } from '../../../../engine/protocol/pipelines';
import type { TriggerState } from '../../../../engine/protocol/triggers';

const colors = pico.createColors(false);
const at = new Date(2026, 2, 6, 14, 5).getTime();
const aTrigger = (change: Partial<TriggerState> = {}): TriggerState => ({
  ...{ pipeline: 'train', kind: 'schedule', watches: '@daily', paused: false, fired: 0, skipped: 0, queued: 0 },
  ...change,
});
const run: PipelineRun = {
  ...{ id: newPipelineRunId(), pipeline: 'train', status: 'succeeded', startedAt: at, endedAt: at + 42_000 },
  ...{ runId: newRunId(), steps: [], configDigest: digest('b'.repeat(64)) },
};

describe('the list', () => {
  const next = (change: Partial<TriggerState>): string | undefined =>
    triggersText({ active: true, triggers: [aTrigger(change)] }, colors)
      .split('\n')[1]
      ?.split(/ {2,}/)[3];
  test.each([
    [{ next: at }, '2026-03-06 14:05'],
    [{ next: at, paused: true }, 'paused'],
    [{ problem: 'It never comes.' }, 'never'],
    [{ next: at, queued: 2 }, '2 runs waiting'],
    [{ kind: 'change' as const }, 'when it happens'],
    [{ kind: 'change' as const, coolsUntil: at }, 'not before 2026-03-06 14:05'],
  ])('next of %j', (change, text) => expect(next(change)).toBe(text));

  test('says the last skip with its reason, that nobody watches, and what is wrong', () => {
    const lastSkip = { at, reason: 'budget', message: 'It is spent.' } as const;
    const text = triggersText({ active: false, triggers: [aTrigger({ lastSkip })] }, colors);
    expect(text).toContain('2026-03-06 14:05 budget: It is spent.\nNobody watches now');
    expect(triggersText({ active: true, triggers: [] }, colors)).toMatch(/^No triggers\./);
    expect(triggersText({ active: true, triggers: [], problem: 'Line 3 is wrong.' }, colors)).toMatch(
      /^Line 3 is wrong\./,
    );
  });
});

test('what is wrong with a trigger and what was missed stands below, the next times beside each other', () => {
  const text = triggersText(
    {
      active: true,
      triggers: [aTrigger({ kind: 'metric', problem: 'Nobody logs it.' }), aTrigger({ next: at, missed: 2 })],
    },
    colors,
  );
  expect(text).toMatch(/\ntrain, metric: Nobody logs it\.\ntrain has missed 2 times while nothing ran\.\n$/);
  const time = { pipeline: 'train', at, zone: 'Asia/Tokyo', there: '2026-03-06 22:05', here: '2026-03-06 14:05' };
  expect(upcomingText([{ ...time, paused: true }], colors).split('\n')[1]).toMatch(
    /^train +2026-03-06 22:05 +Asia\/Tokyo +2026-03-06 14:05 +paused$/,
  );
  expect(upcomingText([], colors)).toMatch(/^No schedule comes\./);
});

test('a line says what was started, what was skipped and why, and how a run has ended', () => {
  const event = { at, pipeline: 'train', kind: 'change' } as const;
  expect(eventLine({ ...event, what: 'started', message: 'train starts: it was time.' }, colors)).toBe(
    '2026-03-06 14:05  started  train starts: it was time.\n',
  );
  expect(eventLine({ ...event, what: 'skipped', reason: 'loop', message: 'Round and round.' }, colors)).toBe(
    '2026-03-06 14:05  skipped (loop)  Round and round.\n',
  );
  expect(endLine(run, colors)).toBe('2026-03-06 14:05  succeeded  train ended after 42 s\n');
  const error = { code: 'step.failed', message: 'Step s failed.' } as const;
  expect(endLine({ ...run, status: 'failed', error }, colors)).toBe(
    '2026-03-06 14:05  failed  train ended after 42 s: Step s failed.\n',
  );
});
