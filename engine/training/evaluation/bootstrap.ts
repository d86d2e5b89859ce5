import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import { Random } from '../../random';
import { fallingOrder } from '../metrics/ranking';
import type { Decision } from './decision';
import { bcaInterval, percentileInterval, type Interval } from './quantileInterval';
import { lastScore, pick, type Scored } from './scored';
import { weightedMetrics } from './weightedMetrics';

export type Intervals = Readonly<Record<string, Interval>>;

/** By confidence, as a text. */
export type IntervalsByLevel = Readonly<Record<string, Intervals>>;

export interface BootstrapSettings {
  readonly decision: Decision;
  readonly rounds: number;
  readonly seed: number;
  readonly method: 'bca' | 'percentile';
  /** Draws as many rows of each class as there are: when the test part was made so. */
  readonly stratified: boolean;
  /** More rows are not drawn from. */
  readonly most?: number;
}

/** More rows than this are not drawn from: intervals are made on so many, and narrowed to what all of them would give. */
export const mostDrawn = 50_000;
/** Groups of rows that are left out in turn, for the acceleration of BCa. */
const jackknifeGroups = 200;

/** 95 % intervals of the metrics, as `bootstrapLevels`. */
export const bootstrapIntervals = async (
  scored: Scored,
  settings: BootstrapSettings,
  signal: AbortSignal,
): Promise<Intervals> => (await bootstrapLevels(scored, { ...settings, levels: [0.95] }, signal))['0.95'] ?? {};

/**
 * Intervals of the metrics: rows are drawn with replacement as often as there are rows, `rounds` times. A round whose
 * draw leaves a metric undefined does not count for it.
 * @param settings with the confidences that intervals are wanted at, each in (0, 1)
 */
export async function bootstrapLevels(
  scored: Scored,
  settings: BootstrapSettings & { readonly levels: readonly number[] },
  signal: AbortSignal,
): Promise<IntervalsByLevel> {
  const { decision, rounds, seed, method, levels } = settings;
  if (rounds === 0) return {};
  const random = new Random(seed);
  const { part, narrowing } = drawable([scored], random, settings.most);
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
  return atLevels(levels, level => {
    const found: [string, Interval][] = [];
    names.forEach((name, i) => {
      const center = estimate[i]!;
      if (draws[i]!.length === 0 || !Number.isFinite(center)) return;
      const jackknife = left.map(values => values[i]!);
      const interval =
        method === 'bca'
          ? bcaInterval(draws[i]!, { estimate: center, jackknife }, level)
          : percentileInterval(draws[i]!, level);
      const [low, high] = interval.map(bound => all[i]! + (bound - center) * narrowing);
      found.push([name, [low!, high!]]);
    });
    return Object.fromEntries(found);
  });
}

const atLevels = <T>(levels: readonly number[], of: (level: number) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(levels.map(level => [String(level), of(level)]));

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
  settings: Omit<PairSettings, 'combine' | 'levels'>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, PairedDifference>>> {
  const found = await drawPairs(both, { ...settings, combine: (_, own, other) => own - other }, signal);
  return Object.fromEntries(
    found.map(({ name, value, draws, interval }) => {
      const higher = draws.reduce((sum, one) => sum + (one > 0 ? 1 : one === 0 ? 0.5 : 0), 0) / draws.length;
      return [name, { difference: value, interval: interval(0.95), higher }];
    }),
  );
}

/** Percentile intervals of what two models' metrics are beside each other, by confidence and metric. */
export async function bootstrapPairs(
  both: readonly [Scored, Scored],
  settings: PairSettings & { readonly levels: readonly number[] },
  signal: AbortSignal,
): Promise<IntervalsByLevel> {
  if (settings.rounds === 0) return {};
  const found = await drawPairs(both, settings, signal);
  return atLevels(settings.levels, level =>
    Object.fromEntries(found.map(({ name, interval }) => [name, interval(level)])),
  );
}

export interface PairSettings extends Omit<BootstrapSettings, 'decision' | 'method'> {
  readonly decisions: readonly [Decision, Decision];
  /** What of a metric of the first and of the second is looked at. */
  readonly combine: (metric: string, own: number, other: number) => number;
}

interface DrawnPair {
  readonly name: string;
  readonly value: number;
  readonly draws: readonly number[];
  readonly interval: (level: number) => Interval;
}

async function drawPairs(
  both: readonly [Scored, Scored],
  { decisions, combine, ...settings }: PairSettings,
  signal: AbortSignal,
): Promise<readonly DrawnPair[]> {
  const random = new Random(settings.seed);
  const { part, narrowing } = drawable(both, random, settings.most);
  const [first, second] = [weightedMetrics(part[0]!, decisions[0]), weightedMetrics(part[1]!, decisions[1])];
  const names = first.names.filter(name => second.names.includes(name));
  const combined = (counts: ArrayLike<number>): readonly number[] => {
    const [a, b] = [first.measure(counts), second.measure(counts)];
    return names.map(name => combine(name, a[first.names.indexOf(name)]!, b[second.names.indexOf(name)]!));
  };
  const draws = names.map((): number[] => []);
  const take = (counts: Int32Array): void =>
    combined(counts).forEach((value, i) => void (Number.isFinite(value) && draws[i]!.push(value)));
  await draw(part[0]!, { ...settings, random, take }, signal);
  const estimate = combined(new Uint8Array(part[0]!.y.length).fill(1));
  return names.flatMap((name, i) => {
    const own = draws[i]!;
    const value = estimate[i]!;
    if (own.length === 0 || !Number.isFinite(value)) return [];
    const interval = (level: number): Interval => {
      const [low, high] = percentileInterval(own, level);
      return [value + (low - value) * narrowing, value + (high - value) * narrowing];
    };
    return [{ name, value, draws: own, interval }];
  });
}

/**
 * The rows themselves, or as many of them as are drawn from (a spread falls with the root of their number), by falling
 * score of the first: so that each draw is gone through in the order of memory, which halves its time.
 */
function drawable(
  all: readonly Scored[],
  random: Random,
  most = mostDrawn,
): { readonly part: readonly Scored[]; readonly narrowing: number } {
  const first = all[0]!;
  const rows = first.y.length;
  const chosen = rows <= most ? undefined : new Uint8Array(rows);
  if (chosen) for (const row of random.permutation(rows).subarray(0, most)) chosen[row] = 1;
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
