import { setImmediate } from 'node:timers/promises';
import type { Frame } from '../../protocol/frame';
import { throwIfAborted } from '../../errors';
import { Random } from '../../random';
import { holm } from '../../statistics/adjust';
import { groupingsOf, type Grouping } from './groupings';
import { less, momentsOf, welch, type Moments } from './sliceLoss';

export interface WorstSettings {
  readonly frame: Frame;
  /** The judged rows, by position those of `losses`. */
  readonly rows: readonly number[];
  readonly losses: Float64Array;
  /** Columns that slices may be made of. */
  readonly columns: ReadonlySet<string>;
  /** Slices to find, at most. */
  readonly most: number;
  readonly seed: number;
}

export interface FoundSlice {
  readonly condition: string;
  readonly columns: readonly string[];
  /** One-sided, that the slice is no worse than the other rows; adjusted for all groups that were looked at (Holm 1979). */
  readonly adjustedP: number;
}

export interface WorstSlices {
  /** Groups that were looked at. */
  readonly tested: number;
  /** Rows of a group, at least. */
  readonly support: number;
  /** The worst first. */
  readonly found: readonly FoundSlice[];
}

/** More rows are not needed to see where a model is worse. */
const mostRows = 50_000;
/** Pairs are looked for among so many columns, those whose own groups differ most. */
const mostPaired = 20;
const level = 0.05;
const fewestRows = 30;
const leastShare = 0.02;

/**
 * Where the model is worst: groups of one column, and of two, whose mean loss is higher than that of all other rows by
 * Welch's test, with the chance of any false finding among all groups looked at held to 5 % (Holm 1979). A group of two columns
 * is told only when it is worse than the rest of each of its halves, as strictly; a half only when it is bad without a worse
 * pair too; and none that hardly differs from a worse one.
 */
export async function worstSlices(settings: WorstSettings, signal: AbortSignal): Promise<WorstSlices> {
  const { frame, rows, columns, most } = settings;
  const positions = sampled(settings);
  const losses = Float64Array.from(positions, at => settings.losses[at]!);
  const support = Math.max(fewestRows, Math.ceil(positions.length * leastShare));
  const part = positions.map(at => rows[at]!);
  const groupings = groupingsOf(frame, part, { names: columns, least: support });
  const whole = momentsOf(losses, () => true);
  const table = new Candidates(losses, whole, support);
  for (const grouping of groupings) table.addSingle(grouping);
  const paired = groupings
    .map(grouping => ({ grouping, t: table.greatestT(grouping) }))
    .sort((a, b) => b.t - a.t)
    .slice(0, mostPaired)
    .map(({ grouping }) => grouping);
  for (const [i, first] of paired.entries()) {
    await setImmediate();
    throwIfAborted(signal);
    for (const second of paired.slice(i + 1)) table.addPair(first, second);
  }
  return { tested: table.list.length, support, found: table.worst(most) };
}

function sampled({ losses, seed }: WorstSettings): readonly number[] {
  if (losses.length <= mostRows) return [...losses.keys()];
  return Array.from(new Random(seed).permutation(losses.length).subarray(0, mostRows).sort());
}

interface Candidate {
  readonly parts: readonly { readonly grouping: Grouping; readonly code: number }[];
  readonly moments: Moments;
  readonly t: number;
  readonly difference: number;
  readonly p: number;
}

class Candidates {
  readonly list: Candidate[] = [];
  private readonly singles = new Map<Grouping, Moments[]>();

  constructor(
    private readonly losses: Float64Array,
    private readonly whole: Moments,
    private readonly support: number,
  ) {}

  addSingle(grouping: Grouping): void {
    const moments = this.sum(grouping.codes, grouping.conditions.length);
    this.singles.set(grouping, moments);
    for (const [code, own] of moments.entries()) this.add([{ grouping, code }], own);
  }

