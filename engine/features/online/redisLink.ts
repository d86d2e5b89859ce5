import type { RedisClientType } from '@redis/client';
import { ModelyardError } from '../../errors';
import type { OnlineStoreConfig } from '../../protocol/featureConfig';

export type RedisConfig = Extract<OnlineStoreConfig, { readonly kind: 'redis' }>;

/** ms for a connection, and for an answer. */
const CONNECT = 3_000;
const ANSWER = 10_000;

export interface RedisLinkOptions {
  readonly config: RedisConfig;
  /** Of the engine; the password comes from here and goes nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ms for an answer. Default: ten seconds. */
  readonly patience?: number;
}

/**
 * A connection to Redis, made when it is first needed, and again after it has gone. The client's code is loaded then too: most
 * workspaces never need it.
 */
export class RedisLink {
  /** Host and port: a URL may have secrets. */
  private readonly name: string;
  private readonly patience: number;
  private client: Promise<RedisClientType> | undefined;

  constructor(private readonly options: RedisLinkOptions) {
    this.name = new URL(options.config.url).host;
    this.patience = options.patience ?? ANSWER;
  }

  /** @throws ModelyardError `remote.unreachable`, `remote.refused`; `params.invalid` when the password's variable is not set */
  async ask<T>(work: (client: RedisClientType) => Promise<T>): Promise<T> {
    const connecting = (this.client ??= this.connect());
    try {
      return await inTime(work(await connecting), this.patience);
    } catch (error) {
      if (error instanceof ModelyardError) {
        this.drop(connecting);
        throw error;
      }
      if (isAnswer(error)) throw this.refused(error);
      this.drop(connecting);
      throw this.unreachable(error);
    }
  }

  close(): void {
    if (this.client) this.drop(this.client);
  }

  /** The next call connects anew. */
  private drop(client: Promise<RedisClientType>): void {
    if (this.client === client) this.client = undefined;
    void client.then(one => one.destroy()).catch(() => undefined);
  }

  private async connect(): Promise<RedisClientType> {
    const { url, username, password: variable } = this.options.config;
    const password = variable === undefined ? undefined : this.options.env[variable];
    if (variable !== undefined && password === undefined)
      throw new ModelyardError('params.invalid', `The environment variable ${variable} is not set.`, {
        fix: `It has the password of ${this.name}: set it where the engine starts.`,
      });
    const { createClient } = await import('@redis/client');
    const client: RedisClientType = createClient({
      url,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      disableOfflineQueue: true,
      socket: { connectTimeout: CONNECT, reconnectStrategy: false },
    });
    client.on('error', () => undefined); // whoever asks next is told
    try {
      await inTime(client.connect(), this.patience);
      return client;
    } catch (error) {
      if (client.isOpen) client.destroy();
      throw isAnswer(error) ? this.refused(error) : this.unreachable(error);
    }
  }

  private unreachable(cause: unknown): ModelyardError {
    return new ModelyardError('remote.unreachable', `Redis at ${this.name} does not answer: ${said(cause)}`, {
      cause,
      fix: 'See that it runs and that `online_store` in modelyard.yaml has its address; then do it again, nothing is lost.',
    });
  }

  private refused(cause: unknown): ModelyardError {
    return new ModelyardError('remote.refused', `Redis at ${this.name} said no: ${said(cause)}`, {
      cause,
      fix: 'See to what its message says (user, password, memory, rights), then do it again.',
    });
  }
}

/** The client bounds the time until a command is sent, and waits without end for what a server that hangs would answer. */
async function inTime<T>(work: Promise<T>, patience: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the server itself has answered, such as `WRONGPASS`, `OOM` or `NOAUTH`. */
const isAnswer = (error: unknown): error is Error => error instanceof Error && /^[A-Z]{3,}\b[^:]/.test(error.message);

const said = (cause: unknown): string => {
  const text = cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
  return text.endsWith('.') ? text : `${text}.`;
};
