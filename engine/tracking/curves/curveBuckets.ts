import type { RunCurve } from '../../protocol/curves';

/** Values that are no numbers are shown by their place, up to so many of them. */
export const ODD_PLACES = 100;

interface Cell {
  n: number;
  xSum: number;
  min: number;
  max: number;
  mean: number;
}

export interface Extent {
  readonly from: number;
  readonly to: number;
}

export interface XValue {
  readonly x: number;
  readonly value: number;
}

export type CurveColumns = Omit<RunCurve, 'runId' | 'total' | 'sampled'>;

/** Every number for itself, from left to right. */
export function exactColumns(points: readonly XValue[]): CurveColumns {
  const numbers = points.filter(({ value }) => Number.isFinite(value)).sort((a, b) => a.x - b.x);
  const odd = points.filter(({ value }) => !Number.isFinite(value)).map(({ x }) => x);
  const values = numbers.map(({ value }) => value);
  return {
    inRange: points.length,
    notNumbers: odd.length,
    notNumbersAt: [...new Set(odd)].slice(0, ODD_PLACES),
    x: numbers.map(({ x }) => x),
    n: values.map(() => 1),
    min: values,
    max: values,
    mean: values,
  };
}

/** Many points of one curve in so many parts of equal width, in one pass and in the order they are given. */
export class CurveBuckets {
  private readonly cells = new Map<number, Cell>();
  private readonly odd: number[] = [];
  private oddCount = 0;
  private points = 0;

  constructor(
    private readonly extent: Extent,
    private readonly parts: number,
  ) {}

  /** A point. NaN and infinities are counted, but are in no part. */
  add(x: number, value: number): void {
    this.points++;
    if (!Number.isFinite(value)) {
      this.addOdd(x);
      return;
    }
    const at = this.partOf(x);
    const cell = this.cells.get(at);
    if (cell === undefined) {
      this.cells.set(at, { n: 1, xSum: x, min: value, max: value, mean: value });
      return;
    }
    cell.n++;
    cell.xSum += x;
    if (value < cell.min) cell.min = value;
    if (value > cell.max) cell.max = value;
    cell.mean += (value - cell.mean) / cell.n;
  }

  /** What is known of `n` numbers around `x`, besides `nans` that are none. */
  addSummary(x: number, { n, nans, ...part }: Omit<Cell, 'xSum'> & { readonly nans: number }): void {
    this.points += n + nans;
    for (let at = 0; at < nans; at++) this.addOdd(x);
    if (n === 0) return;
    const place = this.partOf(x);
    const cell = this.cells.get(place);
    if (cell === undefined) {
      this.cells.set(place, { n, xSum: x * n, ...part });
      return;
    }
    cell.mean = (cell.mean * cell.n + part.mean * n) / (cell.n + n);
    cell.n += n;
    cell.xSum += x * n;
    cell.min = Math.min(cell.min, part.min);
    cell.max = Math.max(cell.max, part.max);
  }

  /** The parts that have any point, from left to right, as columns. */
  columns(): CurveColumns {
    const cells = [...this.cells].sort(([a], [b]) => a - b).map(([, cell]) => cell);
    return {
      inRange: this.points,
      notNumbers: this.oddCount,
      notNumbersAt: this.odd,
      x: cells.map(({ xSum, n }) => xSum / n),
      n: cells.map(({ n }) => n),
      min: cells.map(({ min }) => min),
      max: cells.map(({ max }) => max),
      mean: cells.map(({ mean }) => mean),
    };
  }

  private addOdd(x: number): void {
    this.oddCount++;
    if (this.odd.length < ODD_PLACES && this.odd.at(-1) !== x) this.odd.push(x);
  }

  private partOf(x: number): number {
    const { from, to } = this.extent;
    const width = to - from;
    if (width <= 0) return 0;
    return Math.min(this.parts - 1, Math.max(0, Math.floor((x - from) * (this.parts / width))));
  }
}
