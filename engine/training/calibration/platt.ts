import type { SigmoidMap } from './calibration';

const mostSteps = 100;
const enough = 1e-10;

/**
 * The sigmoid that predicts labels from scores best (Platt 1999), with his target values (rows + 1) ÷ (rows + 2) and
 * 1 ÷ (rows + 2), by Newton's method with backtracking (Lin, Lin & Weng 2007). As scikit-learn's calibration by `sigmoid`.
 * @param y 1: positive, 0: negative
 */
export function platt(s: ArrayLike<number>, y: ArrayLike<number>): SigmoidMap {
  const rows = s.length;
  let positives = 0;
  for (let i = 0; i < rows; i++) positives += y[i]!;
  const negatives = rows - positives;
  const target = Float64Array.from({ length: rows }, (_, i) =>
    y[i] === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  );
  let [a, b] = [0, Math.log((negatives + 1) / (positives + 1))];
  let value = loss({ s, target }, a, b);
  for (let step = 0; step < mostSteps; step++) {
    const { ga, gb, haa, hab, hbb } = derivatives({ s, target }, a, b);
    if (Math.max(Math.abs(ga), Math.abs(gb)) < enough * rows) break;
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [(-hbb * ga + hab * gb) / determinant, (hab * ga - haa * gb) / determinant];
    let size = 1;
    let next = loss({ s, target }, a + da, b + db);
    while (size > 1e-10 && !(next < value + 1e-4 * size * (ga * da + gb * db))) {
      size /= 2;
      next = loss({ s, target }, a + size * da, b + size * db);
    }
    if (size <= 1e-10) break; // what is left is below the rounding of the loss
    [a, b, value] = [a + size * da, b + size * db, next];
  }
  return { kind: 'sigmoid', a, b };
}

interface Targets {
  readonly s: ArrayLike<number>;
  readonly target: Float64Array;
}

/** −Σ target · ln p + (1 − target) · ln(1 − p) with p = 1 ÷ (1 + exp(a · s + b)). */
function loss({ s, target }: Targets, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < target.length; i++) {
    const z = a * s[i]! + b;
    sum += z >= 0 ? target[i]! * z + Math.log1p(Math.exp(-z)) : (target[i]! - 1) * z + Math.log1p(Math.exp(z));
  }
  return sum;
}

/** Gradient and Hessian; a little is added to the diagonal, so that equal scores do not make it singular. */
function derivatives({ s, target }: Targets, a: number, b: number) {
  let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
  for (let i = 0; i < target.length; i++) {
    const z = a * s[i]! + b;
    const p = z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
    const [slope, curve] = [target[i]! - p, p * (1 - p)];
    ga += slope * s[i]!;
    gb += slope;
    haa += curve * s[i]! * s[i]!;
    hab += curve * s[i]!;
    hbb += curve;
  }
  return { ga, gb, haa, hab, hbb };
}
