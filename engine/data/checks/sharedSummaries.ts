import { Tally, type CheckOptions } from './check';
import { NumberSummary } from './numberSummary';

/** What the aggregates of one entry have in common: a column is summed up once for all of them. */
export interface SharedSummary {
  readonly summary: NumberSummary;
  /** Cells of another kind. */
  readonly odd: Tally;
}

export class SharedSummaries {
  readonly #options: CheckOptions;
  readonly #byKinds = new Map<number, SharedSummary>();

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  /** @param kinds `Kind`s of cells that count */
  of(kinds: number): SharedSummary {
    let found = this.#byKinds.get(kinds);
    if (found === undefined) {
      const { median, quantiles } = this.#options.expectation;
      const sample = median === undefined && quantiles === undefined ? 0 : this.#options.memory.sampled;
      const odd = new Tally(this.#options);
      this.#byKinds.set(kinds, (found = { odd, summary: new NumberSummary({ kinds, sample, odd }) }));
    }
    return found;
  }
}
