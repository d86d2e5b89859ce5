import type { Cell } from './data';

/** What is done to a value of a row: put in its place, added to it (to dates, so many days), or taken times. */
export interface ValueChange {
  readonly set?: Cell;
  readonly add?: number;
  readonly multiply?: number;
}

/** What the step `test` asks a model; which bound its answer has to keep is said by a gate. */
export interface ModelTestKinds {
  /** Share of rows whose score somewhere moves the other way while the column rises over its values in the data. */
  readonly monotonic: {
    readonly column: string;
    readonly direction: 'increasing' | 'decreasing';
    readonly rows: number;
  };
  /** Share of rows that are decided otherwise when one of the columns takes another value of the data. */
  readonly invariant: { readonly columns: readonly string[]; readonly rows: number };
  /** Share of rows whose score does not move in the direction when the columns change. */
  readonly directional: {
    readonly change: Readonly<Record<string, ValueChange>>;
    readonly direction: 'increase' | 'decrease';
    readonly rows: number;
  };
  /** How much worse a metric gets on broken input. */
  readonly robust: {
    readonly against: 'missing' | 'noise' | 'extreme' | 'unseen';
    /** Empty: all. */
    readonly columns: readonly string[];
    /** Of the cells of each column, in (0, 1]. */
    readonly share: number;
    readonly metric: string;
  };
  /** Share of the rows of a file whose score is not the expected one. */
  readonly golden: { readonly path: string; readonly column: string; readonly tolerance: number };
  /** Greatest difference between scores of the data and of the same rows as a server gets them, in both of its engines. */
  readonly parity: { readonly rows: number };
  /** How many of the other trainings give another model than the first, bit for bit. */
  readonly reproducible: { readonly trainings: number };
}
export type ModelTestName = keyof ModelTestKinds;
export type ModelTest<K extends ModelTestName = ModelTestName> = {
  [P in K]: { readonly test: P } & ModelTestKinds[P];
}[K];

/** One row that a test speaks of. */
export interface TestedRow {
  /** In the data file, from 1; absent: the file has no lines. */
  readonly line?: number;
  /** Which file: that of the dataset, or of golden rows. */
  readonly file: string;
  /** In words: `credit_amount 1000 → 2000: 0.31 → 0.29`. */
  readonly what: string;
}

/** What a test has measured. */
export interface ModelTestResult {
  readonly test: ModelTest;
  /** Absent: it could not be measured; `problem` says why. */
  readonly value?: number;
  readonly problem?: string;
  /** Rows that were asked. */
  readonly rows: number;
  /** Some of the rows that speak against the model, the worst first. */
  readonly examples: readonly TestedRow[];
  /** In words, what the value is. */
  readonly sentence: string;
}

/** How fast and how large: the median of the rounds and each round. */
export interface Measured {
  readonly value: number;
  readonly rounds: readonly number[];
}

/** ms a row asked one by one, rows a second in batches, MB of memory while it is loaded, MB on the disk. */
export const footprints = ['latency_p50_ms', 'latency_p99_ms', 'rows_per_second', 'memory_mb', 'size_mb'] as const;
export type Footprint = (typeof footprints)[number];

/** The candidate beside the registered model: measured in turns, on this machine. */
export interface SideBySide {
  readonly model: string;
  readonly version: number;
  /** By measure: own / theirs, one of each round, and own / own of the same rounds, which is nothing but noise. */
  readonly ratios: Readonly<Partial<Record<Footprint, Ratios>>>;
}
export interface Ratios {
  readonly ratio: number;
  /** 95 %, of the median ratio, by drawing rounds. */
  readonly interval: readonly [number, number];
  /** What two measurements of the same model differ by, in 95 of 100 cases: 0.05 is 5 %. */
  readonly noise: number;
}

/** The file `model-tests.json` among a run's artifacts. */
export interface ModelTests {
  readonly version: 1;
  /** What goes into the model and comes out of it. */
  readonly signature: {
    readonly inputs: readonly { readonly name: string; readonly type: string }[];
    readonly outputs: readonly { readonly name: string; readonly type: string }[];
  };
  readonly tests: readonly ModelTestResult[];
  readonly footprint: Readonly<Partial<Record<Footprint, Measured>>>;
  /** s: how long the training took, and earlier ones of the pipeline, newest first. */
  readonly training?: { readonly seconds: number; readonly earlier: readonly number[] };
  readonly beside?: SideBySide;
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
}
