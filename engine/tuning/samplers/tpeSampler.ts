import type { Params } from '../../protocol/tuning';
import { contributions, nonDominatedRanks, referencePoint, spreadSubset } from '../pareto';
import type { PastTrial } from '../past';
import type { Group, SearchSpace } from '../space';
import { ParzenEstimator } from './parzen';
import { drawEvenly } from './randomSampler';
import type { Ask, Sampler, Suggestion } from './sampler';
import { trialRandom } from './sampler';

/** Trials at random before the first that is drawn from a model. */
const startup = 10;
/** Places drawn from the good trials' density, of which the best is taken. */
const candidates = 24;
/** How many of n trials count as good. */
const goodOf = (n: number): number => Math.min(Math.ceil(0.1 * n), 25);

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011) with Optuna's defaults, over all parameters of a group
 * together. What is searched under conditions is a group of its own, which learns from the trials that had it. Trials
 * that are running count as bad (constant liar), so that parallel ones go to different places. With several
 * objectives the good trials are the first fronts, weighted by the hypervolume that each adds (Ozaki et al. 2020).
 * Trials that break constraints are worse than all that do not.
 */
export class TpeSampler implements Sampler {
  constructor(
    private readonly space: SearchSpace,
    private readonly seed: number,
  ) {}

  suggest({ number, past, fixed }: Ask): Suggestion {
    const random = trialRandom(this.seed, number);
    const finished = past.filter(({ state }) => state === 'complete' || state === 'pruned').length;
    const draw = (group: Group): Params =>
      finished < startup ? drawEvenly(group.parameters, random) : drawLikely(group, past, random);
    return { params: this.space.fill(fixed, draw) };
  }
}

/** The candidate whose density among good trials is greatest beside that among bad ones. */
function drawLikely({ parameters }: Group, past: readonly PastTrial[], random: ReturnType<typeof trialRandom>): Params {
  const known = past.filter(
    ({ state, params }) => state !== 'failed' && parameters.every(({ name }) => name in params),
  );
  const { good, bad, weights } = divide(known);
  const likely = new ParzenEstimator(parameters, {
    params: good.map(({ params }) => params),
    ...(weights && { weights }),
  });
  const unlikely = new ParzenEstimator(parameters, {
    params: bad.map(({ params }) => params),
    weights: byAge(bad.length),
  });
  let best: { params: Params; ratio: number } | undefined;
  for (let i = 0; i < candidates; i++) {
    const params = likely.draw(random);
    const ratio = likely.logDensity(params) - unlikely.logDensity(params);
    if (best === undefined || ratio > best.ratio) best = { params, ratio };
  }
  return best?.params ?? {};
}

interface Division {
  readonly good: readonly PastTrial[];
  readonly bad: readonly PastTrial[];
  /** Of the good ones, with several objectives. */
  readonly weights?: readonly number[];
}

/** Both parts by number. */
export function divide(past: readonly PastTrial[]): Division {
  const complete = past.filter(({ state }) => state === 'complete');
  const pruned = past.filter(({ state }) => state === 'pruned');
  const wanted = goodOf(complete.length + pruned.length);
  const feasible = complete.filter(({ violation }) => violation === 0);
  const order = [
    ...bestFirst(feasible, wanted),
    ...pruned.toSorted(furtherFirst),
    ...complete.filter(({ violation }) => violation > 0).sort((a, b) => a.violation - b.violation),
  ];
  const chosen = new Set(order.slice(0, wanted));
  const good = past.filter(trial => chosen.has(trial));
  const bad = past.filter(trial => !chosen.has(trial));
  const isMany = (complete[0]?.losses.length ?? 1) > 1;
  return { good, bad, ...(isMany && { weights: volumeWeights(good) }) };
}

function bestFirst(trials: readonly PastTrial[], wanted: number): readonly PastTrial[] {
  if ((trials[0]?.losses.length ?? 1) < 2) return trials.toSorted((a, b) => a.losses[0]! - b.losses[0]!);
  const ranks = nonDominatedRanks(
    trials.map(({ losses }) => losses),
    wanted,
  );
  const order: PastTrial[] = [];
  for (let rank = 0; order.length < Math.min(wanted, trials.length); rank++) {
    const front = trials.filter((_, i) => ranks[i] === rank);
    const places = wanted - order.length;
    if (front.length <= places) order.push(...front);
    else
      order.push(
        ...spreadSubset(
          front.map(({ losses }) => losses),
          places,
        ).map(i => front[i]!),
      );
  }
  return order;
}

/** A pruned trial that came further is better; of those that came equally far, the one that stood better. */
const furtherFirst = (a: PastTrial, b: PastTrial): number =>
  (b.last?.step ?? -1) - (a.last?.step ?? -1) || (a.last?.loss ?? Infinity) - (b.last?.loss ?? Infinity);

function volumeWeights(good: readonly PastTrial[]): readonly number[] {
  const measured = good.filter(({ state, violation }) => state === 'complete' && violation === 0);
  const points = measured.map(({ losses }) => losses);
  if (points.length < 2) return good.map(() => 1);
  const added = contributions(points, referencePoint(points));
  const most = Math.max(...added, 1e-12);
  const weights = new Map(measured.map((trial, i) => [trial, Math.min(1, Math.max(1e-12, added[i]! / most))]));
  return good.map(trial => weights.get(trial) ?? 1e-12);
}

/** The 25 newest count in full, older ones the less the older they are. */
function byAge(n: number): readonly number[] {
  const ramp = n - 25;
  return Array.from({ length: n }, (_, i) =>
    i >= ramp ? 1 : ramp === 1 ? 1 / n : 1 / n + (i / (ramp - 1)) * (1 - 1 / n),
  );
}
