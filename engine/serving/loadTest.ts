import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted } from '../errors';
import type { LoadResult } from '../protocol/serving';

export interface Asked {
  readonly url: string;
  readonly token?: string;
  /** The text of the request. */
  readonly body: string;
}

/** One answer. */
export interface Answer {
  /** 0: there was none. */
  readonly status: number;
  /** Which version gave it. */
  readonly version: number | undefined;
  readonly text: string;
  /** ms */
  readonly took: number;
  /** Of `performance.now()` at its end. */
  readonly at: number;
}

/** ms after which an answer is no longer waited for. */
const patience = 10_000;

/** Asks over connections that stay open, as pools of clients do. */
export class Client {
  private readonly agent: Agent;

  constructor(connections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, noDelay: true });
  }

  ask({ url, token, body }: Asked, path = '/invocations'): Promise<Answer> {
    const begun = performance.now();
    return new Promise(resolve => {
      const end = (status: number, text: string, version?: number): void => {
        const at = performance.now();
        resolve({ status, text, version, took: at - begun, at });
      };
      const asked = request(
        `${url}${path}`,
        {
          method: path === '/invocations' ? 'POST' : 'GET',
          agent: this.agent,
          timeout: patience,
          headers: {
            'content-type': 'application/json',
            ...(path === '/invocations' && { 'content-length': Buffer.byteLength(body) }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
        },
        response => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.once('error', cause => end(0, cause.message));
          response.once('end', () => {
            const version = response.headers['x-modelyard-version'];
            const text = Buffer.concat(pieces).toString('utf8');
            end(response.statusCode ?? 0, text, version === undefined ? undefined : Number(version));
          });
        },
      );
      asked.once('timeout', () => asked.destroy(new Error(`no answer within ${patience / 1000} s`)));
      asked.once('error', cause => end(0, cause.message));
      asked.end(path === '/invocations' ? body : undefined);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

export interface LoadPlan {
  readonly asked: Asked;
  readonly connections: number;
  readonly seconds: number;
  /** Of each answer as it comes. */
  readonly seen?: (answer: Answer) => void;
}

/** So many clients, each of which asks again as soon as it has its answer. */
export async function putLoad(plan: LoadPlan, signal: AbortSignal): Promise<LoadResult> {
  const { asked, connections, seconds } = plan;
  const client = new Client(connections);
  const took: number[] = [];
  let failed = 0;
  let failure: string | undefined;
  const begun = performance.now();
  const isOver = (): boolean => signal.aborted || performance.now() - begun >= seconds * 1000;
  const one = async (): Promise<void> => {
    while (!isOver()) {
      const answer = await client.ask(asked);
      plan.seen?.(answer);
      took.push(answer.took);
      if (answer.status === 200) continue;
      failed++;
      failure ??= answer.status === 0 ? answer.text : `${answer.status}: ${answer.text.slice(0, 300)}`;
      await delay(5); // a server that is gone is not asked a million times
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, one));
  } finally {
    client.close();
  }
  throwIfAborted(signal);
  const elapsed = (performance.now() - begun) / 1000;
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.max(0, Math.ceil(took.length * share) - 1)] ?? Number.NaN;
  return {
    connections,
    seconds: elapsed,
    requests: took.length,
    requestsPerSecond: took.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    worst: at(1),
    failed,
    ...(failure !== undefined && { failure }),
  };
}
