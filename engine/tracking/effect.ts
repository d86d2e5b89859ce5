import type { Measurement } from './effectReader';

/** What finished runs have measured with one value of a param. */
export interface ValueEffect {
  readonly value: string;
  readonly runs: number;
  readonly mean: number;
  readonly best: number;
  /** The number of the run that measured `best`. */
  readonly bestRun: number;
}

export interface Effect {
  readonly runs: number;
  /** Best mean first; of equal ones the one with more runs. */
  readonly values: readonly ValueEffect[];
  /** Spearman's rank correlation of value and metric; only for numbers, at least 3 different ones. */
  readonly correlation?: number;
}

/** Undefined when there are not two different values: then nothing can be said. */
export function effectOf(measured: readonly Measurement[], higherIsBetter: boolean): Effect | undefined {
  const groups = new Map<string, Measurement[]>();
  for (const one of measured) {
    const key = canonical(one.value);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  if (groups.size < 2) return undefined;
  const sign = higherIsBetter ? 1 : -1;
  const values = [...groups.values()]
    .map(group => valueEffect(group, sign))
    .sort((a, b) => sign * (b.mean - a.mean) || b.runs - a.runs || (a.value < b.value ? -1 : 1));
  const correlation = groups.size < 3 ? undefined : spearman(measured);
  return { runs: measured.length, values, ...(correlation !== undefined && { correlation }) };
}

function valueEffect(group: readonly Measurement[], sign: number): ValueEffect {
  const [first] = group;
  if (first === undefined) throw new Error('A group has members.');
  let best = first;
  let sum = 0;
  for (const one of group) {
    sum += one.metric;
    if (sign * (one.metric - best.metric) > 0) best = one;
  }
  return { value: first.value, runs: group.length, mean: sum / group.length, best: best.metric, bestRun: best.run };
}

/** `0.10`, `0.1` and `1e-1` are one value. */
export const canonical = (value: string): string => {
  const number = numberOf(value);
  return number === undefined ? value : String(number);
};

function numberOf(value: string): number | undefined {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Pearson's correlation of the ranks, ties at the mean of their ranks, as scipy.stats.spearmanr. */
function spearman(measured: readonly Measurement[]): number | undefined {
  const xs = measured.map(({ value }) => numberOf(value));
  if (xs.includes(undefined)) return undefined;
  const x = ranks(xs.map(value => value ?? 0));
  const y = ranks(measured.map(({ metric }) => metric));
  const mean = (measured.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] ?? mean) - mean;
    const dy = (y[i] ?? mean) - mean;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let i = from; i < to; i++) result[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}
