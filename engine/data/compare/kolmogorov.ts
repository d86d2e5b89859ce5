import { logGamma } from '../../statistics/gamma';

/** Samples up to this size get an exact p, as SciPy's `ks_2samp`. */
const mostExact = 10_000;

export interface KolmogorovSizes {
  readonly m: number;
  readonly n: number;
}

/**
 * P(D ≥ d) of the two-sample Kolmogorov–Smirnov test, two-sided. `steps` is d · m · n, a whole number. Exact up to 10,000
 * values a side, else from the one-sample distribution at m · n / (m + n), as SciPy 1.17. With ties it is too large at
 * most, never too small.
 */
export function kolmogorovP(steps: number, { m, n }: KolmogorovSizes): { readonly p: number; readonly exact: boolean } {
  if (Math.max(m, n) <= mostExact) return { p: exactP(steps, { m, n }), exact: true };
  return { p: oneSampleP(steps / m / n, Math.round((m * n) / (m + n))), exact: false };
}

/**
 * The share of lattice paths from (0, 0) to (m, n) that reach |i/m − j/n| ≥ d (Schröer and Trenkler 1995, as in R's
 * `psmirnov`), summed upwards so that small values keep their digits. Only the band within d is walked.
 */
function exactP(steps: number, { m, n }: KolmogorovSizes): number {
  if (steps <= 0) return 1;
  const u = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) u[j] = j * m >= steps ? 1 : 0;
  for (let i = 1; i <= m; i++) {
    const first = Math.max(0, Math.floor((i * n - steps) / m) + 1);
    const last = Math.min(n, Math.ceil((i * n + steps) / m) - 1);
    if (first > 0) u[first - 1] = 1;
    for (let j = Math.max(1, first); j <= last; j++) u[j] = (i * u[j]! + j * u[j - 1]!) / (i + j);
  }
  return Math.min(1, u[n]!);
}

/** Up to so many values the one-sample law is computed exactly. */
const mostExactAlone = 140;

/**
 * P(Dₙ ≥ d) of the one-sample test, two-sided: exact (Marsaglia, Tsang and Wang 2003) up to 140 values, where the
 * expansion is not yet good, and for small distances, where it is cheap; in the tail and else as `oneSampleP`. SciPy
 * divides the work in the same way.
 */
export function aloneP(d: number, n: number): number {
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  const isExact = n <= mostExactAlone ? n * d * d < 4 : n <= 100_000 && n * d ** 1.5 <= 1.4;
  return isExact ? Math.min(1, Math.max(0, 1 - marsaglia(d, n))) : oneSampleP(d, n);
}

/** P(Dₙ < d): a power of a matrix of 2k − 1 rows, k = ⌈n d⌉. */
function marsaglia(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const m = 2 * k - 1;
  const h = k - n * d;
  const base = new Float64Array(m * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) base[i * m + j] = i - j + 1 < 0 ? 0 : 1;
  for (let i = 0; i < m; i++) {
    base[i * m]! -= h ** (i + 1);
    base[(m - 1) * m + i]! -= h ** (m - i);
  }
  base[(m - 1) * m]! += 2 * h - 1 > 0 ? (2 * h - 1) ** m : 0;
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) for (let g = 1; g <= i - j + 1; g++) base[i * m + j]! /= g;
  const raised = power(base, m, n);
  let p = raised.matrix[(k - 1) * m + k - 1]!;
  let { exponent } = raised;
  for (let i = 1; i <= n; i++) {
    p = (p * i) / n;
    if (p < 1e-140) {
      p *= 1e140;
      exponent -= 140;
    }
  }
  return p * 10 ** exponent;
}

interface Scaled {
  readonly matrix: Float64Array;
  /** Of ten. */
  readonly exponent: number;
}

function power(base: Float64Array, m: number, n: number): Scaled {
  if (n === 1) return { matrix: base, exponent: 0 };
  const half = power(base, m, Math.floor(n / 2));
  const square = product(half.matrix, half.matrix, m);
  const matrix = n % 2 === 0 ? square : product(base, square, m);
  const middle = matrix[Math.floor(m / 2) * m + Math.floor(m / 2)]!;
  if (middle <= 1e140) return { matrix, exponent: 2 * half.exponent };
  return { matrix: matrix.map(value => value * 1e-140), exponent: 2 * half.exponent + 140 };
}

function product(a: Float64Array, b: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++)
    for (let l = 0; l < m; l++) {
      const factor = a[i * m + l]!;
      if (factor !== 0) for (let j = 0; j < m; j++) out[i * m + j]! += factor * b[l * m + j]!;
    }
  return out;
}

/** P(Dₙ ≥ d): Pelz and Good's expansion (1976) in the middle, twice the one-sided law in the tail (Simard, L'Ecuyer 2011). */
export function oneSampleP(d: number, n: number): number {
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  const w = n * d * d;
  if (w >= 370) return 0;
  return w >= 2.2 ? Math.min(1, 2 * oneSidedP(d, n)) : Math.min(1, Math.max(0, 1 - pelzGood(d * Math.sqrt(n), n)));
}

/** Smirnov's exact sum in logarithms; beyond 200,000 values an expansion of it. */
function oneSidedP(d: number, n: number): number {
  if (n > 200_000) {
    const z = (6 * n * d + 1) ** 2 / (18 * n);
    return Math.exp(-z) * (1 - (2 * z * z - 4 * z - 1) / (18 * n));
  }
  let sum = 0;
  const all = logGamma(n + 1);
  for (let j = 0; j <= Math.floor(n * (1 - d)); j++) {
    const rest = 1 - d - j / n;
    if (rest <= 0) continue;
    const choose = all - logGamma(j + 1) - logGamma(n - j + 1);
    sum += Math.exp(choose + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}

function pelzGood(z: number, n: number): number {
  const z2 = z * z;
  const pi2 = Math.PI * Math.PI;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k2b = 0;
  let k3 = 0;
  let k3b = 0;
  for (let k = 0; k < 20; k++) {
    const h2 = (k + 0.5) ** 2;
    const half = Math.exp((-pi2 * h2) / (2 * z2));
    k0 += half;
    k1 += (pi2 * h2 - z2) * half;
    k2 += (6 * z2 ** 3 + 2 * z2 ** 2 + pi2 * (2 * z2 ** 2 - 5 * z2) * h2 + pi2 ** 2 * (1 - 2 * z2) * h2 ** 2) * half;
    k3 +=
      (-30 * z2 ** 3 -
        90 * z2 ** 4 +
        pi2 * (135 * z2 ** 2 - 96 * z2 ** 3) * h2 +
        pi2 ** 2 * (212 * z2 ** 2 - 60 * z2) * h2 ** 2 +
        pi2 ** 3 * (5 - 30 * z2) * h2 ** 3) *
      half;
    const whole = Math.exp((-pi2 * k * k) / (2 * z2));
    k2b += pi2 * k * k * whole;
    k3b += pi2 * k * k * (3 * z2 - pi2 * k * k) * whole;
  }
  const root = Math.sqrt(Math.PI / 2);
  // The sums over all whole k are twice those over k ≥ 0.
  const second = (2 * k2) / (72 * z ** 7) - (2 * k2b) / (36 * z ** 3);
  const third = (2 * k3) / (6480 * z ** 10) + k3b / (108 * z ** 6);
  return root * ((2 * k0) / z + (2 * k1) / (6 * z ** 4 * Math.sqrt(n)) + second / n + third / n ** 1.5);
}
