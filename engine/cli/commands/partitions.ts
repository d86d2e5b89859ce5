import type { BackfillRequest } from '../../protocol/partitions';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';
import { backfillText, filledLine, partitionsText } from '../text/partitionText';

/** `modelyard partitions`: what has been made of each partition of a pipeline. */
export async function partitionsCommand(
  invocation: Invocation,
  asked: { readonly pipeline: string; readonly limit: number },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const list = await withEngine(place, client => client.call('pipelines/partitions', asked));
  answer(invocation, { json: list, text: () => partitionsText(list, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard backfill`: runs partitions that are missing, and says of each how it ended; 1 when one has failed. */
export async function backfillCommand(invocation: Invocation, request: BackfillRequest): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const live = new LiveLine(io);
  const done = await interruptible(signal =>
    withEngine(
      place,
      client =>
        client
          .call('pipelines/backfill', request, {
            signal,
            onProgress: report => {
              const last = report.backfill?.last;
              if (last && last.status !== 'running') {
                live.end();
                io.err(filledLine(last, colors.err));
              }
              live.update(report);
            },
          })
          .finally(() => live.end()),
      { signal },
    ),
  );
  answer(invocation, { json: done, text: () => backfillText(done, colors.out) });
  const has = (status: string): boolean => done.partitions.some(one => one.status === status);
  if (has('cancelled') || has('waiting')) return exitCodes.cancelled;
  return has('failed') ? exitCodes.failed : exitCodes.ok;
}
