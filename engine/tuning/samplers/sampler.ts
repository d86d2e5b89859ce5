import { Random } from '../../random';
import type { Params } from '../../protocol/tuning';
import type { PastTrial } from '../past';

export interface Ask {
  /** Number of the trial that is to begin. */
  readonly number: number;
  /** All trials so far that tell something, by number. */
  readonly past: readonly PastTrial[];
  /** Values that are given; the others are drawn. */
  readonly fixed: Params;
}

export interface Suggestion {
  readonly params: Params;
  readonly generation?: number;
}

/**
 * Says what is tried next. What it says follows from the seed, the number and the past alone, so that a study goes on
 * after a crash as it would have without. Undefined: there is nothing left to try.
 */
export interface Sampler {
  suggest(ask: Ask): Suggestion | undefined;
}

/** Random numbers of one trial of a study. `part` tells apart what is drawn for different ends. */
export function trialRandom(seed: number, number: number, part = 0): Random {
  let mixed = Math.imul(seed ^ (seed / 4294967296), 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ Math.imul(part, 0xc2b2ae35), 0x27d4eb2f);
  return new Random((mixed ^ (mixed >>> 13)) >>> 0);
}
