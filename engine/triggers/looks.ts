import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { UpcomingTime as Upcoming } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { Schedule, isSchedule } from '../schedule/schedule';
import { chainAt, chainOf } from './chain';
import type { Contents, LookedFile } from './contents';
import { ContentWatch, contentsText } from './contents';
import type { Found, LookPlace } from './found';
import { dueTimes } from './dueTimes';
import { DriftLook } from './driftLook';
import { MetricLook, queryOf } from './metricLook';
import { recentRuns } from './ports';
import type { ModelMove, TriggerPorts } from './ports';
import type { TriggerSpec } from './specs';
import type { StateRow, TriggerStore } from './store';
import { timeText } from './timeText';

export interface LooksOptions {
  readonly ports: TriggerPorts;
  readonly store: TriggerStore;
  readonly workspace: string;
}

const scheduleCursor = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ at: v.number(), missed: v.optional(v.number(), 0) }),
);
const modelCursor = v.pipe(v.string(), v.parseJson(), v.object({ move: v.number() }));
const nothing: Found = { causes: [] };
/** Files that one trigger may watch. */
export const mostFiles = 10_000;

/** Looks at what triggers watch: the clock, files, the registry. Writes nothing. */
export class Looks {
  readonly #options: LooksOptions;
  readonly #watches = new Map<string, ContentWatch>();
  readonly #schedules = new Map<string, Schedule>();
  readonly #next = new Map<string, { readonly after: number; readonly time: number | undefined }>();

  readonly #metrics: MetricLook;
  readonly #drift: DriftLook;

  constructor(options: LooksOptions) {
    this.#options = options;
    this.#metrics = new MetricLook(options);
    this.#drift = new DriftLook(options);
  }

