import { createHash } from 'node:crypto';
import { ModelyardError } from '../../errors';
import { isoTime } from '../../isoTime';
import type { Cell } from '../../protocol/data';
import type { FeatureViewDefinition, FeatureViewVersion } from '../../protocol/features';
import type { PushReport, PushRequest } from '../../protocol/featureOnline';
import { eventIdBeginning, identityId, pushedEventId } from './eventIds';
import {
  onlineTarget,
  type OnlineStore,
  type PackedEvent,
  type PackedRow,
  type PushedCounts,
  type PushedTogether,
} from './onlineStore';
import { orderOf, placeBehindLog, placeInLog } from './places';
import type { PushLog } from './pushLog';
import { clockTolerance } from './reader';
import { packValues } from './storedValues';

/** Rows of one push. */
const MOST = 5_000;

export type PushedRow = PushRequest['rows'][number];

/** What the definition of a view makes of a row. */
export interface ComputedRow {
  /** Undefined: missing, or not of its type. */
  readonly key?: string;
  /** µs; undefined: there is none. */
  readonly event?: number;
  readonly created?: number;
  /** The condition of the view leaves it out. */
  readonly isLeftOut: boolean;
  readonly latest?: Omit<PackedRow, 'place'>;
  readonly windows?: ComputedEvent;
}

/** What windows are computed from. */
export interface ComputedEvent extends Omit<PackedRow, 'place' | 'packed'> {
  /** Of the windows. */
  readonly values: readonly Cell[];
  /** Which event it is a version of; absent: it is one by itself. */
  readonly identity?: string;
}

/**
 * Computes rows as those of the view's source are. @throws ModelyardError `data.column` for a value of another type, with the
 * number of the row
 */
export type RowComputer = (version: FeatureViewVersion, rows: readonly PushedRow[]) => Promise<readonly ComputedRow[]>;

export interface PusherParts {
  readonly log: PushLog;
  readonly compute: RowComputer;
  /** ms since 1970 */
  readonly now: () => number;
}

export interface Push extends Omit<PushRequest, 'view'> {
  readonly version: FeatureViewVersion;
  /** Versions that are served as well. */
  readonly others: readonly FeatureViewVersion[];
  readonly store: OnlineStore;
}

/** Takes rows as they happen: all of a push or none. */
export class Pusher {
  /** Pushes that may be repeated, by view and id. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly parts: PusherParts) {}

  /**
   * On the disk of the store, and of the workspace, when this resolves. With an `id` it may be repeated, also at the same time:
   * it is taken once, and every time answered as at the first.
   * @throws ModelyardError `params.invalid`, `data.column` with the number of the row; `conflict` for an id of something
   *   else; `remote.unreachable`
   */
  async push(push: Push): Promise<PushReport> {
    const { id, version } = push;
    if (id === undefined) return this.take(push, undefined);
    const name = JSON.stringify([version.view, id]);
    while (this.running.has(name)) await this.running.get(name);
    const digest = createHash('sha256')
      .update(JSON.stringify([push.to, push.rows]))
      .digest('hex');
    const before = this.parts.log.taken(version.view, id);
    if (before && before.digest !== digest) throw anotherPush(version.view, id);
    if (before) return { accepted: before.accepted, stale: before.stale };
    const own = this.take(push, { id, digest });
    const ended = own.then(ignored, ignored).finally(() => this.running.delete(name));
    this.running.set(name, ended);
    return own;
  }

  private async take(
    push: Push,
    once: { readonly id: string; readonly digest: string } | undefined,
  ): Promise<PushReport> {
    const { version, to, store } = push;
    const { log, compute, now } = this.parts;
    const { view, definition } = version;
    if (definition.kind !== 'batch' || !definition.push) throw notPushed(view);
    if (push.rows.length > MOST)
      throw invalid(`There are ${push.rows.length} rows; at most ${MOST} can be pushed at once.`);
    const rows = push.rows.map(row => withTimes(row, definition, now()));
    const computed = await compute(version, rows);
    for (const [index, row] of computed.entries()) this.check(row, { index, view, definition });
    if (rows.length === 0) return { accepted: 0, stale: 0 };
    // also for versions that are served as well, before anything is written: what one of them refuses, none takes
    const others: Computed[] = [];
    if (to !== 'offline')
      for (const other of push.others) others.push({ version: other, computed: await compute(other, rows) });
    let stale = 0;
    const taken = (): void => {
      if (once) log.take(view, { ...once, at: now(), accepted: rows.length, stale });
    };
    const online = async (place: PushPlace, count: () => void): Promise<void> => {
      const at = now() * 1000;
      const versions = [{ version, computed }, ...others].map(one => together(one, place, at));
      const counted = (counts: readonly PushedCounts[]): void => {
        stale = staleOf(versions[0]!, counts[0]!);
        count();
        taken();
      };
      await store.push(versions, { counted, ...(once && { id: once.id }) });
    };
    if (to === 'online') await online({ rows: log.rows(view) }, () => undefined);
    else {
      const newest = Math.max(...computed.map(({ event = 0 }) => event));
      const lines = rows.map(row => JSON.stringify(row));
      await log.append(view, { lines, newest }, async (first, count) => {
        if (to === 'online_and_offline') await online({ first }, count);
        else
          log.together(() => {
            count();
            taken();
          });
      });
    }
    return { accepted: rows.length, stale };
  }

