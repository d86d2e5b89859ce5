/**
 * Exponential moving average with debiasing, as TensorBoard smooths: s ← w·s + (1 − w)·y, divided by 1 − wⁿ.
 * Values that are not finite are passed through and change nothing.
 * @param weight in [0, 1); 0 leaves the values as they are
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  let sum = 0;
  let seen = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) return value;
    seen++;
    sum = weight * sum + (1 - weight) * value;
    return sum / (1 - weight ** seen);
  });
}
