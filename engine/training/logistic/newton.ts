import { optionPlace } from '../columns';
import { setImmediate } from 'node:timers/promises';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { LearnerProgress } from '../learner';
import { solvePositive } from './cholesky';

/** A smooth, strictly convex function. */
export interface SmoothProblem {
  readonly size: number;
  value(parameters: Float64Array): number;
  at(parameters: Float64Array): Point;
}

export interface Point {
  readonly gradient: Float64Array;
  readonly curvature: Curvature;
}

export interface Curvature {
  /** Lower triangle of the Hessian, size × size in row order; the caller may overwrite it. */
  dense(): Float64Array;
  /** Hessian · direction. */
  product(direction: Float64Array): Float64Array;
}

export interface Minimum {
  readonly parameters: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Largest entry of the gradient there. */
  readonly gradient: number;
}

/** Above this many parameters the Newton step is found by conjugate gradients instead of a factorised Hessian. */
const mostDense = 1_200;

/**
 * Newton's method with backtracking from zero, until the gradient's largest entry is at most `tolerance`.
 * @throws ModelyardError `training.numeric` when it does not get there in `max_iterations`.
 */
export async function minimise(
  problem: SmoothProblem,
  options: { readonly max_iterations: number; readonly tolerance: number },
  progress: LearnerProgress,
): Promise<Minimum> {
  let parameters = new Float64Array(problem.size);
  let value = problem.value(parameters);
  for (let iterations = 0; ; iterations++) {
    await setImmediate();
    throwIfAborted(progress.signal);
    const { gradient, curvature } = problem.at(parameters);
    const steepness = gradient.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const found = { parameters, value, iterations, gradient: steepness };
    if (steepness <= options.tolerance) return found;
    if (iterations >= options.max_iterations) throw notConverged(found);
    progress.progress(`Iteration ${iterations + 1}: loss ${value.toFixed(6)}`, iterations / (iterations + 4));
    const step = problem.size <= mostDense ? directStep(gradient, curvature) : conjugateStep(gradient, curvature);
    const slope = step.reduce((sum, each, i) => sum + each * gradient[i]!, 0);
    const next = lineSearch(problem, { parameters, value, step, slope });
    // What is left is below the rounding of the loss: this is the minimum to working precision.
    if (!next) {
      if (-slope <= 1e-12 * Math.max(1, Math.abs(value))) return found;
      throw notConverged(found);
    }
    ({ parameters, value } = next);
  }
}

function lineSearch(
  problem: SmoothProblem,
  from: {
    readonly parameters: Float64Array;
    readonly value: number;
    readonly step: Float64Array;
    readonly slope: number;
  },
): { parameters: Float64Array<ArrayBuffer>; value: number } | undefined {
  const rounding = 4 * Number.EPSILON * Math.abs(from.value);
  for (let length = 1; length > 1e-10; length /= 2) {
    const parameters = Float64Array.from(from.parameters, (each, i) => each + length * from.step[i]!);
    const value = problem.value(parameters);
    if (value <= from.value + 1e-4 * length * from.slope + rounding) return { parameters, value };
  }
  return undefined;
}

/** −H⁻¹·gradient by Cholesky; a Hessian that rounding made singular gets a little more on its diagonal. */
function directStep(gradient: Float64Array, curvature: Curvature): Float64Array {
  const size = gradient.length;
  const downhill = gradient.map(each => -each);
  for (let extra = 0; extra < 1; extra = extra === 0 ? 1e-14 : extra * 100) {
    const hessian = curvature.dense();
    for (let i = 0; i < size; i++) hessian[i * size + i]! *= 1 + extra;
    const step = solvePositive(hessian, downhill);
    if (step?.every(Number.isFinite)) return step;
  }
  return downhill;
}

/** The same by conjugate gradients, the more exactly the nearer the minimum. */
function conjugateStep(gradient: Float64Array, curvature: Curvature): Float64Array {
  const step = new Float64Array(gradient.length);
  const residual = gradient.map(each => -each);
  let direction = residual.slice();
  let square = dot(residual, residual);
  const enough = square * Math.min(1e-4, square) * 1e-2;
  for (let i = 0; i < 2 * gradient.length && square > enough; i++) {
    const image = curvature.product(direction);
    const length = square / dot(direction, image);
    if (!Number.isFinite(length)) break;
    for (let j = 0; j < step.length; j++) {
      step[j]! += length * direction[j]!;
      residual[j]! -= length * image[j]!;
    }
    const before = square;
    square = dot(residual, residual);
    direction = direction.map((each, j) => residual[j]! + (square / before) * each);
  }
  return step;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const notConverged = ({ iterations, gradient }: Minimum): ModelyardError =>
  new ModelyardError(
    'training.numeric',
    `Logistic regression did not converge in ${iterations} iterations; the gradient is still ${gradient.toExponential(1)}.`,
    {
      place: optionPlace('max_iterations'),
      fix: 'Scale the columns (`scale: standard`), lower `C`, or raise `max_iterations` or `tolerance`.',
    },
  );
