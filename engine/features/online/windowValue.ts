import type { Cell } from '../../protocol/data';
import type { WindowOrigin } from '../../protocol/featureConfig';
import { WindowState } from '../windows/windowState';
import type { EventRow } from './onlineStore';

/** Stands in an event for a window whose condition leaves the event out; values of windows are numbers and texts. */
export const leftOut = false;

export interface WindowAt {
  readonly window: WindowOrigin;
  /** Which value of an event is the window's. */
  readonly index: number;
  /** µs */
  readonly now: number;
}

export interface WindowValue {
  readonly value: Cell;
  /** Events within. */
  readonly rows: number;
  /** µs, of the newest one. */
  readonly newest?: number;
}

/** What a window has now of the events of an entity, which are ordered; the arithmetic is that of the join. */
export function windowValue(events: readonly EventRow[], { window, index, now }: WindowAt): WindowValue {
  const state = new WindowState(window.aggregate);
  const after = now - window.over * 1000;
  for (let at = 0; at < events.length; at++) {
    const { event, created, values } = events[at]!;
    const value = values[index];
    if (event <= after || event > now || created > now || value === undefined || typeof value === 'boolean') continue;
    state.add(value, { event, created, row: at });
  }
  const { rows, newest } = state;
  return { value: state.value(), rows, ...(newest && { newest: newest.event }) };
}
