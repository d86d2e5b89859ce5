import type { RunId } from '../../../engine/protocol/ids';
import type { RunSummary } from '../../../engine/protocol/tracking';

/** A run that is compared, with the place of its colour. */
export interface Compared {
  readonly run: RunSummary;
  readonly slot: number;
}

/** What is compared. */
export interface Comparison {
  /** The ticked runs but for those that the legend hides. */
  readonly compared: readonly Compared[];
  /** Every run that the filter finds, as far as the table has read it. */
  readonly found: readonly RunSummary[];
  /** Whether the filter finds more, and how they are read. */
  readonly hasMore: boolean;
  readonly loadAll: () => void;
  readonly slotOf: (run: RunSummary) => number;
  readonly baseline: RunId | undefined;
}

/** A tab of the comparison. It is made when it is first shown, and told of a change only while it is in front. */
export interface Section {
  readonly element: HTMLElement;
  show(comparison: Comparison): void;
}

export const runLabel = ({ number }: Pick<RunSummary, 'number'>): string => `r-${number}`;
