import type { Missed } from '../protocol/triggers';
import type { Schedule } from '../schedule/schedule';

/** ms after which a time counts as missed: nothing ran then. */
const punctual = 60_000;
/** Of `missed: all`. */
const mostMadeUp = 100;
/** Times are counted so far; that is said. */
const mostCounted = 1000;
/** ms: a clock that is moved back by more was wrong before. */
const small = 86_400_000;

export interface Due {
  /** Each starts a run. */
  readonly times: readonly number[];
  /** Missed times that the last of `times` makes up for. */
  readonly madeUp: number;
  /** Missed times for which nothing starts, and the last of them. */
  readonly left?: { readonly times: number; readonly until: number };
  /** Times that passed while nothing ran. */
  readonly missed: number;
  /** There may have been more: they are counted so far. */
  readonly isMore: boolean;
  /** From where to look the next time. */
  readonly cursor: number;
  /** `short`: up to the cursor nothing starts again; `far`: the cursor was taken back. */
  readonly clock?: 'short' | 'far';
}

/** What a schedule has to start at `now`, having been looked at up to `cursor` (ms since 1970, exclusive). */
export function dueTimes(schedule: Schedule, missed: Missed, at: { cursor: number; now: number }): Due {
  const { cursor, now } = at;
  const none = { times: [], madeUp: 0, missed: 0, isMore: false };
  if (now < cursor) {
    const isFar = cursor - now > small;
    return { ...none, cursor: isFar ? now : cursor, clock: isFar ? 'far' : 'short' };
  }
  const all = schedule.between(cursor, now, mostCounted);
  const last = all.at(-1);
  if (last === undefined) return { ...none, cursor };
  const onTime = all.filter(time => now - time <= punctual);
  const late = all.length - onTime.length;
  const isMore = all.length === mostCounted;
  if (missed === 'once')
    return { times: [last], madeUp: all.length - (onTime.length > 0 ? 1 : 0), missed: late, isMore, cursor: last };
  const times = missed === 'skip' ? onTime : all.slice(-mostMadeUp);
  const until = all.at(-times.length - 1);
  const left = all.length - times.length;
  return {
    times,
    madeUp: 0,
    missed: late,
    isMore,
    cursor: last,
    ...(until !== undefined && left > 0 && { left: { times: left, until } }),
  };
}
