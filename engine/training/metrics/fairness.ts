/** How a group of people fares: all rates are of the favourable outcome. */
export interface GroupRates {
  /** Rows that are given the favourable outcome ÷ rows. */
  readonly selectionRate: number;
  /** Of those who deserved it (true outcome favourable), the share that is given it; NaN when nobody did. */
  readonly truePositiveRate: number;
  /** Of those who did not, the share that is given it all the same. */
  readonly falsePositiveRate: number;
  /** Rows whose true outcome is favourable ÷ rows. */
  readonly baseRate: number;
}

/** @param truth and @param given by row: 1 where the outcome is (or is predicted) favourable */
export function groupRates(truth: ArrayLike<number>, given: ArrayLike<number>): GroupRates {
  let [selected, deserved, both] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    selected += given[i]!;
    deserved += truth[i]!;
    both += truth[i]! * given[i]!;
  }
  const rows = truth.length;
  return {
    selectionRate: selected / rows,
    truePositiveRate: both / deserved,
    falsePositiveRate: (selected - both) / (rows - deserved),
    baseRate: deserved / rows,
  };
}

/**
 * Two groups against each other, as fairlearn: demographic parity (ratio: least ÷ greatest selection rate, the four
 * fifths rule's), equal opportunity, equalized odds. What is undefined in one group is left out.
 */
export function compareGroups(a: GroupRates, b: GroupRates): Record<string, number> {
  const [low, high] = [Math.min(a.selectionRate, b.selectionRate), Math.max(a.selectionRate, b.selectionRate)];
  const opportunity = Math.abs(a.truePositiveRate - b.truePositiveRate);
  const odds = Math.max(opportunity, Math.abs(a.falsePositiveRate - b.falsePositiveRate));
  const all = {
    selection_rate_ratio: low / high,
    selection_rate_difference: high - low,
    equal_opportunity_difference: opportunity,
    equalized_odds_difference: odds,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => Number.isFinite(value)));
}
