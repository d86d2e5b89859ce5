import type { Random } from '../random';

const coefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
]; // prettier-ignore

/** 1 − erf(x), within 1.2·10⁻⁷ of its value everywhere (Numerical Recipes, `erfcc`). */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + z / 2);
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * t + coefficients[i]!;
  const tail = t * Math.exp(-z * z + sum);
  return x >= 0 ? tail : 2 - tail;
}

/** Probability that a standard normal lies in [a, b]: exact in the tails too, as both ends are seen from the same side. */
export function normalMass(a: number, b: number): number {
  if (a > 0) return (erfc(a / Math.SQRT2) - erfc(b / Math.SQRT2)) / 2;
  if (b < 0) return normalMass(-b, -a);
  return 1 - (erfc(-a / Math.SQRT2) + erfc(b / Math.SQRT2)) / 2;
}

/** A normal that lies within bounds around its mean, which does. */
export function truncatedNormal(
  kernel: { mean: number; deviation: number; low: number; high: number },
  random: Random,
): number {
  const { mean, deviation, low, high } = kernel;
  for (;;) {
    const x = mean + deviation * random.normal();
    if (x >= low && x <= high) return x;
  }
}