  addPair(first: Grouping, second: Grouping): void {
    const width = second.conditions.length;
    const codes = first.codes.map((code, i) =>
      code < 0 || second.codes[i]! < 0 ? -1 : code * width + second.codes[i]!,
    );
    for (const [code, own] of this.sum(codes, first.conditions.length * width).entries())
      this.add(
        [
          { grouping: first, code: Math.floor(code / width) },
          { grouping: second, code: code % width },
        ],
        own,
      );
  }

  greatestT(grouping: Grouping): number {
    return this.list
      .filter(({ parts }) => parts.length === 1 && parts[0]?.grouping === grouping)
      .reduce((most, { t }) => Math.max(most, Math.abs(t)), 0);
  }

  worst(most: number): readonly FoundSlice[] {
    const adjusted = holm(this.list.map(({ p }) => p));
    const ranked = this.list
      .map((candidate, at) => ({ candidate, adjustedP: adjusted[at]! }))
      .filter(({ candidate, adjustedP }) => adjustedP <= level && candidate.difference > 0)
      .filter(({ candidate }) => this.isWorseThanHalves(candidate))
      .sort((a, b) => b.candidate.difference - a.candidate.difference);
    const kept: typeof ranked = [];
    for (const each of ranked) {
      if (kept.length === most) break;
      const isKnown = kept.some(
        ({ candidate }) =>
          this.isNearlySame(candidate, each.candidate) || this.isWorseBecauseOf(candidate, each.candidate),
      );
      if (!isKnown) kept.push(each);
    }
    return kept.map(({ candidate, adjustedP }) => ({
      condition: candidate.parts.map(({ grouping, code }) => grouping.conditions[code]!).join(' and '),
      columns: candidate.parts.map(({ grouping }) => grouping.column),
      adjustedP,
    }));
  }

  private add(parts: Candidate['parts'], moments: Moments): void {
    if (moments.n < this.support || this.whole.n - moments.n < this.support) return;
    const test = welch(moments, less(this.whole, moments));
    if (test) this.list.push({ parts, moments, t: test.t, difference: test.difference, p: test.upperP });
  }

  /** Two columns say more than one: the pair is worse than what is left of either group. */
  private isWorseThanHalves({ parts, moments }: Candidate): boolean {
    return (
      parts.length === 1 ||
      parts.every(({ grouping, code }) => {
        const half = this.singles.get(grouping)?.[code];
        const rest = half && less(half, moments);
        if (!rest || rest.n < 2) return false;
        return this.isWorse(moments, rest);
      })
    );
  }

  /** The pair is a part of the group, and what is left of that is no worse than the other rows. */
  private isWorseBecauseOf(pair: Candidate, group: Candidate): boolean {
    const isPart = group.parts.every(({ grouping, code }) =>
      pair.parts.some(part => part.grouping === grouping && part.code === code),
    );
    if (!isPart || pair === group) return false;
    return !this.isWorse(less(group.moments, pair.moments), less(this.whole, group.moments));
  }

  private isWorse(first: Moments, second: Moments): boolean {
    const test = welch(first, second);
    return test !== undefined && test.upperP * this.list.length <= level;
  }

  /** Four fifths of the rows of either are in both. */
  private isNearlySame(a: Candidate, b: Candidate): boolean {
    const isIn = ({ parts }: Candidate, i: number): boolean =>
      parts.every(({ grouping, code }) => grouping.codes[i] === code);
    let both = 0;
    for (let i = 0; i < this.losses.length; i++) if (isIn(a, i) && isIn(b, i)) both++;
    return both / (a.moments.n + b.moments.n - both) > 0.8;
  }

  private sum(codes: Int32Array, groups: number): Moments[] {
    const [n, sums, squares] = [new Float64Array(groups), new Float64Array(groups), new Float64Array(groups)];
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      if (code < 0) continue;
      n[code]!++;
      sums[code]! += this.losses[i]!;
      squares[code]! += this.losses[i]! ** 2;
    }
    return Array.from(n, (count, code) => ({ n: count, sum: sums[code]!, squares: squares[code]! }));
  }
}
