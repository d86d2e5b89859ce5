import { expect, test, vi } from 'vitest';
import type { WorkspaceEngine } from '../../src/engineClient/workspaceEngine';
import { LastAnswers } from '../../src/editor/lastAnswers';

const engineOf = (folder: string): WorkspaceEngine =>
  ({ folder: { toString: () => folder } }) as unknown as WorkspaceEngine;
const engines = { inBackground: (_what: string, work: Thenable<unknown> | undefined) => void work };

/** Questions that are answered when the test says so. */
function asking() {
  const asked: { folder: string; signal: AbortSignal; answer: (text: string) => void; fail: () => void }[] = [];
  const told: string[] = [];
  const last = new LastAnswers<string>(engines, {
    what: 'ask',
    ask: ({ folder }, signal) =>
      new Promise((answer, reject) =>
        asked.push({ folder: folder.toString(), signal, answer, fail: () => reject(new Error('silent')) }),
      ),
    answered: ({ folder }, text) => void told.push(`${folder.toString()}: ${text}`),
  });
  return { asked, told, last };
}

test('the events of one change are one question, in each folder', () => {
  vi.useFakeTimers();
  const { asked, last } = asking();
  const [one, other] = [engineOf('/one'), engineOf('/other')];
  for (const engine of [one, one, other, one]) last.soon(engine);
  vi.advanceTimersByTime(1000);
  expect(asked.map(({ folder }) => folder)).toEqual(['/other', '/one']);
  last.soon(one);
  last.dispose();
  vi.advanceTimersByTime(1000);
  expect(asked).toHaveLength(2);
  expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  vi.useRealTimers();
});

test('a newer question ends an older one, whose answer comes too late; what cannot be asked stays as it was', async () => {
  const { asked, told, last } = asking();
  const engine = engineOf('/one');
  const first = last.load(engine);
  const second = last.load(engine);
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[1]?.answer('new');
  asked[0]?.answer('old');
  await Promise.all([first, second]);
  expect(last.of(engine)).toBe('new');
  const third = last.load(engine);
  asked[2]?.fail();
  await third;
  expect(last.of(engine)).toBe('new');
  expect(told).toEqual(['/one: new']);
});
