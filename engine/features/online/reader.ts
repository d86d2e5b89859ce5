import { ModelyardError } from '../../errors';
import { nearest } from '../../nearest';
import { plural } from '../../plural';
import type { Cell } from '../../protocol/data';
import type { OnlineAnswer, OnlineFeature, OnlineRequest, OnlineStatus } from '../../protocol/featureOnline';
import { answerCell, givenVector, keptVector } from './cells';
import { canonicalKey } from './entityKey';
import type { EventRow, LatestRow, OnlineStore } from './onlineStore';
import type { BatchPlan, FeaturePlan, ReadPlan } from './readPlan';
import { windowValue } from './windowValue';

/** Entities of one request. */
const MOST = 100_000;
/** µs that the clock of who pushes may be ahead. */
export const clockTolerance = 60_000_000;

/** What a store has for each entity. */
interface Found {
  readonly keys: readonly (string | undefined)[];
  readonly rows: readonly (LatestRow | undefined)[];
  readonly events: readonly (readonly EventRow[] | undefined)[];
}

/** The values of a feature as they are kept, before they are made what is answered. */
interface Column {
  readonly values: Cell[];
  readonly statuses: OnlineStatus[];
  /** ms */
  readonly eventTimes: (number | null)[];
}

export interface ReadOptions {
  readonly plan: ReadPlan;
  readonly store: OnlineStore;
  /** ms since 1970 */
  readonly now: number;
  /** Told of what is answered, as it is kept. */
  readonly served?: (view: BatchPlan, key: string, values: Readonly<Record<string, Cell>>) => void;
}

/**
 * Answers with what the store has now. A value older than the view's `ttl` is null; a store need not know of it any more after
 * as long again. Keys that are missing or not of their type are those of no entity.
 * @throws ModelyardError `params.invalid`, `remote.unreachable`
 */
export async function readOnline(
  { entities }: Pick<OnlineRequest, 'entities'>,
  options: ReadOptions,
): Promise<OnlineAnswer> {
  const { plan, store } = options;
  const now = options.now * 1000;
  const count = rowCount(entities, plan);
  const found = new Map<BatchPlan, Found>();
  for (const view of plan.views) found.set(view, await find(view, { entities, store, count, now }));
  const done = new Map<string, Column>();
  const reading = new Reading({ plan, entities, count, found, done, now });
  const features = plan.columns.map(({ column, reference }): OnlineFeature => {
    const { values, statuses, eventTimes } = reading.column(reference);
    const { type } = reading.feature(reference);
    return { name: column, reference, values: values.map(value => answerCell(type, value)), statuses, eventTimes };
  });
  if (options.served) tell(options.served, { plan, found, done });
  return { entities, features };
}

/** How many entities there are. */
function rowCount(entities: OnlineRequest['entities'], plan: ReadPlan): number {
  const lengths = Object.entries(entities);
  const count = lengths[0]?.[1].length ?? 0;
  const known = new Set(plan.known);
  for (const [name, values] of lengths) {
    if (values.length !== count)
      throw invalid(`${name} has ${plural(values.length, 'value')}, but ${lengths[0]?.[0] ?? ''} has ${count}.`, {
        fix: 'Give as many values of each, one an entity.',
      });
    if (known.has(name)) continue;
    const meant = nearest(name, [...known]);
    throw invalid(`None of the features needs \`${name}\`.`, {
      fix: meant === undefined ? `They need ${[...known].join(', ') || 'nothing'}.` : `Did you mean \`${meant}\`?`,
    });
  }
  if (count > MOST) throw invalid(`There are ${count} entities; at most ${MOST} can be asked for at once.`);
  for (const name of plan.required)
    if (!Object.hasOwn(entities, name))
      throw invalid(`\`${name}\` is missing.`, { fix: `Give a list of values for it, one an entity.` });
  return count;
}

const invalid = (message: string, details: { readonly fix?: string } = {}): ModelyardError =>
  new ModelyardError('params.invalid', message, details);

interface Asked extends Pick<OnlineRequest, 'entities'> {
  readonly store: OnlineStore;
  readonly count: number;
  /** µs */
  readonly now: number;
}

async function find(view: BatchPlan, { entities, store, count, now }: Asked): Promise<Found> {
  const cells = view.entities.map(({ key }) => entities[key]!);
  const keys: (string | undefined)[] = [];
  for (let row = 0; row < count; row++)
    keys.push(
      canonicalKey(
        view.entities,
        cells.map(column => column[row]),
      ),
    );
  const asked = keys.filter(key => key !== undefined);
  const rows = view.wantsRows ? await store.latest(view.target, asked) : [];
  const events = view.longest > 0 ? await store.events(view.target, asked, now - view.longest) : [];
  if (asked.length === count) return { keys, rows, events };
  let next = 0;
  const places = keys.map(key => (key === undefined ? -1 : next++));
  return { keys, rows: places.map(at => rows[at]), events: places.map(at => events[at]) };
}

