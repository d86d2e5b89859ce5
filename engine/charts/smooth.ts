/** In how many parts the x axis counts: a weight means the same on every one. */
const axisParts = 1000;

/**
 * Exponential moving average that knows how far apart its values are, debiased, as W&B smooths: with Δ the distance to the
 * value before, in thousandths of the axis, s ← s·w^Δ + y, n ← n·w^Δ + 1, and s/n is shown; w = √weight, at most 0.999.
 * @param x grows; of the same length as `y`, whose values are finite
 * @param width of the axis
 * @param weight in [0, 1]; 0 leaves the values as they are
 */
export function smoothOverX(
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  weight: number,
  width: number,
): number[] {
  if (weight <= 0) return [...y];
  const perPart = Math.min(Math.sqrt(weight), 0.999);
  let sum = 0;
  let count = 0;
  return y.map((value, at) => {
    const distance = at === 0 || width <= 0 ? 0 : (((x[at] ?? 0) - (x[at - 1] ?? 0)) / width) * axisParts;
    const kept = perPart ** Math.max(0, distance);
    sum = sum * kept + value;
    count = count * kept + 1;
    return sum / count;
  });
}
