/** Points in (0, 1) and their weights: a weighted sum over them is the integral from 0 to 1. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss–Legendre's rule on (0, 1): exact for polynomials up to degree 2 · `size` − 1. The roots of Legendre's polynomial
 * by Newton's method from Tricomi's estimate.
 */
export function gaussLegendre(size: number): Quadrature {
  const points = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    let x = Math.cos((Math.PI * (at + 0.75)) / (size + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      const [value, next] = legendre(size, x);
      slope = next;
      const move = value / slope;
      x -= move;
      if (Math.abs(move) < 1e-15) break;
    }
    slope = legendre(size, x)[1];
    points[size - 1 - at] = (1 + x) / 2;
    weights[size - 1 - at] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** Legendre's polynomial of a degree ≥ 1 and its derivative, by Bonnet's recursion. */
function legendre(degree: number, x: number): [value: number, slope: number] {
  let before = 1;
  let value = x;
  for (let n = 2; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return [value, (degree * (x * value - before)) / (x * x - 1)];
}
