import type { ChoiceParameter, Parameter, Params, ParamValue } from '../../protocol/tuning';
import type { Random } from '../../random';
import { axisOf, type Axis, type NumericParameter } from '../axis';
import { normalMass, truncatedNormal } from '../normal';
import { sameValue } from '../values';

/** Kernels around what was observed, and one over the whole space. */
export interface Observations {
  readonly params: readonly Params[];
  /** One for each; absent: the same for all. */
  readonly weights?: readonly number[];
}

/**
 * A density over some parameters together: a mixture of products, of truncated normals for numbers and of
 * distributions for choices. One kernel for each observation, one that is wide for all that nobody has tried.
 * As the multivariate Parzen estimator of Optuna 5 with its defaults (prior weight 1, magic clip, no endpoints).
 */
export class ParzenEstimator {
  private readonly lines: readonly Line[];
  private readonly logWeights: Float64Array;
  private readonly cumulative: Float64Array;

  constructor(parameters: readonly Parameter[], observations: Observations) {
    const weights = [...(observations.weights ?? observations.params.map(() => 1)), 1];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.logWeights = Float64Array.from(weights, weight => Math.log(weight / total));
    let sum = 0;
    this.cumulative = Float64Array.from(weights, weight => (sum += weight / total));
    this.lines = parameters.map(parameter => {
      const values = observations.params.map(params => params[parameter.name]!);
      return parameter.kind === 'choice'
        ? new ChoiceLine(parameter, values)
        : new NumberLine(parameter, values.map(Number));
    });
  }

  /** Places that the mixture makes likely, one number for each parameter. */
  draw(random: Random): Params {
    const at = random.uniform();
    const found = this.cumulative.findIndex(bound => at < bound);
    const kernel = found < 0 ? this.cumulative.length - 1 : found;
    return Object.fromEntries(this.lines.map(line => [line.name, line.draw(kernel, random)]));
  }

  /** Logarithm of the density (of the probability, for stepped numbers and choices). */
  logDensity(params: Params): number {
    const sums = this.logWeights.slice();
    for (const line of this.lines) line.addTo(sums, params[line.name]!);
    return logSum(sums);
  }
}

interface Line {
  readonly name: string;
  draw(kernel: number, random: Random): ParamValue;
  /** Adds the logarithm of each kernel's density at the value. */
  addTo(sums: Float64Array, value: ParamValue): void;
}

class NumberLine implements Line {
  readonly name: string;
  private readonly axis: Axis;
  private readonly means: Float64Array;
  private readonly deviations: Float64Array;
  /** Of each kernel the mass that lies within the bounds. */
  private readonly masses: Float64Array;
  private readonly logNorms: Float64Array;

  constructor(parameter: NumericParameter, values: readonly number[]) {
    this.name = parameter.name;
    this.axis = axisOf(parameter);
    const { low, high } = this.axis;
    const range = high - low;
    // what somebody enqueued may lie outside
    const places = values.map(value => Math.min(high, Math.max(low, this.axis.place(value))));
    this.means = Float64Array.from([...places, (low + high) / 2]);
    this.deviations = Float64Array.from([...neighbourDistances(places, this.axis), range]);
    this.masses = this.means.map((mean, i) =>
      normalMass((low - mean) / this.deviations[i]!, (high - mean) / this.deviations[i]!),
    );
    this.logNorms = this.masses.map((mass, i) => -Math.log(mass * this.deviations[i]! * Math.sqrt(2 * Math.PI)));
  }

  draw(kernel: number, random: Random): number {
    const { low, high } = this.axis;
    const [mean, deviation] = [this.means[kernel]!, this.deviations[kernel]!];
    return this.axis.value(truncatedNormal({ mean, deviation, low, high }, random));
  }

  addTo(sums: Float64Array, value: ParamValue): void {
    if (this.axis.isStepped) this.addCell(sums, Number(value));
    else this.addPlace(sums, this.axis.place(Number(value)));
  }

  private addPlace(sums: Float64Array, place: number): void {
    const { means, deviations, logNorms } = this;
    for (let i = 0; i < sums.length; i++) {
      const z = (place - means[i]!) / deviations[i]!;
      sums[i]! += logNorms[i]! - (z * z) / 2;
    }
  }

  private addCell(sums: Float64Array, value: number): void {
    const { means, deviations, masses } = this;
    const { low, high } = this.axis.cell(value);
    for (let i = 0; i < sums.length; i++) {
      const mass = normalMass((low - means[i]!) / deviations[i]!, (high - means[i]!) / deviations[i]!);
      sums[i]! += Math.log(Math.max(mass / masses[i]!, Number.MIN_VALUE));
    }
  }
}

/** Of each kernel: its own choice once, and all choices together as much as one observation, shared by the kernels. */
class ChoiceLine implements Line {
  readonly name: string;
  private readonly choices: readonly ParamValue[];
  /** Index of the kernel's choice; −1 for the wide one. */
  private readonly own: Int32Array;
  private readonly share: number;
  private readonly logOwn: number;
  private readonly logOther: number;

  constructor(parameter: ChoiceParameter, values: readonly ParamValue[]) {
    this.name = parameter.name;
    this.choices = parameter.choices;
    this.own = Int32Array.from([...values.map(value => this.indexOf(value)), -1]);
    const kernels = this.own.length;
    this.share = 1 / kernels;
    const total = 1 + this.share * this.choices.length;
    this.logOwn = Math.log((1 + this.share) / total);
    this.logOther = Math.log(this.share / total);
  }

  draw(kernel: number, random: Random): ParamValue {
    const own = this.own[kernel]!;
    const isOwn = own >= 0 && random.uniform() < 1 / (1 + this.share * this.choices.length);
    return this.choices[isOwn ? own : random.below(this.choices.length)]!;
  }

  addTo(sums: Float64Array, value: ParamValue): void {
    const index = this.indexOf(value);
    const even = -Math.log(this.choices.length);
    for (let i = 0; i < sums.length; i++) {
      const own = this.own[i]!;
      sums[i]! += own < 0 ? even : own === index ? this.logOwn : this.logOther;
    }
  }

  private indexOf(value: ParamValue): number {
    return this.choices.findIndex(choice => sameValue(choice, value));
  }
}

/**
 * Of each place the greater distance to its two neighbours (Bergstra et al. 2011), where the ends of the axis are
 * none; not less than a hundredth of the axis, while there are few places a greater part.
 */
function neighbourDistances(places: readonly number[], { low, high }: Axis): Float64Array {
  const n = places.length;
  const least = (high - low) / Math.min(100, n + 2);
  const order = Array.from(places.keys()).sort((a, b) => places[a]! - places[b]!);
  const distances = new Float64Array(n);
  for (const [rank, index] of order.entries()) {
    const at = places[index]!;
    const [before, after] = [places[order[rank - 1] ?? -1], places[order[rank + 1] ?? -1]];
    const distance = n < 2 ? Math.max(at - low, high - at) : Math.max(at - (before ?? at), (after ?? at) - at);
    distances[index] = Math.min(high - low, Math.max(least, distance));
  }
  return distances;
}

function logSum(values: Float64Array): number {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
}
