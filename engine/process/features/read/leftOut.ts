import { noKey } from '../../../features/join/keyTable';
import type { JoinMode } from '../../../protocol/featureJoins';
import type { ViewRows } from './viewReader';

/** Counts rows of a source, and those that count for nothing. */
export class LeftOut {
  rows = 0;
  withoutKey = 0;
  withoutTime = 0;
  /** Of a join that asks what was known. */
  withoutCreated = 0;
  readonly #mode: JoinMode;

  constructor(mode: JoinMode) {
    this.#mode = mode;
  }

  add({ rows, keys, events, created, keep }: ViewRows): void {
    this.rows += rows;
    const known = this.#mode === 'known' ? created : undefined;
    for (let row = 0; row < rows; row++) {
      if (keys[row] === noKey) this.withoutKey++;
      if (keep?.[row] === 0) continue;
      if (events && Number.isNaN(events[row])) this.withoutTime++;
      else if (known && Number.isNaN(known[row])) this.withoutCreated++;
    }
  }
}
