import { Crew, type DoBlock } from './crew';
import { blockRows, type Kernel, type Stretch } from './kernel';

/** Writes the derivatives of some rows for one of the outputs. */
export type DeriveRows = (rows: Int32Array, output: number) => void;

/** Sums over rows, made block by block. */
export interface Sums {
  readonly gradient: number;
  /** Of the absolute values. */
  readonly size: number;
  readonly hessian: number;
}

/** Features that a histogram is made of, and the bins of every feature. */
export interface SomeFeatures {
  readonly features: Int32Array;
  readonly bins: Int32Array;
}

export interface Help {
  /** Memory of the crew. */
  readonly calls: SharedArrayBuffer;
  /** Nanoseconds of work from which other threads are called. */
  readonly worth: number;
}

const kinds = { derive: 0, round: 1, total: 2, divide: 3, fill: 4 } as const;
/** Nanoseconds that a row takes, roughly; in a histogram: that each feature of a row takes. */
const costs = { derive: 15, round: 3, total: 3, divide: 3, fill: 0.9 } as const;

/** What each thread does with a block of rows. */
export function blocksOf(kernel: Kernel, derive: DeriveRows): DoBlock {
  const blockOf = (block: number, start: number, rows: number): Stretch => {
    const from = start + block * blockRows;
    return { start: from, rows: Math.min(blockRows, start + rows - from) };
  };
  return ({ kind, of: [start = 0, rows = 0, what = 0, fill = 0, some = 0] }, block, member) => {
    const part = blockOf(block, start, rows);
    if (kind === kinds.derive) {
      derive(kernel.order.subarray(part.start, part.start + part.rows), what);
      kernel.total(part, block);
    } else if (kind === kinds.round) kernel.round(part);
    else if (kind === kinds.total) kernel.total(part, block);
    else if (kind === kinds.divide) kernel.divide(what, part, block);
    else {
      const own = member === 0 ? what : kernel.size.histograms + member - 1;
      if (member > 0 && kernel.filled[member] !== fill) {
        kernel.clear(own);
        kernel.filled[member] = fill;
      }
      kernel.fill(own, part, some === 0 ? undefined : some);
    }
  };
}

/** The loops over stretches of rows, in this thread or with the help of others: the results are the same. */
export class TreeLoops {
  private readonly doBlock: DoBlock;
  private readonly crew: Crew | undefined;
  private fills = 0;

  constructor(
    private readonly kernel: Kernel,
    derive: DeriveRows,
    private readonly help?: Help,
  ) {
    this.doBlock = blocksOf(kernel, derive);
    this.crew = help && new Crew(help.calls, this.doBlock);
  }

  /** Derivatives of an output for the rows of a stretch. @returns their sums */
  derive(stretch: Stretch, output: number): Sums {
    this.run('derive', stretch, [output]);
    return this.sums(stretch);
  }

  /** Sums of the derivatives. */
  total(stretch: Stretch): Sums {
    this.run('total', stretch);
    return this.sums(stretch);
  }

  /** Brings derivatives to whole units. */
  round(stretch: Stretch): void {
    this.run('round', stretch);
  }

  /** Puts the rows of a node that go left first. @returns how many they are */
  partition(feature: number, stretch: Stretch): number {
    this.run('divide', stretch, [feature]);
    return this.kernel.join(stretch);
  }

  /** Makes a histogram anew; of some features only: the cells of the others keep what they had, or anything. */
  fill(histogram: number, stretch: Stretch, some?: SomeFeatures): void {
    const { kernel } = this;
    const count = some?.features.length ?? 0;
    if (some) kernel.list.set(some.features);
    kernel.clear(histogram, some && { count, bins: some.bins });
    this.run('fill', stretch, [histogram, ++this.fills, count]);
    for (let member = 1; member <= kernel.size.others; member++)
      if (kernel.filled[member] === this.fills) kernel.add(histogram, kernel.size.histograms + member - 1);
  }

  private run(kind: keyof typeof kinds, { start, rows }: Stretch, what: readonly number[] = []): void {
    const task = { kind: kinds[kind], blocks: Math.ceil(rows / blockRows), of: [start, rows, ...what] };
    const width = kind === 'fill' ? this.kernel.size.features : 1;
    const isWorth = this.help !== undefined && task.blocks > 1 && rows * width * costs[kind] >= this.help.worth;
    if (isWorth) this.crew?.run(task);
    else for (let block = 0; block < task.blocks; block++) this.doBlock(task, block, 0);
  }

  private sums({ rows }: Stretch): Sums {
    const { partial } = this.kernel;
    let [gradient, size, hessian] = [0, 0, 0];
    for (let at = 0; at < 3 * Math.ceil(rows / blockRows); at += 3) {
      gradient += partial[at]!;
      size += partial[at + 1]!;
      hessian += partial[at + 2]!;
    }
    return { gradient, size, hessian };
  }
}
