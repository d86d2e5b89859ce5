import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ModelyardError } from '../errors';
import type { Database } from '../store/database';
import { examples } from './examples';
import { Lanes } from './lanes';
import { messageOf } from './message';
import { post as postOverHttp } from './post';
import type { Post, PostAnswer } from './post';
import type { EventName, Webhook, WebhookChange, WebhookEvent } from './records';
import { checkChange } from './rules';
import type { SecretFile } from './secretFile';
import { WebhookStore } from './store';

export interface WebhookServiceOptions {
  readonly db: Database;
  readonly secrets: SecretFile;
  readonly log: { readonly info: (line: string) => void };
  readonly now?: () => number;
  readonly post?: Post;
  /** Waits ms between two tries. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface TestResult {
  readonly success: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
}

const RETRIES = 3;
const RETRIED: readonly number[] = [429, 500, 502, 503, 504];
const MAX_WAIT_S = 60;
/** ms that messages under way get when the engine ends. */
const CLOSE_PATIENCE = 1_000;

/** Who is told of what over HTTP, and the telling: after the fact, in order for each receiver, a few tries each. */
export class WebhookService {
  private readonly store: WebhookStore;
  private readonly lanes: Lanes<WebhookEvent>;
  private readonly post: Post;

  constructor(private readonly options: WebhookServiceOptions) {
    this.store = new WebhookStore(options.db);
    this.post = options.post ?? postOverHttp;
    this.lanes = new Lanes({
      work: (id, event, signal) => this.tell(id, event, signal),
      dropped: id => this.log(id, 'too many messages wait; the oldest is given up'),
    });
  }

  /** @throws ModelyardError `params.invalid`, `store.*` */
  create(change: WebhookChange & { readonly name: string; readonly url: string }): Webhook {
    const { name, url, description = '', status = 'ACTIVE', events = [] } = change;
    if (events.length === 0)
      throw new ModelyardError('params.invalid', "Missing value for required parameter 'events'.");
    const at = this.now();
    const fresh = { id: randomUUID(), name, url, description, status, events, createdAt: at, updatedAt: at };
    return this.keep({ ...fresh, isSigned: false }, change);
  }

  /** @throws ModelyardError `not-found` */
  get(id: string): Webhook {
    const webhook = this.store.get(id);
    if (webhook) return webhook;
    throw new ModelyardError('not-found', `Webhook with ID ${id} not found.`);
  }

  /** Newest first. */
  list(page: { readonly limit: number; readonly pageToken?: string }): ReturnType<WebhookStore['list']> {
    return this.store.list(page);
  }

  /** @throws ModelyardError `not-found`, `params.invalid`, `store.*` */
  update(id: string, change: WebhookChange): Webhook {
    const known = this.get(id);
    const { name, description, url, status, events } = { ...known, ...change };
    return this.keep({ ...known, name, description, url, status, events, updatedAt: this.now() }, change);
  }

  delete(id: string): void {
    this.get(id);
    this.options.db.transaction(() => this.store.delete(id));
    this.options.secrets.set(id, '');
  }

  /** Sends an example once, and waits for the answer. */
  async test(id: string, event?: EventName): Promise<TestResult> {
    const webhook = this.get(id);
    const wanted = event ?? webhook.events[0];
    const example = examples.find(({ entity, action }) => entity === wanted?.entity && action === wanted.action);
    if (example === undefined) throw new ModelyardError('params.invalid', 'There is no such event.');
    try {
      const { status, body } = await this.send(webhook, example, new AbortController().signal);
      return { success: isTaken(status), status, body };
    } catch (error) {
      return { success: false, error: `Failed to test webhook: ${messageOfError(error)}` };
    }
  }

  /** Returns at once. */
  deliver(event: WebhookEvent): void {
    for (const id of this.store.wanting(event)) this.lanes.add(id, event);
  }

  /** Resolves when everybody has been told, or given up. */
  idle(): Promise<void> {
    return this.lanes.idle();
  }

  close(): Promise<void> {
    return this.lanes.close(CLOSE_PATIENCE);
  }

  /** The secret is on the disk before the row that needs it. */
  private keep(webhook: Webhook, change: WebhookChange): Webhook {
    checkChange(change);
    const { secret } = change;
    const kept = { ...webhook, isSigned: secret === undefined ? webhook.isSigned : secret !== '' };
    if (secret !== undefined) this.options.secrets.set(webhook.id, secret);
    this.options.db.transaction(() => this.store.put(kept));
    return this.get(webhook.id);
  }

  private async tell(id: string, event: WebhookEvent, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const webhook = this.store.get(id); // it may have been changed or deleted since
      if (webhook?.status !== 'ACTIVE') return;
      const outcome = await this.attempt(webhook, event, signal);
      if (outcome.isTold) return;
      if (attempt === RETRIES || !outcome.isWorthwhile) {
        this.log(id, `${outcome.why}; given up`);
        return;
      }
      const seconds = Math.min(MAX_WAIT_S, outcome.retryAfter ?? 2 ** attempt + Math.random());
      await (this.options.wait ?? waitFor)(seconds * 1000, signal);
    }
  }

  private async attempt(webhook: Webhook, event: WebhookEvent, signal: AbortSignal): Promise<Outcome> {
    try {
      const { status, retryAfter } = await this.send(webhook, event, signal);
      const isWorthwhile = RETRIED.includes(status);
      const why = `${new URL(webhook.url).host} answered ${status}`;
      return { isTold: isTaken(status), isWorthwhile, why, ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { isTold: false, isWorthwhile: !(error instanceof ModelyardError), why: messageOfError(error) };
    }
  }

  /** What should be signed is not sent without. */
  private send(webhook: Webhook, event: WebhookEvent, signal: AbortSignal): Promise<PostAnswer> {
    const secret = webhook.isSigned ? this.options.secrets.get(webhook.id) : undefined;
    if (webhook.isSigned && secret === undefined)
      throw new ModelyardError(
        'not-found',
        `The secret of the webhook ${webhook.name} is not there any more; set it again.`,
      );
    return this.post(messageOf(event, { url: webhook.url, secret }, this.now()), signal);
  }

  private log(id: string, what: string): void {
    this.options.log.info(`Webhook ${this.store.get(id)?.name ?? id}: ${what}`);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

interface Outcome {
  readonly isTold: boolean;
  /** Another try may do. */
  readonly isWorthwhile: boolean;
  readonly why: string;
  readonly retryAfter?: number;
}

/** A redirection is not followed, so what it answers was not taken. */
const isTaken = (status: number): boolean => status >= 200 && status < 300;

const waitFor = (ms: number, signal: AbortSignal): Promise<unknown> => pause(ms, undefined, { signal });

const messageOfError = (error: unknown): string => (error instanceof Error ? error.message : String(error));
