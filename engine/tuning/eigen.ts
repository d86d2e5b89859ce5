/** Eigenvalues and eigenvectors of a symmetric matrix of n × n in row order, in no particular order. */
export interface Eigen {
  readonly values: Float64Array;
  /** Row order; column j belongs to value j. */
  readonly vectors: Float64Array;
}

const mostSweeps = 60;

/** Jacobi's method with cyclic sweeps (Golub & Van Loan, 8.5): exact enough, and short, for the few dozen rows it is for. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(a, n) > 0; sweep++)
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate({ a, vectors, n }, p, q);
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

/** Sum of squares beside the diagonal; 0 when it is nothing beside the diagonal's own. */
function offDiagonal(a: Float64Array, n: number): number {
  let [off, on] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const square = a[i * n + j]! ** 2;
      if (i === j) on += square;
      else off += square;
    }
  return off > 1e-30 * on ? off : 0;
}

function rotate({ a, vectors, n }: { a: Float64Array; vectors: Float64Array; n: number }, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (target: Float64Array, from: number, to: number): void => {
    const [x, y] = [target[from]!, target[to]!];
    target[from] = c * x - s * y;
    target[to] = s * x + c * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q);
}