  /** The cursor of a trigger that is new, or goes on anew after the one before. */
  async begin(
    spec: TriggerSpec,
    place: LookPlace & { readonly before?: string },
    signal: AbortSignal,
  ): Promise<string> {
    if (spec.kind === 'schedule')
      return scheduleAt(place.now, place.before === undefined ? 0 : v.parse(scheduleCursor, place.before).missed);
    if (spec.kind === 'model')
      return JSON.stringify({ move: this.#options.ports.models.lastMove(spec.on.model?.name ?? '') });
    if (spec.on.metric && spec.kind === 'metric') return this.#metrics.begin(spec.on.metric, place.config);
    if (spec.kind === 'drift') return this.#drift.begin();
    return contentsText(await this.#watch(spec).begin(await this.#files(spec, place.config, signal), signal));
  }

  /** @throws what reading files throws; ModelyardError `data.unreadable` when there are too many */
  async look(
    spec: TriggerSpec,
    state: StateRow,
    { signal, ...place }: LookPlace & { readonly signal: AbortSignal },
  ): Promise<Found> {
    switch (spec.kind) {
      case 'schedule':
        return this.#clock(spec, state, place.now);
      case 'model':
        return this.#moves(spec, state);
      case 'metric':
        return this.#metrics.look(spec, state, place.config);
      case 'drift':
        return this.#drift.look(spec, state, { ...place, signal });
      case 'change':
      case 'files':
        return this.#contents(spec, state, { ...place, signal });
    }
  }

  /** Of a schedule: its zone, and the times that it has missed. */
  times(spec: TriggerSpec, state: StateRow | undefined): { readonly zone: string; readonly missed: number } {
    const missed = state?.definition === spec.definition ? v.parse(scheduleCursor, state.cursor).missed : 0;
    return { zone: this.#schedule(spec).zone, missed };
  }

  /** The next so many times of a schedule. */
  upcoming(
    spec: TriggerSpec,
    { now, count, here }: { now: number; count: number; here: string },
  ): readonly UpcomingTime[] {
    const { zone } = this.#schedule(spec);
    const found: UpcomingTime[] = [];
    for (let at = this.next(spec, now); at !== undefined && found.length < count; at = this.#schedule(spec).next(at))
      found.push({ at, zone, there: timeText(at, zone), here: timeText(at, here) });
    return found;
  }

  /** Why a trigger will not fire as it is, as far as that can be told. */
  problem(spec: TriggerSpec, { config, now }: LookPlace): string | undefined {
    if (spec.kind === 'schedule' && this.next(spec, now) === undefined)
      return `\`${spec.watches}\` never comes: no month has such a day.`;
    if (!spec.on.metric || spec.kind !== 'metric') return undefined;
    const { experiment, key } = queryOf(spec.on.metric, config);
    const { metrics, meant: similar } = this.#options.ports;
    const known = metrics.keys(experiment);
    const meant = known.includes(key) ? undefined : similar(key, known);
    return meant === undefined
      ? undefined
      : `No run of ${experiment} has logged \`${key}\`. Did you mean \`${meant}\`?`;
  }

  /** The first time after this one; of a trigger that is no schedule, or never comes: undefined. */
  next(spec: TriggerSpec, after: number): number | undefined {
    if (spec.kind !== 'schedule') return undefined;
    const known = this.#next.get(spec.definition);
    if (known && known.after <= after && (known.time === undefined || known.time > after)) return known.time;
    const time = this.#schedule(spec).next(after);
    this.#next.set(spec.definition, { after, time });
    return time;
  }

  #clock(spec: TriggerSpec, state: StateRow, now: number): Found {
    const { at, missed: before } = v.parse(scheduleCursor, state.cursor);
    const next = this.next(spec, at);
    if (now >= at && (next === undefined || next > now)) return nothing;
    const schedule = this.#schedule(spec);
    const { times, madeUp, missed, left, isMore, cursor, clock } = dueTimes(
      schedule,
      spec.on.schedule?.missed ?? 'once',
      {
        cursor: at,
        now,
      },
    );
    if (clock !== undefined) return clockMoved(clock, { at, cursor, missed: before });
    const causes = times.map(time => ({
      pipeline: spec.pipeline,
      kind: spec.kind,
      key: new Date(time).toISOString(),
      says: `it was ${timeText(time, schedule.zone)}${madeUp > 0 ? `, which makes up for ${counted(madeUp, isMore)}` : ''}`,
      finding: { cursor: scheduleAt(time, before + missed), lasts: false, oneOfMany: times.length > 1 },
    }));
    const message =
      left &&
      `${counted(left.times, isMore)} up to ${timeText(left.until, schedule.zone)} while nothing ran: not made up for.`;
    return {
      causes,
      ...(times.length === 0 && { cursor: scheduleAt(cursor, before + missed) }),
      ...(left && message !== undefined && { skip: { reason: 'missed', message, times: left.times } }),
    };
  }

  #schedule(spec: TriggerSpec): Schedule {
    const known = this.#schedules.get(spec.definition);
    if (known) return known;
    const { cron = '', timezone } = spec.on.schedule ?? {};
    const read = Schedule.read(cron, timezone);
    if (!isSchedule(read)) throw new ModelyardError('config.invalid', `The schedule \`${cron}\` ${read.message}.`);
    this.#schedules.set(spec.definition, read);
    return read;
  }

  #moves(spec: TriggerSpec, state: StateRow): Found {
    const { ports, store } = this.#options;
    const { name, stage } = spec.on.model ?? { name: '' };
    const { move: last } = v.parse(modelCursor, state.cursor);
    const moves = ports.models.moves(name, last);
    const newest = moves.at(-1);
    if (!newest) return nothing;
    const wanted = moves.filter(({ from, to }) => (stage === undefined ? from === undefined : to === stage));
    const causes = wanted.map(move => ({
      pipeline: spec.pipeline,
      kind: spec.kind,
      key: `move ${move.id}`,
      says:
        stage === undefined
          ? `version ${move.version} of ${name} was registered`
          : `version ${move.version} of ${name} entered ${stage}`,
      chain: this.#chainOfMove(move, store),
      watched: [`version:${name}@${move.version}`],
      finding: { cursor: JSON.stringify({ move: move.id }), lasts: false, oneOfMany: false },
    }));
    return { causes, cursor: JSON.stringify({ move: newest.id }) };
  }

  /** Of the run that has made the version, when it was that run which moved it. */
  #chainOfMove({ runId, at }: ModelMove, store: TriggerStore): readonly string[] {
    const { ports } = this.#options;
    const id = runId === undefined ? undefined : ports.pipelineRunOf(runId);
    const run = ports.pipelines.recent(recentRuns).find(one => one.id === id);
    if (!run || run.startedAt > at || (run.endedAt ?? Infinity) < at) return [];
    return chainOf(store, run);
  }

  async #contents(
    spec: TriggerSpec,
    state: StateRow,
    place: LookPlace & { readonly signal: AbortSignal },
  ): Promise<Found> {
    const { config, signal } = place;
    const watch = this.#watch(spec);
    const files = await this.#files(spec, config, signal);
    const before = await this.#withNew({ spec, files, watch }, watch.before(state.cursor), signal);
    const { contents, changed, touched, missing } = await watch.look(files, before.contents, signal);
    const [first] = changed;
    const cursor = contentsText(contents);
    const skip =
      missing.length > 0 && spec.kind === 'change'
        ? { reason: 'unreadable' as const, message: `The file of dataset ${missing.join(', ')} is missing.`, times: 0 }
        : undefined;
    if (!first) return { causes: [], ...((touched || before.isNew) && { cursor }), ...(skip && { skip }) };
    const { store, ports } = this.#options;
    const times = changed.map(({ modifiedAt }) => modifiedAt);
    const cause = {
      pipeline: spec.pipeline,
      kind: spec.kind,
      key: changed
        .map(({ key, digest }) => `${key}@${digest.slice(0, 16)}`)
        .join(' ')
        .slice(0, 2000),
      says: saysOf(
        spec,
        changed.map(({ key }) => key),
      ),
      chain: chainAt(store, ports.pipelines.recent(recentRuns), times),
      watched: changed.map(({ key, digest }) => (spec.kind === 'change' ? `data:${key}@${digest}` : `file:${key}`)),
      finding: { cursor, lasts: true, oneOfMany: false },
    };
    return { causes: [cause], ...(skip && { skip }) };
  }

