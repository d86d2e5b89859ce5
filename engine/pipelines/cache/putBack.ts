import { readFile } from 'node:fs/promises';
import { isAbort, toWireError } from '../../errors';
import type { StepWork } from '../step/stepWork';
import type { CachedStep } from './cacheStore';
import type { Point } from './points';
import { readPoints } from './points';
import type { RestoreOptions } from './restoreStep';
import { restoreStep } from './restoreStep';

export interface PutBackOptions {
  readonly found: CachedStep;
  readonly places: RestoreOptions;
  /** For each point of its curves. */
  readonly onPoint: (point: Point) => void;
}

/**
 * Puts the outputs, curves and log of an earlier step where this one would have left them. False when that cannot be
 * done, which the log then says.
 * @throws ModelyardError `cancelled`
 */
export async function putBack(work: StepWork, options: PutBackOptions, signal: AbortSignal): Promise<boolean> {
  const { found, places, onPoint } = options;
  const { objects } = places;
  const { step, log } = work;
  try {
    await restoreStep({ step, outputs: found.outputs }, places, signal);
    const points = found.points === undefined ? [] : await readPoints(objects, found.points);
    for (const point of points) onPoint(point);
  } catch (error) {
    if (isAbort(error) && signal.aborted) throw error;
    log.write(`What r-${found.origin.run} made cannot be restored: ${toWireError(error).message}\n`);
    return false;
  }
  log.write(`Taken from r-${found.origin.run}: nothing that it depends on has changed. Its log of then:\n`);
  if (found.log !== undefined) log.write(await readFile(objects.path(found.log)));
  return true;
}
