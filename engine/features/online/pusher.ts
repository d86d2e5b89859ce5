import { ModelyardError } from '../../errors';
import { isoTime } from '../../isoTime';
import type { Cell } from '../../protocol/data';
import type { FeatureViewDefinition, FeatureViewVersion } from '../../protocol/features';
import type { PushReport, PushRequest } from '../../protocol/featureOnline';
import { onlineTarget, type OnlineStore, type PackedEvent, type PackedRow } from './onlineStore';
import type { PushLog } from './pushLog';
import { clockTolerance } from './reader';

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
  readonly latest?: PackedRow;
  readonly windows?: PackedEvent;
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
  constructor(private readonly parts: PusherParts) {}

  /**
   * On the disk of the store, and of the workspace, when this resolves.
   * @throws ModelyardError `params.invalid`, `data.column` with the number of the row; `remote.unreachable`
   */
  async push(push: Push): Promise<PushReport> {
    const { version, to, store } = push;
    const { view, definition } = version;
    if (definition.kind !== 'batch' || !definition.push) throw notPushed(view);
    if (push.rows.length > MOST)
      throw invalid(`There are ${push.rows.length} rows; at most ${MOST} can be pushed at once.`);
    const rows = push.rows.map(row => withTimes(row, definition, this.parts.now()));
    const computed = await this.parts.compute(version, rows);
    for (const [index, row] of computed.entries()) this.check(row, { index, view, definition });
    if (rows.length === 0) return { accepted: 0, stale: 0 };
    // also for versions that are served as well, before anything is written: what one of them refuses, none takes
    const others: Computed[] = [];
    if (to !== 'offline')
      for (const other of push.others) others.push({ version: other, computed: await this.parts.compute(other, rows) });
    let stale = 0;
    const online = async (): Promise<void> => {
      stale = await put(store, { version, computed });
      for (const other of others) await put(store, other);
    };
    if (to === 'online') await online();
    else {
      const newest = Math.max(...computed.map(({ event = 0 }) => event));
      const lines = rows.map(row => JSON.stringify(row));
      await this.parts.log.append(view, { lines, newest }, to === 'offline' ? () => Promise.resolve() : online);
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

/** Returns how many rows were older than what was there. */
async function put(store: OnlineStore, { version, computed }: Computed): Promise<number> {
  const kept = computed.filter(({ isLeftOut }) => !isLeftOut);
  const newest = new Map<string, PackedRow>();
  for (const { latest } of kept) {
    const other = latest && newest.get(latest.key);
    if (latest && (!other || isNotOlder(latest, other))) newest.set(latest.key, latest);
  }
  const events = kept.flatMap(({ windows }) => (windows ? [windows] : []));
  const latest = [...newest.values()];
  const taken = await store.push(onlineTarget(version), { latest, events });
  return latest.length > 0 ? latest.length - taken.latest : events.length - taken.events;
}

const isNotOlder = (a: PackedRow, b: PackedRow): boolean =>
  a.event > b.event || (a.event === b.event && a.created >= b.created);

const invalid = (message: string, fix?: string): ModelyardError =>
  new ModelyardError('params.invalid', message, { ...(fix !== undefined && { fix }) });

const notPushed = (view: string): ModelyardError =>
  new ModelyardError('params.invalid', `Rows cannot be pushed to ${view}.`, {
    fix: `Say \`push: true\` under \`${view}\` in \`features:\` of modelyard.yaml.`,
  });