  /** A dataset that has been added to the list begins as it is. A file that is new is what `files` waits for. */
  async #withNew(
    { spec, files, watch }: { spec: TriggerSpec; files: readonly LookedFile[]; watch: ContentWatch },
    contents: Contents,
    signal: AbortSignal,
  ): Promise<{ contents: Contents; isNew: boolean }> {
    const added = spec.kind === 'change' ? files.filter(({ key }) => !Object.hasOwn(contents, key)) : [];
    if (added.length === 0) return { contents, isNew: false };
    return { contents: { ...contents, ...(await watch.begin(added, signal)) }, isNew: true };
  }

  async #files(spec: TriggerSpec, config: WorkspaceConfig, signal: AbortSignal): Promise<readonly LookedFile[]> {
    const { change, files } = spec.on;
    if (spec.kind === 'change')
      return (change?.datasets ?? []).flatMap(name => {
        const path = config.datasets[name]?.path;
        return path === undefined ? [] : [{ key: name, path }];
      });
    const found = await this.#options.ports.files.find(files?.patterns ?? [], signal);
    if (found.length > mostFiles)
      throw new ModelyardError(
        'data.unreadable',
        `More than ${mostFiles.toLocaleString('en')} files fit \`on: files\` of ${spec.pipeline}: so many are not watched.`,
        { fix: 'Give narrower patterns.' },
      );
    return found.map(path => ({ key: path, path }));
  }

  #watch({ kind, pipeline }: TriggerSpec): ContentWatch {
    const key = `${kind} ${pipeline}`;
    const known = this.#watches.get(key) ?? new ContentWatch(this.#options.ports.files, this.#options.workspace);
    this.#watches.set(key, known);
    return known;
  }
}

export type UpcomingTime = Pick<Upcoming, 'at' | 'zone' | 'there' | 'here'>;

const scheduleAt = (at: number, missed: number): string => JSON.stringify({ at, missed });

function clockMoved(
  clock: 'short' | 'far',
  { at, cursor, missed }: { at: number; cursor: number; missed: number },
): Found {
  const seen = timeText(at);
  if (clock === 'short') {
    const message = `The clock was moved back: times up to ${seen} have been dealt with and start nothing again.`;
    return { causes: [], skip: { reason: 'clock', message, times: 0 } };
  }
  const message = `The clock was moved back from ${seen}: the schedule goes on from ${timeText(cursor)}; a time that has started a run starts none again.`;
  return { causes: [], cursor: scheduleAt(cursor, missed), skip: { reason: 'clock', message, times: 0 } };
}

const counted = (times: number, isMore: boolean): string =>
  isMore
    ? `${times.toLocaleString('en')} or more missed times`
    : times === 1
      ? '1 missed time'
      : `${times} missed times`;

function saysOf({ kind }: TriggerSpec, keys: readonly string[]): string {
  const [first, ...others] = keys;
  if (kind === 'change')
    return others.length === 0 ? `dataset ${first} has changed` : `datasets ${keys.join(', ')} have changed`;
  return others.length === 0
    ? `${first} is new or has changed`
    : `${first} and ${others.length} more are new or have changed`;
}
