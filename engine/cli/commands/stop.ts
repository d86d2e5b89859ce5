import net from 'node:net';
import type { EngineRecord } from '../../client/engineRecord';
import { liveEngineRecord } from '../../client/engineRecord';
import { ModelyardError, toWireError } from '../../errors';
import type { WireError } from '../../protocol/errors';
import type { Place } from '../commandContext';
import { findPlace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { waitFor } from '../waitFor';

export interface StopOptions {
  readonly now: boolean;
  /** Seconds to wait for the end. */
  readonly timeout: number;
}

/** ms in which an engine that is not frozen answers. */
const answerPatience = 10_000;

/** `modelyard stop`: ends the engine of the folder when nothing runs any more, or at once, and waits for its end. */
export async function stopCommand(invocation: Invocation, { now, timeout }: StopOptions): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  const record = liveEngineRecord(place.workspace);
  if (record === undefined) {
    answer(invocation, { json: { stopped: false }, text: () => `No engine runs in ${place.workspace}.\n` });
    return exitCodes.ok;
  }
  const running = await tell(place, record, now);
  if (!(await waitFor(() => hasEnded(place, record), timeout * 1000))) throw stillThere(record, now, running);
  answer(invocation, { json: { stopped: true, pid: record.pid }, text: () => `The engine has ended.\n` });
  return exitCodes.ok;
}

/** Tells it to end. @returns the pipelines that run in it */
async function tell(place: Place, record: EngineRecord, now: boolean): Promise<readonly string[]> {
  try {
    return await ask(place, now);
  } catch (error) {
    const wire = toWireError(error);
    // It takes its record away first: that it does not answer any more is no error.
    const isOver = isEnding(wire) || liveEngineRecord(place.workspace)?.token !== record.token;
    if (isOver) return [];
    const configFile = wire.data?.['configFile'];
    if (wire.code === 'conflict' && typeof configFile === 'string') return ask({ ...place, configFile }, now);
    if (wire.code !== 'engine.version') throw error;
    if (!now) throw otherVersion(wire);
    process.kill(record.pid, 'SIGTERM'); // it would not listen to this version, but ends cleanly
    return [];
  }
}

const ask = (place: Place, now: boolean): Promise<readonly string[]> =>
  withEngine(
    place,
    async client => {
      const { running } = await client.call('engine/status', {});
      await client.call('engine/stop', { now });
      return running.map(({ pipeline }) => pipeline);
    },
    { start: false, patience: answerPatience },
  );

/** An engine that makes room, because we are newer or name another file, ends just as if it had been told to. */
const isEnding = ({ data }: WireError): boolean => data?.['stopping'] === true;

/** Its endpoint is free, or another engine's: it gives that up last, when the database is closed. */
async function hasEnded(place: Place, { token, endpoint }: EngineRecord): Promise<boolean> {
  const record = liveEngineRecord(place.workspace);
  if (record !== undefined) return record.token !== token;
  return !(await accepts(endpoint));
}

const accepts = (endpoint: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect(endpoint);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

function stillThere({ pid }: EngineRecord, now: boolean, running: readonly string[]): ModelyardError {
  if (now)
    return new ModelyardError('engine.unreachable', `The engine (process ${pid}) was told to end, but has not.`, {
      fix: `Look into .modelyard/engine.log, or end process ${pid}: what was acknowledged is on the disk.`,
      data: { pid },
    });
  const what = running.length > 0 ? `runs ${running.join(', ')}` : 'works';
  return new ModelyardError('conflict', `The engine (process ${pid}) still ${what}; it ends when that is done.`, {
    fix: '`modelyard stop --now` cancels what runs; `--timeout` waits longer.',
    data: { pid },
  });
}

const otherVersion = ({ code, message, data }: WireError): ModelyardError =>
  new ModelyardError(code, message, {
    fix: 'Use that version, or cancel what it does with `modelyard stop --now`.',
    ...(data && { data }),
  });
