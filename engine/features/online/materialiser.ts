import { ModelyardError, isAbort, throwIfAborted, toWireError } from '../../errors';
import type { FeatureViewVersion } from '../../protocol/features';
import type { Materialisation } from '../../protocol/featureOnline';
import type { MaterialisationEnd, MaterialisationStore } from './materialisationStore';
import { onlineTarget, type OnlineStore, type OnlineTarget } from './onlineStore';
import type { RowSource } from './rowSource';

/** Views whose sources are read at one time. */
const AT_ONCE = 2;

export interface MaterialiserParts {
  readonly runs: MaterialisationStore;
  readonly rows: RowSource;
  /** Another one whenever there is another content in the source of a version; undefined: nobody can tell. */
  readonly stampOf: (version: FeatureViewVersion) => Promise<string | undefined>;
  /** ms since 1970 */
  readonly now: () => number;
  /** Something is to be said of a materialisation. */
  readonly changed?: (version: FeatureViewVersion) => void;
}

export interface MaterialiseOptions {
  readonly store: OnlineStore;
  /** ms since 1970; absent: what the store has not got yet. */
  readonly from?: number;
  /** ms since 1970; absent: now. */
  readonly to?: number;
  /** From the beginning. */
  readonly full?: boolean;
  /** Told which share of all views has been read, in [0, 1]. */
  readonly progress?: (fraction: number) => void;
}

interface Range {
  /** ms since 1970 */
  readonly from?: number;
  readonly to: number;
  /** Of the content that the store then has all of; absent: it has not, or nobody can tell. */
  readonly sourceStamp?: string;
  /** From which on rows that were pushed belong to it; absent: only by their times. */
  readonly pushedFrom?: number;
  /** It begins after what the store has, or should have first. */
  readonly hasGap?: boolean;
}

interface Counts {
  rows: number;
  written: number;
  pushed: number;
}

/** Brings rows of sources into an online store. */
export class Materialiser {
  /** The last one of each version, so that two never write the same at one time. */
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(private readonly parts: MaterialiserParts) {}

