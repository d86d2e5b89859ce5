import type { EngineClient } from '../../client/engineClient';
import { liveEngineRecord } from '../../client/engineRecord';
import { ModelyardError } from '../../errors';
import type { HttpEndpoint } from '../../protocol/engine';
import type { Place } from '../commandContext';
import { findPlace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { keepListening } from '../keepListening';
import { waitFor } from '../waitFor';

export interface ServeOptions {
  readonly port: number;
  /** Absent: a new one; null: none. */
  readonly token?: string | null;
}

/** ms in which whoever has stopped an engine to have another has started that one. */
const successionPatience = 3000;

/**
 * `modelyard serve`: the engine in the foreground until it is asked to end. When another engine owns the folder already
 * that one is asked to listen, and this process stays attached so that it lives on. Whatever engine comes next is asked
 * to listen at the same address; when that cannot be, it is said, and this ends with 1.
 */
export async function serveCommand(invocation: Invocation, options: ServeOptions): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  // Loaded only here: no other command has the engine inside.
  const { createLog } = await import('../../process/log');
  const { endOnSignals, startEngine } = await import('../../process/startEngine');
  const { error } = createLog(2);
  const log = { info: () => undefined, error };
  const engine = await startEngine({ ...place, assetsDir: __dirname, grace: 3000, log });
  const serving: Serving = { invocation, place };
  if (engine === undefined)
    return attach(serving, async (client, signal) => {
      const endpoint = await client.call('engine/listen', { ...options }, { signal });
      announce(invocation, endpoint);
      return endpoint;
    });
  engine.lifetime.client(); // stays without clients
  const ending = endOnSignals(engine, log);
  let endpoint: HttpEndpoint;
  try {
    await engine.whenReady();
    endpoint = await engine.listen(options);
    announce(invocation, endpoint);
  } catch (failure) {
    await engine.stop();
    throw failure;
  }
  await engine.ended;
  if (ending.cause === 'signal') return exitCodes.ok;
  if (ending.cause === 'defect') throw broken();
  return (await succession(serving)) ? attach(serving, () => Promise.resolve(endpoint), false) : exitCodes.ok;
}

interface Serving {
  readonly invocation: Invocation;
  readonly place: Place;
}

/** Stays with the engine that runs, and those that follow it, until told to end. */
function attach(
  serving: Serving,
  open: (client: EngineClient, signal: AbortSignal) => Promise<HttpEndpoint>,
  isListening = true,
): Promise<number> {
  const { place, invocation } = serving;
  const say = (line: string): void => invocation.io.err(`${line}\n`);
  const hasNext = (): Promise<boolean> => succession(serving);
  return interruptible(signal =>
    withEngine(
      place,
      async client => {
        await keepListening(client, { endpoint: await open(client, signal), say, isListening, hasNext }, signal);
        return exitCodes.ok;
      },
      { signal },
    ),
  );
}

/** The engine was asked to end. Whether somebody wanted another in its place, or none. */
async function succession({ invocation, place }: Serving): Promise<boolean> {
  const found = await waitFor(() => liveEngineRecord(place.workspace) !== undefined, successionPatience);
  if (!found) invocation.io.err('The engine has been stopped: nothing is served any more.\n');
  return found;
}

function announce(invocation: Invocation, endpoint: HttpEndpoint): void {
  const token = endpoint.token === undefined ? 'No token is asked for.' : `MLFLOW_TRACKING_TOKEN=${endpoint.token}`;
  answer(invocation, {
    json: { ...endpoint, pid: process.pid },
    text: () => `${token}\nModelyard is ready at ${endpoint.url}\n`,
  });
}

const broken = (): ModelyardError =>
  new ModelyardError('internal', 'The engine has ended because of a defect; what it said is above.', {
    fix: 'Start `modelyard serve` again, and please report it.',
  });
