import type { EngineClient } from '../../client/engineClient';
import type { HttpEndpoint } from '../../protocol/methods';
import type { Place } from '../commandContext';
import { connect, findPlace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer } from '../invocation';
import { untilSignal } from '../interrupt';

export interface ServeOptions {
  readonly port: number;
  /** Absent: a new one; null: none. */
  readonly token?: string | null;
}

/**
 * `modelyard serve`: the engine in the foreground until it is asked to end. When another engine owns the folder already
 * that one is asked to listen, and this process stays attached so that it lives on.
 */
export async function serveCommand(invocation: Invocation, options: ServeOptions): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  // Loaded only here: no other command has the engine inside.
  const { createLog } = await import('../../process/log');
  const { endOnSignals, startEngine } = await import('../../process/startEngine');
  const { error } = createLog(2);
  const log = { info: () => undefined, error };
  const engine = await startEngine({ ...place, assetsDir: __dirname, grace: 3000, log });
  if (engine === undefined) return attach(invocation, place, options);
  engine.lifetime.client(); // stays without clients
  endOnSignals(engine, log);
  try {
    await engine.whenReady();
    announce(invocation, await engine.listen(options));
  } catch (failure) {
    await engine.stop();
    throw failure;
  }
  await engine.ended;
  return exitCodes.ok;
}

/** The engine may be replaced while we are attached: the next one is asked for the same port and token. */
async function attach(invocation: Invocation, place: Place, options: ServeOptions): Promise<number> {
  const client: EngineClient = await connect(place);
  try {
    const endpoint = await client.call('engine/listen', { ...options });
    announce(invocation, endpoint);
    const again = { port: Number(new URL(endpoint.url).port), token: endpoint.token ?? null };
    client.onDidReconnect(() => void client.call('engine/listen', again).catch(() => undefined));
    await untilSignal();
    return exitCodes.ok;
  } finally {
    client.dispose();
  }
}

function announce(invocation: Invocation, endpoint: HttpEndpoint): void {
  const token = endpoint.token === undefined ? 'No token is asked for.' : `MLFLOW_TRACKING_TOKEN=${endpoint.token}`;
  answer(invocation, {
    json: { ...endpoint, pid: process.pid },
    text: () => `${token}\nModelyard is ready at ${endpoint.url}\n`,
  });
}
