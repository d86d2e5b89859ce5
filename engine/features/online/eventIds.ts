import { NumberCodes } from '../join/numberCodes';
import type { PackedRow } from './onlineStore';

type Unnamed = Omit<PackedRow, 'place'>;

/**
 * Ids of events of a source that have no identity of their own. They are made of what is in the row, so that whoever reads the
 * source again, in whatever order, finds the same: equal rows of one entity are told apart by which of them it is.
 */
export class EventIds {
  private readonly codes = new NumberCodes();
  private seen = new Int32Array(1 << 10);

  next(row: Unnamed): string {
    const hash = hashOf(row);
    const code = this.codes.add(hash);
    if (code >= this.seen.length) {
      const larger = new Int32Array(this.seen.length * 2);
      larger.set(this.seen);
      this.seen = larger;
    }
    return `${beginningOf(hash)}${this.seen[code]!++}`;
  }
}

/** What ids of events begin with that are equal to this one; how many there are before it comes behind. */
export const eventIdBeginning = (row: Unnamed): string => beginningOf(hashOf(row));

/** The id of a row that stands in the file of pushed rows, from 0. */
export const pushedEventId = (row: number): string => `~p${row}`;

/** The id of a version of an event that says which one it is. */
export const identityId = (identity: string): string => (/^[~#]/.test(identity) ? `#${identity}` : identity);

const beginningOf = (hash: number): string => `~${hash.toString(36)}.`;

/** 52 bits. Two texts with one hash are told apart like equal ones. */
function hashOf({ key, event, created, packed }: Unnamed): number {
  const text = `${key}\n${event} ${created} ${packed}`;
  let [high, low] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (high >>> 15), 0xc2b2ae35);
  return ((high ^ (high >>> 13)) >>> 12) * 4_294_967_296 + (low >>> 0);
}
