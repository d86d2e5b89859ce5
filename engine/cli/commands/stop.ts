import { setTimeout as delay } from 'node:timers/promises';
import { liveEngineRecord } from '../../client/engineRecord';
import { findPlace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

/** `modelyard stop`: ends the engine of the folder when nothing runs any more, or at once, and waits for its end. */
export async function stopCommand(invocation: Invocation, now: boolean): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  const record = liveEngineRecord(place.workspace);
  if (record === undefined) {
    answer(invocation, { json: { stopped: false }, text: () => `No engine runs in ${place.workspace}.\n` });
    return exitCodes.ok;
  }
  await withEngine(place, client => client.call('engine/stop', { now }), { start: false });
  while (liveEngineRecord(place.workspace)?.token === record.token) await delay(20);
  answer(invocation, { json: { stopped: true, pid: record.pid }, text: () => `The engine has ended.\n` });
  return exitCodes.ok;
}
