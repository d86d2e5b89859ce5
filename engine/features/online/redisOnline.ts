import * as v from 'valibot';
import { throwIfAborted } from '../../errors';
import type {
  EventRow,
  LatestRow,
  OnlineStore,
  OnlineTarget,
  PackedEvent,
  PackedRow,
  PushedTogether,
  PushOnce,
} from './onlineStore';
import { byEvent } from './onlineStore';
import { onlineName } from './onlineName';
import { RedisLink, type RedisLinkOptions } from './redisLink';
import { eventsScript, putEventsScript, putLatestScript } from './redisScripts';
import { unpackValues } from './storedValues';

/** Rows of one call of a script: Redis does nothing else meanwhile. */
const BATCH = 500;
/** ms for which a push that is repeated is known. */
const REPEATED = 7 * 86_400_000;

interface Script {
  readonly text: string;
  readonly keys: readonly string[];
  readonly given: readonly string[];
}

/**
 * The online store in a Redis. Events are forgotten as their entity gets others, and with the entity's last window. Each row is
 * written or left by a script, so that several writers agree on the newest.
 */
export class RedisOnline implements OnlineStore {
  readonly name: string;
  private readonly link: RedisLink;
  private readonly prefix: string;
  private readonly now: () => number;

  /** `now`: ms since 1970 */
  constructor(options: RedisLinkOptions & { readonly now?: () => number }) {
    this.now = options.now ?? (() => Date.now());
    this.name = onlineName(options.config);
    this.link = new RedisLink(options);
    this.prefix = options.config.prefix;
  }

  putLatest(target: OnlineTarget, rows: readonly PackedRow[], signal: AbortSignal): Promise<number> {
    return this.inBatches({ rows, signal }, part => this.latestScript(target, part));
  }

  putEvents(target: OnlineTarget, rows: readonly PackedEvent[], signal: AbortSignal): Promise<number> {
    return this.inBatches({ rows, signal }, part => this.eventScript(target, part));
  }

  /** All in one transaction; what is written of it to the workspace's database comes right after. */
  async push(versions: readonly PushedTogether[], { counted, id }: PushOnce): Promise<void> {
    const scripts = versions.flatMap(({ target, latest, events }) => {
      const once = id === undefined ? undefined : `${this.root(target)}push:${id}`;
      return [this.latestScript(target, latest), this.eventScript(target, events, once)];
    });
    const answers = await this.link.ask<unknown>(client => {
      const all = client.multi();
      for (const { text, ...given } of scripts) all.eval(text, argumentsOf(given));
      return all.exec();
    });
    const taken = v.parse(v.array(v.number()), answers);
    counted(versions.map((_, at) => ({ latest: taken[2 * at] ?? 0, events: taken[2 * at + 1] ?? 0 })));
  }

  async latest(target: OnlineTarget, keys: readonly string[]): Promise<readonly (LatestRow | undefined)[]> {
    if (keys.length === 0) return [];
    const found = await this.link.ask(client => client.mGet(keys.map(key => this.rowKey(target, key))));
    return keys.map((key, index) => {
      const text = found[index];
      return text === null || text === undefined ? undefined : rowOf(key, text);
    });
  }

  async events(
    target: OnlineTarget,
    keys: readonly string[],
    after: number,
  ): Promise<readonly (readonly EventRow[])[]> {
    if (keys.length === 0) return [];
    const lists = v.parse(
      eventLists,
      await this.run({
        text: eventsScript,
        keys: keys.flatMap(key => this.eventKeys(target, key)),
        given: [String(after)],
      }),
    );
    return keys.map((key, index) => {
      const pairs = lists[index] ?? [];
      const rows: EventRow[] = [];
      for (let at = 0; at + 1 < pairs.length; at += 2) rows.push({ ...rowOf(key, pairs[at + 1]!), id: pairs[at]! });
      return rows.sort(byEvent);
    });
  }

  async keep(target: OnlineTarget): Promise<void> {
    await this.link.ask(client => client.set(`${this.root(target)}kept`, '1'));
  }

  /** A server that was started again may have lost everything. */
  async hasKept(target: OnlineTarget): Promise<boolean> {
    return (await this.link.ask(client => client.exists(`${this.root(target)}kept`))) === 1;
  }

  async remove(target: OnlineTarget): Promise<void> {
    const pattern = `${this.root(target).replace(/[\\*?[\]]/g, '\\$&')}*`;
    await this.link.ask(async client => {
      for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 1000 }))
        if (keys.length > 0) await client.unlink(keys);
    });
  }

  close(): void {
    this.link.close();
  }

  private async inBatches<R>(
    { rows, signal }: { readonly rows: readonly R[]; readonly signal: AbortSignal },
    script: (part: readonly R[]) => Script,
  ): Promise<number> {
    let taken = 0;
    for (let at = 0; at < rows.length; at += BATCH) {
      throwIfAborted(signal);
      taken += v.parse(v.number(), await this.run(script(rows.slice(at, at + BATCH))));
    }
    return taken;
  }

  private run({ text, ...given }: Script): Promise<unknown> {
    return this.link.ask<unknown>(client => client.eval(text, argumentsOf(given)));
  }

  private latestScript(target: OnlineTarget, rows: readonly PackedRow[]): Script {
    // twice the time, so that an expired value can be told from one that never was
    const till = ({ event }: PackedRow): number =>
      target.ttl === undefined ? 0 : Math.max(1, Math.ceil((event + 2 * target.ttl) / 1000));
    return {
      text: putLatestScript,
      keys: rows.map(({ key }) => this.rowKey(target, key)),
      given: rows.flatMap(row => [rowText(row), String(till(row))]),
    };
  }

  private eventScript(target: OnlineTarget, rows: readonly PackedEvent[], once?: string): Script {
    const longest = target.longest ?? 0;
    const till = ({ event, created }: PackedEvent): number =>
      Math.max(1, Math.ceil((Math.max(event, created) + longest) / 1000));
    const forgotten = String(Math.floor(this.now() * 1000 - longest));
    const given = rows.flatMap(row => [row.id, rowText(row), String(till(row)), row.isAnother === true ? '1' : '0']);
    return {
      text: putEventsScript,
      keys: [...rows.flatMap(({ key }) => this.eventKeys(target, key)), ...(once === undefined ? [] : [once])],
      given: [forgotten, String(REPEATED), ...given],
    };
  }

  /**
   * The braces keep all of a version in one slot of a cluster; the hash keeps what another definition gave apart, `placed` what
   * earlier releases kept in other forms.
   */
  private root({ view, version, hash }: OnlineTarget): string {
    return `${this.prefix}:{${view}@v${version}:${hash.slice(0, 12)}}:placed:`;
  }

  private rowKey(target: OnlineTarget, key: string): string {
    return `${this.root(target)}row:${key}`;
  }

  private eventKeys(target: OnlineTarget, key: string): readonly [string, string] {
    return [`${this.root(target)}times:${key}`, `${this.root(target)}events:${key}`];
  }
}

const argumentsOf = ({ keys, given }: Omit<Script, 'text'>) => ({ keys: [...keys], arguments: [...given] });

const eventLists = v.array(v.array(v.string()));

const rowText = ({ event, created, place, packed }: PackedRow): string => `${event} ${created} ${place} ${packed}`;

function rowOf(key: string, text: string): LatestRow {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  const third = text.indexOf(' ', second + 1);
  return {
    key,
    event: Number(text.slice(0, first)),
    created: Number(text.slice(first + 1, second)),
    values: unpackValues(text.slice(third + 1)),
  };
}