  /**
   * All versions, some at a time. What one of them fails with is thrown when all others have ended.
   * @throws ModelyardError `remote.unreachable`, `data.*`, `cancelled`
   */
  async run(
    versions: readonly FeatureViewVersion[],
    options: MaterialiseOptions,
    signal: AbortSignal,
  ): Promise<readonly Materialisation[]> {
    const ended: (Materialisation | undefined)[] = versions.map(() => undefined);
    const failures: unknown[] = [];
    const read = versions.map(() => 0);
    const told = (index: number) => (fraction: number) => {
      read[index] = fraction;
      options.progress?.(read.reduce((sum, one) => sum + one, 0) / read.length);
    };
    const waiting = versions.entries();
    const worker = async (): Promise<void> => {
      for (const [index, version] of waiting)
        try {
          ended[index] = await this.inTurn(version, { ...options, progress: told(index) }, signal);
        } catch (error) {
          failures.push(error);
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    throwIfAborted(signal);
    if (failures.length > 0) throw failures[0];
    return ended.filter(one => one !== undefined);
  }

  private async inTurn(
    version: FeatureViewVersion,
    options: MaterialiseOptions,
    signal: AbortSignal,
  ): Promise<Materialisation> {
    const name = `${version.view}@v${version.version}`;
    const before = this.queues.get(name) ?? Promise.resolve();
    const own = before.catch(() => undefined).then(() => this.one(version, options, signal));
    const last = own.catch(() => undefined);
    this.queues.set(name, last);
    void last.then(() => this.queues.get(name) === last && this.queues.delete(name));
    return own;
  }

  private async one(
    version: FeatureViewVersion,
    options: MaterialiseOptions,
    signal: AbortSignal,
  ): Promise<Materialisation> {
    throwIfAborted(signal);
    const { runs, now } = this.parts;
    const target = onlineTarget(version);
    const { sourceStamp, ...range } = await this.range(version, target, options);
    const { pushedFrom, hasGap = false, ...times } = range;
    const hasPushed = pushedFrom !== undefined || range.from === undefined;
    const id = runs.begin({ ...version, ...times, store: options.store.name, startedAt: now() });
    const counts: Counts = { rows: 0, written: 0, pushed: 0 };
    const end = (how: Pick<MaterialisationEnd, 'status' | 'problem' | 'sourceStamp'>): void => {
      const { pushed, ...rest } = counts;
      runs.end(id, { ...how, ...rest, ...(hasPushed && { pushed }), hasGap, endedAt: now() });
      this.parts.changed?.(version);
    };
    this.parts.changed?.(version);
    try {
      const { store, progress = () => undefined } = options;
      await this.write({ version, target, range, store, counts, progress }, signal);
      throwIfAborted(signal);
      end({ status: 'complete', ...(sourceStamp !== undefined && { sourceStamp }) });
    } catch (error) {
      if (isAbort(error)) end({ status: 'cancelled' });
      else end({ status: 'failed', problem: toWireError(error).message });
      throw error;
    }
    const made = runs.get(id);
    if (made) return made;
    throw new ModelyardError('internal', `The materialisation ${id} of ${version.view} is gone.`);
  }

  /**
   * From where the store has everything. A store that has nothing of the version yet gets what has not expired (with windows
   * also what is in one), or everything when nothing expires. The same where rows do not say when they became known and the
   * source is another one than the last time: any of them may have come late. What a run has begun that was cancelled, or failed,
   * is brought again from where it began.
   */
  private async range(
    version: FeatureViewVersion,
    target: OnlineTarget,
    { store, from, to: asked, full = false }: MaterialiseOptions,
  ): Promise<Range> {
    const { runs } = this.parts;
    const to = Math.min(asked ?? Infinity, this.parts.now());
    const { definition } = version;
    const hasTimes = definition.kind === 'batch' && (definition.event_time ?? definition.created_time) !== undefined;
    if (!hasTimes) return { to }; // rows without a time belong to every range
    const known = runs.mark(version, store.name);
    const mark = known !== undefined && (await store.hasKept?.(target)) !== false ? known : undefined;
    if (known && !mark) runs.forgetMark(version, store.name);
    const stamp = definition.created_time === undefined ? await this.parts.stampOf(version) : undefined;
    const all = { to, ...(stamp !== undefined && { sourceStamp: stamp }) };
    if (full) return all;
    if (from !== undefined && from >= to)
      throw new ModelyardError('params.invalid', 'The range ends before it begins.', {
        fix: 'Give a `from` that is before `to`, and not in the future.',
      });
    const { ttl, longest = 0 } = target;
    // one µs more: what is exactly so old has not expired
    const floor = ttl === undefined ? undefined : to - (Math.max(ttl, longest) + 1) / 1000;
    if (from !== undefined) return { from, to, hasGap: mark === undefined && from > (floor ?? -Infinity) };
    const { reached, pushed: pushedFrom } = mark ?? { reached: Infinity, pushed: 0 };
    const isSame = definition.created_time !== undefined || (stamp !== undefined && stamp === mark?.sourceStamp);
    // of what a run has begun to bring, versions may be there before those that come after them
    const begun = runs.unfinishedFrom(version, store.name) ?? Infinity;
    if (mark && begun === -Infinity) return all;
    if (mark && isSame) return { ...all, from: Math.min(reached, begun, to), pushedFrom };
    return floor === undefined ? all : { ...all, from: Math.min(reached, floor), pushedFrom };
  }

  private async write(job: WriteJob, signal: AbortSignal): Promise<void> {
    const { version, target, range, store, counts, progress } = job;
    const { pushedFrom } = range;
    const to = Math.round(range.to * 1000);
    const oldestEvent = to - (target.longest ?? 0);
    const from = range.from === undefined ? undefined : Math.round(range.from * 1000);
    const asked = { version, to, oldestEvent, progress, ...(from !== undefined && { from }), ...(pushedFrom !== undefined && { pushedFrom }) }; // prettier-ignore
    let hasLatest = false;
    for await (const part of this.parts.rows(asked, signal))
      if (part.kind === 'latest') {
        hasLatest = true;
        counts.written += await store.putLatest(target, part.rows, signal);
      } else if (part.kind === 'events') await store.putEvents(target, part.rows, signal);
      // of a version that has windows alone there are events, some an entity
      else Object.assign(counts, { rows: part.rows, pushed: part.pushed }, !hasLatest && { written: part.entities });
    if (target.longest !== undefined) await store.prune?.(target, oldestEvent, signal);
    await store.keep?.(target);
  }
}

interface WriteJob {
  readonly version: FeatureViewVersion;
  readonly target: OnlineTarget;
  readonly range: Range;
  readonly store: OnlineStore;
  readonly counts: Counts;
  readonly progress: (fraction: number) => void;
}