interface ReadingParts extends Pick<OnlineRequest, 'entities'> {
  readonly plan: ReadPlan;
  readonly count: number;
  readonly found: ReadonlyMap<BatchPlan, Found>;
  readonly done: Map<string, Column>;
  /** µs */
  readonly now: number;
}

/** Makes columns of what was found, each once. */
class Reading {
  constructor(private readonly parts: ReadingParts) {}

  feature(reference: string): FeaturePlan {
    return this.parts.plan.features.get(reference)!;
  }

  column(reference: string): Column {
    const known = this.parts.done.get(reference);
    if (known) return known;
    const column: Column = { values: [], statuses: [], eventTimes: [] };
    this.parts.done.set(reference, column);
    const feature = this.feature(reference);
    if (feature.kind === 'row') this.ofRows(feature, column);
    else if (feature.kind === 'window') this.ofWindow(feature, column);
    else this.onDemand(feature, column);
    return column;
  }

  private ofRows({ view, index }: FeaturePlan & { kind: 'row' }, column: Column): void {
    const { rows } = this.parts.found.get(view)!;
    const { count, now } = this.parts;
    const oldest = view.hasTimes && view.target.ttl !== undefined ? now - view.target.ttl : -Infinity;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      if (row === undefined || row.event > now + clockTolerance || row.created > now + clockTolerance) {
        add(column, notFound);
        continue;
      }
      const time = view.hasTimes ? row.event / 1000 : null;
      const value = row.values[index] ?? null;
      if (row.event < oldest) add(column, { value: null, status: 'OUTSIDE_MAX_AGE', time });
      else add(column, { value, status: value === null ? 'NULL_VALUE' : 'PRESENT', time });
    }
  }

  private ofWindow({ view, index, window }: FeaturePlan & { kind: 'window' }, column: Column): void {
    const { events, keys } = this.parts.found.get(view)!;
    const { count, now } = this.parts;
    for (let at = 0; at < count; at++) {
      if (keys[at] === undefined) {
        add(column, notFound);
        continue;
      }
      const { value, rows, newest } = windowValue(events[at] ?? [], { window, index, now });
      const missed = rows === 0 ? 'NOT_FOUND' : 'NULL_VALUE';
      const time = newest === undefined ? null : newest / 1000;
      add(column, { value, status: value === null ? missed : 'PRESENT', time });
    }
  }

  private onDemand({ view, feature }: FeaturePlan & { kind: 'on-demand' }, column: Column): void {
    const { count, entities } = this.parts;
    const vector = view.computer.compute(feature, count, name => {
      const used = view.uses.get(name);
      if (used !== undefined) return keptVector(this.feature(used).type, this.column(used).values);
      return givenVector(name, view.request.get(name) ?? 'string', entities[name]!);
    });
    for (let at = 0; at < count; at++) {
      const value = vector.kind === 'number' ? vector.values[at]! : (vector.categories[vector.codes[at]!] ?? null);
      if (value === null || Number.isNaN(value)) add(column, { value: null, status: 'NULL_VALUE' });
      else add(column, { value, status: 'PRESENT' });
    }
  }
}

interface Added {
  readonly value: Cell;
  readonly status: OnlineStatus;
  /** ms */
  readonly time?: number | null;
}

const notFound: Added = { value: null, status: 'NOT_FOUND' };

function add(column: Column, { value, status, time = null }: Added): void {
  column.values.push(value);
  column.statuses.push(status);
  column.eventTimes.push(time);
}

interface Told {
  readonly plan: ReadPlan;
  readonly found: ReadonlyMap<BatchPlan, Found>;
  readonly done: ReadonlyMap<string, Column>;
}

/** By view and entity what was answered. */
function tell(served: NonNullable<ReadOptions['served']>, { plan, found, done }: Told): void {
  for (const view of plan.views) {
    const columns = [...plan.features].flatMap(([reference, feature]) => {
      const column = feature.kind !== 'on-demand' && feature.view === view ? done.get(reference) : undefined;
      return column ? [{ name: reference.slice(view.name.length + 1), values: column.values }] : [];
    });
    for (const [at, key] of found.get(view)!.keys.entries())
      if (key !== undefined)
        served(view, key, Object.fromEntries(columns.map(({ name, values }) => [name, values[at] ?? null])));
  }
}
