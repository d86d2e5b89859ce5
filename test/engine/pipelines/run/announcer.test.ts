import { expect, onTestFinished, test, vi } from 'vitest';
import { Announcer } from '../../../../engine/pipelines/run/announcer';
import { digest, newPipelineRunId, newRunId } from '../../../../engine/ids';
import type { PipelineRun } from '../../../../engine/protocol/pipelines';

const base: PipelineRun = {
  id: newPipelineRunId(),
  pipeline: '',
  status: 'running',
  startedAt: 0,
  runId: newRunId(),
  steps: [],
  configDigest: digest('a'.repeat(64)),
};

function opened() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const said: string[] = [];
  const announcer = new Announcer(({ pipeline }) => said.push(pipeline));
  const say = (word: string, isCommitted = false): void => announcer.changed({ ...base, pipeline: word }, isCommitted);
  return { said, announcer, say };
}

test('what is in the database is said at once, other progress at most ten times a second', () => {
  const { said, say } = opened();
  say('begun', true);
  say('and on', true);
  for (let at = 0; at < 1_000; at += 10) {
    vi.advanceTimersByTime(10);
    say(String(at));
  }
  expect(said.slice(0, 2)).toEqual(['begun', 'and on']);
  expect(said.length).toBeGreaterThan(9);
  expect(said.length).toBeLessThanOrEqual(12);
});

test('the last word of a burst is said, also when nothing follows', () => {
  const { said, say } = opened();
  say('begun', true);
  say('looking');
  say('working');
  expect(said).toEqual(['begun']);
  vi.advanceTimersByTime(100);
  expect(said).toEqual(['begun', 'working']);
  vi.advanceTimersByTime(10_000);
  expect(said).toHaveLength(2);
});

test('what was still to be said is not said after something newer, nor after the end', () => {
  const { said, say, announcer } = opened();
  say('begun', true);
  say('working');
  say('done', true);
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual(['begun', 'done']);
  say('next');
  say('late');
  announcer.end();
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual(['begun', 'done', 'next']);
});

test('a run of very many steps is said twice a second, also what is in the database', () => {
  const { said, announcer } = opened();
  const step = { name: 'a', uses: 'run', needs: [], status: 'running', logSize: 0 } as const;
  const steps = Array.from({ length: 101 }, () => step);
  for (let at = 0; at < 2_000; at += 10) {
    announcer.changed({ ...base, steps, pipeline: String(at) }, true);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(500);
  expect(said.length).toBeGreaterThanOrEqual(4);
  expect(said.length).toBeLessThanOrEqual(6);
  expect(said.at(-1)).toBe('1990');
});
