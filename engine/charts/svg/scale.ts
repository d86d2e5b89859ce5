/** From values to pixels. */
export interface Scale {
  readonly at: (value: number) => number;
  /** The other way round. */
  readonly value: (pixel: number) => number;
  readonly ticks: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface ScaleOptions {
  readonly values: readonly number[];
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly log?: boolean | undefined;
  /** Pixels of the ends. */
  readonly pixels: readonly [number, number];
  readonly ticks?: number;
  /** Lets the ends be round numbers where they are not given. */
  readonly nice?: boolean;
}

/** A scale over all finite values; of nothing it is 0 … 1, of one value something around it. */
export function scaleOf({ values, min, max, log = false, pixels, ticks = 6, nice = false }: ScaleOptions): Scale {
  const usable = values.filter(value => Number.isFinite(value) && (!log || value > 0));
  let from = min ?? usable.reduce((a, b) => Math.min(a, b), Infinity);
  let to = max ?? usable.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(from) || !Number.isFinite(to)) [from, to] = log ? [1, 10] : [0, 1];
  if (log && from <= 0) from = to > 0 ? Math.min(...usable, to) / 10 : 1;
  if (from === to) [from, to] = log ? [from / 2, to * 2] : around(from);
  if (nice && !log) {
    const step = roundStep((to - from) / ticks);
    if (min === undefined) from = Math.floor(from / step + 1e-9) * step;
    if (max === undefined) to = Math.ceil(to / step - 1e-9) * step;
  }
  const place = log ? Math.log : (value: number): number => value;
  const [start, width] = [place(from), place(to) - place(from)];
  const at = (value: number): number => pixels[0] + ((place(value) - start) / width) * (pixels[1] - pixels[0]);
  const value = (pixel: number): number => {
    const placed = start + ((pixel - pixels[0]) / (pixels[1] - pixels[0])) * width;
    return log ? Math.exp(placed) : placed;
  };
  return { at, value, from, to, ticks: log ? logTicks(from, to, ticks) : linearTicks(from, to, ticks) };
}

const around = (value: number): [number, number] =>
  value === 0 ? [-1, 1] : [value - Math.abs(value) * 0.1, value + Math.abs(value) * 0.1];

/** 1, 2, 2.5 or 5 times a power of ten, at least as large. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 2.5, 5, 10].find(factor => factor * power >= step * (1 - 1e-9)) ?? 10);
}

function linearTicks(from: number, to: number, count: number): number[] {
  const step = roundStep((to - from) / Math.max(1, count));
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  if (!(last - first < 1000)) return [from, to];
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function logTicks(from: number, to: number, count: number): number[] {
  const [low, high] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  if (high - low < 1) return linearTicks(from, to, count);
  const every = Math.max(1, Math.ceil((high - low + 1) / count));
  return Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, at) => 10 ** (low + at * every));
}

/** Ticks are rounder than values: no zeros at the end. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7))
    return Number(value.toPrecision(3)).toExponential().replace('e+', 'e');
  return String(Number(value.toPrecision(6)));
}
