import type { Random } from '../../random';
import { symmetricEigen, type Eigen } from '../eigen';

/** A point of [0, 1]ⁿ and its loss. */
export interface Scored {
  readonly point: readonly number[];
  readonly loss: number;
}

/** Draws that fall outside of the cube before the last one is moved onto its border. */
const mostDraws = 100;

/**
 * Covariance matrix adaptation (Hansen 2016, "The CMA Evolution Strategy: A Tutorial", with its default constants,
 * negative weights included) in the unit cube, from its middle with a deviation of a sixth. `update` takes one whole
 * generation.
 */
export class CmaEs {
  generation = 0;
  readonly population: number;
  private readonly weights: readonly number[];
  private readonly parents: number;
  private readonly muEff: number;
  private readonly rates: Rates;
  private mean: Float64Array;
  private sigma = 1 / 6;
  private covariance: Float64Array;
  private readonly pathSigma: Float64Array;
  private readonly pathC: Float64Array;
  private eigen: Eigen;

  constructor(private readonly n: number) {
    this.population = 4 + Math.floor(3 * Math.log(n));
    this.parents = Math.floor(this.population / 2);
    const raw = Array.from(
      { length: this.population },
      (_, i) => Math.log((this.population + 1) / 2) - Math.log(i + 1),
    );
    this.muEff = effective(raw.slice(0, this.parents));
    this.rates = ratesOf(n, this.muEff);
    this.weights = weightsOf(raw, { parents: this.parents, n, rates: this.rates, muEff: this.muEff });
    this.mean = new Float64Array(n).fill(0.5);
    this.covariance = identity(n);
    this.pathSigma = new Float64Array(n);
    this.pathC = new Float64Array(n);
    this.eigen = symmetricEigen(this.covariance, n);
  }

  draw(random: Random): readonly number[] {
    for (let i = 1; ; i++) {
      const z = Float64Array.from({ length: this.n }, () => random.normal());
      const point = Array.from(this.stretch(z), (step, j) => this.mean[j]! + this.sigma * step);
      if (point.every(x => x >= 0 && x <= 1)) return point;
      if (i >= mostDraws) return point.map(x => Math.min(1, Math.max(0, x)));
    }
  }

  update(generation: readonly Scored[]): void {
    const { n, rates, parents, muEff } = this;
    const sorted = generation.toSorted((a, b) => a.loss - b.loss);
    const steps = sorted.map(({ point }) => Float64Array.from(point, (x, j) => (x - this.mean[j]!) / this.sigma));
    const step = new Float64Array(n);
    for (let i = 0; i < parents; i++) for (let j = 0; j < n; j++) step[j]! += this.weights[i]! * steps[i]![j]!;
    this.mean = this.mean.map((x, j) => x + this.sigma * step[j]!);
    const white = this.whiten(step);
    blend(this.pathSigma, white, { rate: rates.cSigma, muEff });
    this.generation++;
    const length = Math.hypot(...this.pathSigma);
    const expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    const decay = Math.sqrt(1 - (1 - rates.cSigma) ** (2 * this.generation));
    const isStalled = length / decay >= (1.4 + 2 / (n + 1)) * expected;
    this.pathC.forEach((x, j) => (this.pathC[j] = (1 - rates.cC) * x));
    if (!isStalled)
      for (let j = 0; j < n; j++) this.pathC[j]! += Math.sqrt(rates.cC * (2 - rates.cC) * muEff) * step[j]!;
    this.adapt(steps, isStalled);
    this.sigma = Math.min(1e3, this.sigma * Math.exp((rates.cSigma / rates.dSigma) * (length / expected - 1)));
    this.eigen = symmetricEigen(this.covariance, n);
  }

  private adapt(steps: readonly Float64Array[], isStalled: boolean): void {
    const { n, rates, covariance, pathC } = this;
    const weights = this.weights.map((weight, i) =>
      weight >= 0 ? weight : (weight * n) / (Math.hypot(...this.whiten(steps[i]!)) ** 2 + 1e-12),
    );
    const total = this.weights.reduce((sum, weight) => sum + weight, 0);
    const lost = isStalled ? rates.cC * (2 - rates.cC) : 0;
    const keep = 1 + rates.c1 * lost - rates.c1 - rates.cMu * total;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let rank = 0;
        for (const [k, step] of steps.entries()) rank += weights[k]! * step[i]! * step[j]!;
        covariance[i * n + j] = keep * covariance[i * n + j]! + rates.c1 * pathC[i]! * pathC[j]! + rates.cMu * rank;
      }
  }

  /** √C · z. */
  private stretch(z: Float64Array): Float64Array {
    const { values, vectors } = this.eigen;
    return product(
      vectors,
      z.map((x, j) => x * Math.sqrt(Math.max(1e-20, values[j]!))),
      this.n,
    );
  }

  /** C^(−½) · y. */
  private whiten(y: Float64Array): Float64Array {
    const { n } = this;
    const { values, vectors } = this.eigen;
    const inner = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) inner[j]! += vectors[i * n + j]! * y[i]!;
      inner[j]! /= Math.sqrt(Math.max(1e-20, values[j]!));
    }
    return product(vectors, inner, n);
  }
}

interface Rates {
  readonly c1: number;
  readonly cMu: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
}

function ratesOf(n: number, muEff: number): Rates {
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cMu = Math.min(1 - c1, (2 * (1 / 4 + muEff + 1 / muEff - 2)) / ((n + 2) ** 2 + muEff));
  const cSigma = (muEff + 2) / (n + muEff + 5);
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma;
  return { c1, cMu, cSigma, dSigma, cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n) };
}

interface WeightFacts {
  readonly parents: number;
  readonly n: number;
  readonly rates: Rates;
  readonly muEff: number;
}

/** Positive ones add up to 1; the negative ones are as strong as the tutorial's three bounds let them be. */
function weightsOf(raw: readonly number[], { parents, n, rates, muEff }: WeightFacts): readonly number[] {
  const worse = raw.slice(parents);
  const muEffWorse = effective(worse);
  const bound = Math.min(
    1 + rates.c1 / rates.cMu,
    1 + (2 * muEffWorse) / (muEff + 2),
    (1 - rates.c1 - rates.cMu) / (n * rates.cMu),
  );
  const better = raw.slice(0, parents).reduce((sum, weight) => sum + weight, 0);
  const negative = worse.reduce((sum, weight) => sum + Math.abs(Math.min(0, weight)), 0);
  return raw.map(weight => (weight >= 0 ? weight / better : (bound * weight) / negative));
}

const effective = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => sum + weight, 0) ** 2 / weights.reduce((sum, weight) => sum + weight * weight, 0);

function blend(path: Float64Array, step: Float64Array, { rate, muEff }: { rate: number; muEff: number }): void {
  const gain = Math.sqrt(rate * (2 - rate) * muEff);
  for (let j = 0; j < path.length; j++) path[j] = (1 - rate) * path[j]! + gain * step[j]!;
}

function product(matrix: Float64Array, vector: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[i]! += matrix[i * n + j]! * vector[j]!;
  return result;
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}
