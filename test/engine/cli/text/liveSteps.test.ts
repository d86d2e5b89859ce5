import pico from 'picocolors';
import { afterEach, expect, test, vi } from 'vitest';
import type { Io } from '../../../../engine/cli/io';
import { LiveSteps } from '../../../../engine/cli/text/liveSteps';
import { digest, newPipelineRunId, newRunId } from '../../../../engine/ids';
import type { PipelineRun, StepRun } from '../../../../engine/protocol/pipelines';

/** What a terminal shows after what was written to it: enough of one for cursor up, erase line, erase below. */
function screenOf(written: string): string[] {
  const lines = [''];
  let row = 0;
  let column = 0;
  for (const [token, up] of written.matchAll(/\u001b\[(\d+)A|\u001b\[0J|\u001b\[K|\r|\n|[^\u001b\r\n]/g)) {
    if (up !== undefined) row -= Number(up);
    else if (token === '\u001b[0J') lines.splice(row, Infinity, (lines[row] ?? '').slice(0, column));
    else if (token === '\u001b[K') lines[row] = (lines[row] ?? '').slice(0, column);
    else if (token === '\r') column = 0;
    else if (token === '\n') [row, column] = [row + 1, 0];
    else {
      const line = lines[row] ?? '';
      lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(column + 1);
      column++;
    }
    lines[row] ??= '';
  }
  return lines.map(line => line.trimEnd());
}

const step = (name: string, rest: Partial<StepRun>): StepRun => ({ name, uses: 'run', needs: [], status: 'waiting', logSize: 0, ...rest }); // prettier-ignore
const runOf = (steps: readonly StepRun[]): PipelineRun => ({
  id: newPipelineRunId(),
  pipeline: 'train',
  status: 'running',
  startedAt: 0,
  runId: newRunId(),
  steps,
  configDigest: digest('0'.repeat(64)),
});
const terminal = (isLive: boolean): { io: Io; written: string[] } => {
  const written: string[] = [];
  const color = { out: false, err: false };
  const io = {
    cwd: '/',
    out: () => undefined,
    err: (text: string) => void written.push(text),
    isLive,
    color,
    width: 50,
  };
  return { io, written };
};
afterEach(() => void vi.useRealTimers());

test('steps are drawn again on their own lines, and gone in the end', () => {
  vi.useFakeTimers({ now: 10_000 });
  const { io, written } = terminal(true);
  const live = new LiveSteps(io, pico.createColors(false));
  live.update(
    runOf([
      step('split', {
        status: 'running',
        startedAt: 8000,
        message: 'a long message that will be gone',
        progress: 0.25,
      }),
      step('train', {}),
    ]),
  );
  expect(screenOf(written.join(''))).toEqual([
    '  split  ⟳ 25 % a long message that will b… 2.0 s',
    '  train  ○ waiting',
    '',
  ]);
  live.update(
    runOf([
      step('split', { status: 'succeeded', startedAt: 8000, endedAt: 9000, message: 'done' }),
      step('train', { status: 'running', startedAt: 9000 }),
    ]),
  );
  vi.advanceTimersByTime(1000); // the clock of the running step goes on
  expect(screenOf(written.join(''))).toEqual([
    '  split  ✓ done                             1.0 s',
    '  train  ⟳                                  2.0 s',
    '',
  ]);
  live.end();
  expect(screenOf(written.join(''))).toEqual(['']);
});

test('without a terminal nothing is drawn', () => {
  const { io, written } = terminal(false);
  const live = new LiveSteps(io, pico.createColors(false));
  live.update(runOf([step('split', { status: 'running', startedAt: 0 })]));
  live.end();
  expect(written).toEqual([]);
});

test('of more steps than the terminal has lines those are drawn that tell most, and the rest is counted', () => {
  const { io, written } = terminal(true);
  const live = new LiveSteps({ ...io, height: 6 }, pico.createColors(false));
  const many = Array.from({ length: 1200 }, (_, i) => step(`train (C=${i})`, {}));
  many[3] = step('train (C=3)', { status: 'failed' });
  many[7] = step('train (C=7)', { status: 'succeeded', endedAt: 7 });
  many[9] = step('train (C=9)', { status: 'succeeded', endedAt: 9 });
  many[1000] = step('train (C=1000)', { status: 'running' });
  live.update(runOf(many));
  const lines = screenOf(written.join('')).filter(line => line !== '');
  expect(lines.map(line => line.trim().split('  ')[0])).toEqual([
    'train (C=3)',
    'train (C=9)',
    'train (C=1000)',
    '3 of 1,200 steps done, 1 failed',
  ]);
  live.end();
});
