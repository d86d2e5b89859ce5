import { fairnessMeasures } from '../../protocol/gateRules';
/** Rows of a group by what is true and what is given, of the favourable outcome. */
export interface Cells {
  readonly rows: number;
  readonly selected: number;
  readonly deserved: number;
  /** Deserved and given. */
  readonly both: number;
}

/** Rates of a group by name; what has nothing to divide by is NaN. */
export function ratesOf({ rows, selected, deserved, both }: Cells) {
  return {
    selection_rate: selected / rows,
    true_positive_rate: both / deserved,
    false_positive_rate: (selected - both) / (rows - deserved),
    precision: both / selected,
    base_rate: deserved / rows,
  };
}
type Rates = ReturnType<typeof ratesOf>;

/**
 * How far groups are apart, in the order of `fairnessMeasures`, as fairlearn between groups: least ÷ greatest rate, greatest −
 * least; of equalized odds the worse of true and false positive rate. NaN where a rate is undefined in some group, or
 * where there are not two groups.
 */
export function groupMeasures(groups: readonly Cells[]): readonly number[] {
  if (groups.length < 2) return fairnessMeasures.map(() => NaN);
  const rates = groups.map(ratesOf);
  const spread = (key: keyof Rates): readonly [ratio: number, difference: number] => {
    const values = rates.map(one => one[key]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low / high, high - low];
  };
  const [selection, right, wrong, precision] = [
    spread('selection_rate'),
    spread('true_positive_rate'),
    spread('false_positive_rate'),
    spread('precision'),
  ];
  const odds = [Math.min(right[0], wrong[0]), Math.max(right[1], wrong[1])];
  return [...selection, ...right, ...odds, ...precision];
}
