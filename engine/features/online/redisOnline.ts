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
} from './onlineStore';
import { byEvent } from './onlineStore';
import { onlineName } from './onlineName';
import { RedisLink, type RedisLinkOptions } from './redisLink';
import { eventsScript, putEventsScript, putLatestScript } from './redisScripts';
import { unpackValues } from './storedValues';

/** Rows of one call of a script: Redis does nothing else meanwhile. */
const BATCH = 500;

interface Script {
  readonly text: string;
  readonly keys: readonly string[];
  readonly given: readonly string[];
}

/**
 * The online store in a Redis. Events are forgotten as their entity gets others, and with the entity's last window. Each row is written or left by a script, so that several writers agree
 * on the newest.
 */
export class RedisOnline implements OnlineStore {
  readonly name: string;
  private readonly link: RedisLink;
  private readonly prefix: string;

  constructor(options: RedisLinkOptions) {
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

  async push(target: OnlineTarget, { latest, events }: PushedTogether): ReturnType<OnlineStore['push']> {
    const scripts = [this.latestScript(target, latest), this.eventScript(target, events)];
    const taken = await this.link.ask<unknown>(client => {
      const both = client.multi();
      for (const { text, ...given } of scripts) both.eval(text, argumentsOf(given));
      return both.exec();
    });
    const [ofLatest, ofEvents] = v.parse(v.tuple([v.number(), v.number()]), taken);
    return { latest: ofLatest, events: ofEvents };
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

  private eventScript(target: OnlineTarget, rows: readonly PackedEvent[]): Script {
    const longest = target.longest ?? 0;
    const till = ({ event }: PackedEvent): number => Math.max(1, Math.ceil((event + longest) / 1000));
    const forgotten = String(Math.floor(Date.now() * 1000 - longest));
    return {
      text: putEventsScript,
      keys: rows.flatMap(({ key }) => this.eventKeys(target, key)),
      given: [forgotten, ...rows.flatMap(row => [row.id, rowText(row), String(till(row))])],
    };
  }

  /**
   * The braces keep all of a version in one slot of a cluster; the hash keeps what another definition gave apart, `named` what
   * earlier releases kept in the order of modelyard.yaml.
   */
  private root({ view, version, hash }: OnlineTarget): string {
    return `${this.prefix}:{${view}@v${version}:${hash.slice(0, 12)}}:named:`;
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

const rowText = ({ event, created, packed }: PackedRow): string => `${event} ${created} ${packed}`;

function rowOf(key: string, text: string): LatestRow {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  return {
    key,
    event: Number(text.slice(0, first)),
    created: Number(text.slice(first + 1, second)),
    values: unpackValues(text.slice(second + 1)),
  };
}
