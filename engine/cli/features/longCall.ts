import type { Params, Result } from '../../protocol/methods';
import { findPlace, requireConfig } from '../commandContext';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';

type Long =
  | 'features/compute'
  | 'features/trainingSet'
  | 'features/preview'
  | 'features/materialise'
  | 'features/check';

/** With what it is doing on the last line of the terminal. */
export async function longCall<M extends Long>(
  invocation: Invocation,
  method: M,
  request: Params<M>,
): Promise<Result<M>> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const live = new LiveLine(invocation.io);
  return interruptible(signal =>
    withEngine(
      place,
      client => client.call(method, request, { signal, onProgress: progress => live.update(progress) }),
      { signal },
    ),
  ).finally(() => live.end());
}