  private check({ key, event, created }: ComputedRow, { index, view, definition }: RowPlace): void {
    const row = `Row ${index + 1} for ${view}`;
    const { entities, event_time, created_time } = definition;
    if (key === undefined)
      throw invalid(`${row} has no key: ${entities.map(({ key: name, type }) => `\`${name}\` (${type})`).join(', ')}.`);
    if (event_time !== undefined && event === undefined)
      throw invalid(`${row} has no event time: \`${event_time}\`.`, 'Give a time such as 2024-02-29T12:30:00Z.');
    const latest = this.parts.now() * 1000 + clockTolerance;
    for (const [name, time] of [[event_time, event], [created_time, created]] as const) // prettier-ignore
      if (time !== undefined && time > latest)
        throw invalid(`${row} is from the future: \`${name ?? ''}\` is ${new Date(time / 1000).toISOString()}.`, 'See to the clock of who pushes; it may be a minute ahead.'); // prettier-ignore
  }
}

type BatchDefinition = Extract<FeatureViewDefinition, { readonly kind: 'batch' }>;

interface RowPlace {
  readonly index: number;
  readonly view: string;
  readonly definition: BatchDefinition;
}

/** Times that are numbers (ms since 1970) as texts, as files have them; a row becomes known when it is pushed. */
function withTimes(row: PushedRow, { event_time, created_time }: BatchDefinition, now: number): PushedRow {
  const times: Record<string, Cell> = {};
  for (const name of [event_time, created_time]) {
    const time = name === undefined ? undefined : row[name];
    if (name !== undefined && typeof time === 'number' && Math.abs(time) <= 8.64e15) times[name] = isoTime(time);
  }
  if (created_time !== undefined && (row[created_time] ?? '') === '') times[created_time] = new Date(now).toISOString();
  return { ...row, ...times };
}

interface Computed {
  readonly version: FeatureViewVersion;
  readonly computed: readonly ComputedRow[];
}

/** Where rows are pushed to: among those for training, from `first` on, or behind so many `rows` of these. */
type PushPlace = { readonly first: number } | { readonly rows: number };

interface Together extends PushedTogether {
  /** Rows that expired so long ago that nobody is told of them any more. */
  readonly forgotten: number;
}

/** Of each key the newest row, and all events. `now`: µs */
function together({ version, computed }: Computed, push: PushPlace, now: number): Together {
  const target = onlineTarget(version);
  const isTimed = version.definition.kind === 'batch' && version.definition.event_time !== undefined;
  const oldest = isTimed && target.ttl !== undefined ? now - 2 * target.ttl : -Infinity;
  const newest = new Map<string, PackedRow>();
  const events: PackedEvent[] = [];
  for (const [index, { isLeftOut, latest, windows }] of computed.entries()) {
    if (isLeftOut) continue;
    const place = 'first' in push ? placeInLog(push.first + index) : placeBehindLog(push.rows, index);
    const other = latest && newest.get(latest.key);
    if (latest && (!other || isNotOlder(latest, other))) newest.set(latest.key, { ...latest, place });
    if (windows) events.push(eventOf(windows, place, 'first' in push ? push.first + index : undefined));
  }
  const all = [...newest.values()];
  const latest = all.filter(({ event }) => event >= oldest);
  return { target, latest, events, forgotten: all.length - latest.length };
}

/** `row`: where it stands among those for training. Elsewhere it is one more of the events that are equal to it. */
function eventOf({ key, event, created, values, identity }: ComputedEvent, place: number, row?: number): PackedEvent {
  const times = { key, event, created, place };
  const packed = packValues([...values, orderOf(place, 0)]);
  if (identity !== undefined) return { ...times, packed, id: identityId(identity) };
  if (row !== undefined) return { ...times, packed, id: pushedEventId(row) };
  const id = eventIdBeginning({ key, event, created, packed: packValues(values) });
  return { ...times, packed, id, isAnother: true };
}

/** How many rows were older than what was there. */
const staleOf = ({ latest, events, forgotten }: Together, taken: PushedCounts): number =>
  latest.length + forgotten > 0 ? latest.length + forgotten - taken.latest : events.length - taken.events;

const isNotOlder = (a: Omit<PackedRow, 'place'>, b: PackedRow): boolean =>
  a.event > b.event || (a.event === b.event && a.created >= b.created);

const invalid = (message: string, fix?: string): ModelyardError =>
  new ModelyardError('params.invalid', message, { ...(fix !== undefined && { fix }) });

const anotherPush = (view: string, id: string): ModelyardError =>
  new ModelyardError('conflict', `Other rows were pushed to ${view} with the id \`${id}\`.`, {
    fix: 'Give each push an id of its own; only one that is repeated has that of the first.',
  });

const ignored = (): void => undefined;

const notPushed = (view: string): ModelyardError =>
  new ModelyardError('params.invalid', `Rows cannot be pushed to ${view}.`, {
    fix: `Say \`push: true\` under \`${view}\` in \`features:\` of modelyard.yaml.`,
  });
