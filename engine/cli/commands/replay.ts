import { toWireError } from '../../errors';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodeOf, exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';
import { replayText } from '../text/replayText';
import { sayError } from '../sayError';

/** `modelyard replay`: 0 when the same came of it, 1 when something differs, 3 when the run cannot be made again. */
export async function replayCommand(invocation: Invocation, run: string): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireWorkspace(place);
  const live = new LiveLine(io);
  try {
    const report = await interruptible(signal =>
      withEngine(place, client =>
        client.call('runs/replay', { run }, { signal, onProgress: progress => live.update(progress) }),
      ),
    ).finally(() => live.end());
    answer(invocation, { json: report, text: () => replayText(report, colors.out) });
    return report.verdict === 'different' ? exitCodes.failed : exitCodes.ok;
  } catch (error) {
    const wire = toWireError(error);
    if (exitCodeOf(wire.code) !== exitCodes.failed) throw error;
    sayError(wire, invocation);
    return exitCodes.refused;
  }
}
