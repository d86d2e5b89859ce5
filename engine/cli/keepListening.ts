import { setTimeout as delay } from 'node:timers/promises';
import type { EngineClient } from '../client/engineClient';
import { ModelyardError, toWireError } from '../errors';
import type { WireError } from '../protocol/errors';
import type { HttpEndpoint } from '../protocol/engine';

export interface Listening {
  readonly endpoint: HttpEndpoint;
  readonly say: (line: string) => void;
  /** Whether the engine of the client listens there already. */
  readonly isListening: boolean;
  /** After an engine was stopped on purpose: whether another has come. */
  readonly hasNext: () => Promise<boolean>;
}

/** So often, so many ms apart: the port of an engine that was killed may be free a little later than its folder. */
const attempts = 10;
const interval = 300;

/**
 * Has every engine that takes over listen at the same address with the same token, until the signal aborts or the engine
 * has been stopped for good.
 * @throws ModelyardError that names the address when the next engine cannot be reached or cannot listen there
 */
export async function keepListening(client: EngineClient, listening: Listening, signal: AbortSignal): Promise<void> {
  const { endpoint, say, hasNext } = listening;
  let { isListening } = listening;
  let wake = (): void => undefined;
  const states = client.onState(state => {
    if (state !== 'connected' && state !== 'silent') isListening = false;
    wake();
  });
  const awake = (): void => wake();
  signal.addEventListener('abort', awake);
  try {
    while (!signal.aborted) {
      if (isListening) {
        await new Promise<void>(resolve => (wake = resolve));
        continue;
      }
      if (client.state === 'idle' && !(await hasNext())) return;
      isListening = true; // until the client says otherwise
      if (await listenAgain(client, endpoint, signal))
        say(`Another engine has taken over. Modelyard is ready at ${endpoint.url} again.`);
    }
  } finally {
    states.dispose();
    signal.removeEventListener('abort', awake);
  }
}

/** False when there is nothing to say yet: we are to end, or the engine has been stopped meanwhile. */
async function listenAgain(client: EngineClient, { url, token }: HttpEndpoint, signal: AbortSignal): Promise<boolean> {
  const port = Number(new URL(url).port);
  for (let attempt = 1; ; attempt++) {
    try {
      await client.call('engine/listen', { port, token: token ?? null }, { signal });
      return true;
    } catch (error) {
      if (signal.aborted || client.state === 'idle') return false;
      if (attempt === attempts || client.state === 'failed') throw cannotListen(url, toWireError(error));
    }
    await delay(interval);
  }
}

const cannotListen = (url: string, { code, message, fix }: WireError): ModelyardError =>
  new ModelyardError(code, `Another engine has taken over, but nothing is served at ${url} any more: ${message}`, {
    fix:
      code === 'conflict'
        ? 'Free the port, then start `modelyard serve` again.'
        : (fix ?? 'See .modelyard/engine.log.'),
  });
