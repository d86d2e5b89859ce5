import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import { Random } from '../../random';
import { fallingOrder } from '../metrics/ranking';
import type { Decision } from './decision';
import { bcaInterval, percentileInterval, type Interval } from './quantileInterval';
import { lastScore, pick, type Scored } from './scored';
import { weightedMetrics } from './weightedMetrics';

export type Intervals = Readonly<Record<string, Interval>>;

export interface BootstrapSettings {
  readonly decision: Decision;
  readonly rounds: number;
  readonly seed: number;
  readonly method: 'bca' | 'percentile';
  /** Draws as many rows of each class as there are: when the test part was made so. */
  readonly stratified: boolean;
}

/** More rows than this are not drawn from: intervals are made on so many, and narrowed to what all of them would give. */
export const mostDrawn = 50_000;
/** Groups of rows that are left out in turn, for the acceleration of BCa. */
const jackknifeGroups = 200;

/**
 * 95 % intervals of the metrics: rows are drawn with replacement as often as there are rows, `rounds` times. A round whose
 * draw leaves a metric undefined does not count for it.
 */
export async function bootstrapIntervals(
  scored: Scored,
  settings: BootstrapSettings,
  signal: AbortSignal,
): Promise<Intervals> {
  const { decision, rounds, seed, method } = settings;
  if (rounds === 0) return {};
  const random = new Random(seed);
  const { part, narrowing } = drawable([scored], random);
  const { names, measure } = weightedMetrics(part[0]!, decision);
  const once = new Uint8Array(part[0]!.y.length).fill(1);
  const estimate = measure(once);
  const all =
    narrowing === 1 ? estimate : weightedMetrics(scored, decision).measure(new Uint8Array(scored.y.length).fill(1));
  const draws = names.map((): number[] => []);
  const take = (counts: Int32Array): void =>
    measure(counts).forEach((value, i) => void (Number.isFinite(value) && draws[i]!.push(value)));
  await draw(part[0]!, { ...settings, random, take }, signal);
  const left = method === 'bca' ? await leaveOut(part[0]!.y.length, { measure, random }, signal) : [];
  const found: [string, Interval][] = [];
  names.forEach((name, i) => {
    const center = estimate[i]!;
    if (draws[i]!.length === 0 || !Number.isFinite(center)) return;
    const jackknife = left.map(values => values[i]!);
    const interval =
      method === 'bca' ? bcaInterval(draws[i]!, { estimate: center, jackknife }) : percentileInterval(draws[i]!);
    const [low, high] = interval.map(bound => all[i]! + (bound - center) * narrowing);
    found.push([name, [low!, high!]]);
  });
  return Object.fromEntries(found);
}

export interface PairedDifference {
  /** Metric of the first minus that of the second. */
  readonly difference: number;
  readonly interval: Interval;
  /** Share of the draws in which the first is higher; equal ones count half. */
  readonly higher: number;
}

/** The same draws for two models of the same rows: percentile intervals of the differences of their metrics. */
export async function bootstrapDifferences(
  both: readonly [Scored, Scored],
  {
    decisions,
    ...settings
  }: Omit<BootstrapSettings, 'decision' | 'method'> & { readonly decisions: readonly [Decision, Decision] },
  signal: AbortSignal,
): Promise<Readonly<Record<string, PairedDifference>>> {
  const random = new Random(settings.seed);
  const { part, narrowing } = drawable(both, random);
  const [first, second] = [weightedMetrics(part[0]!, decisions[0]), weightedMetrics(part[1]!, decisions[1])];
  const names = first.names.filter(name => second.names.includes(name));
  const differences = (counts: ArrayLike<number>): readonly number[] => {
    const [a, b] = [first.measure(counts), second.measure(counts)];
    return names.map(name => a[first.names.indexOf(name)]! - b[second.names.indexOf(name)]!);
  };
  const draws = names.map((): number[] => []);
  const take = (counts: Int32Array): void =>
    differences(counts).forEach((value, i) => void (Number.isFinite(value) && draws[i]!.push(value)));
  await draw(part[0]!, { ...settings, random, take }, signal);
  const estimate = differences(new Uint8Array(part[0]!.y.length).fill(1));
  const found: [string, PairedDifference][] = [];
  names.forEach((name, i) => {
    const own = draws[i]!;
    const difference = estimate[i]!;
    if (own.length === 0 || !Number.isFinite(difference)) return;
    const [low, high] = percentileInterval(own).map(bound => difference + (bound - difference) * narrowing);
    const higher = own.reduce((sum, value) => sum + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0) / own.length;
    found.push([name, { difference, interval: [low!, high!], higher }]);
  });
  return Object.fromEntries(found);
}

/**
 * The rows themselves, or as many of them as are drawn from (a spread falls with the root of their number), by falling
 * score of the first: so that each draw is gone through in the order of memory, which halves its time.
 */
function drawable(
  all: readonly Scored[],
  random: Random,
): { readonly part: readonly Scored[]; readonly narrowing: number } {
  const first = all[0]!;
  const rows = first.y.length;
  const chosen = rows <= mostDrawn ? undefined : new Uint8Array(rows);
  if (chosen) for (const row of random.permutation(rows).subarray(0, mostDrawn)) chosen[row] = 1;
  const positions = Array.from(fallingOrder(lastScore(first))).filter(row => chosen?.[row] !== 0);
  const narrowing = Math.sqrt(positions.length / rows);
  return { part: all.map(scored => pick(scored, positions)), narrowing };
}

interface Drawing {
  readonly rounds: number;
  readonly stratified: boolean;
  readonly random: Random;
  readonly take: (counts: Int32Array) => void;
}

async function draw(
  { y, task }: Scored,
  { rounds, stratified, random, take }: Drawing,
  signal: AbortSignal,
): Promise<void> {
  const strata = stratified && task !== 'regression' ? rowsByClass(y) : [Int32Array.from(y.keys())];
  const counts = new Int32Array(y.length);
  const between = Math.max(1, Math.floor(200_000 / y.length));
  for (let round = 0; round < rounds; round++) {
    if (round % between === 0) await setImmediate();
    throwIfAborted(signal);
    counts.fill(0);
    for (const rows of strata) for (const _ of rows) counts[rows[random.below(rows.length)]!]!++;
    take(counts);
  }
}

function rowsByClass(y: Float64Array): readonly Int32Array[] {
  const classes = [...new Set(y)];
  return classes.map(label => Int32Array.from(y.keys()).filter(row => y[row] === label));
}

/** Metrics with each of the groups of rows left out, all groups of equal size. */
async function leaveOut(
  rows: number,
  { measure, random }: { readonly measure: (counts: Int32Array) => readonly number[]; readonly random: Random },
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const groups = Math.min(rows, jackknifeGroups);
  const order = random.permutation(rows);
  const counts = new Int32Array(rows).fill(1);
  const found: (readonly number[])[] = [];
  for (let group = 0; group < groups; group++) {
    if (group % 16 === 0) await setImmediate();
    throwIfAborted(signal);
    const out = order.subarray(Math.floor((group * rows) / groups), Math.floor(((group + 1) * rows) / groups));
    for (const row of out) counts[row] = 0;
    found.push(measure(counts));
    for (const row of out) counts[row] = 1;
  }
  return found;
}
