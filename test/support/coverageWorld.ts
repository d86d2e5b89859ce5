import { bootstrapDifferences, bootstrapLevels } from '../../engine/training/evaluation/bootstrap';
import type { Decision } from '../../engine/training/evaluation/decision';
import { drawGroups } from '../../engine/training/evaluation/groupDraws';
import type { Scored } from '../../engine/training/evaluation/scored';
import { Random } from '../../engine/random';
import { normalCdf } from '../../engine/statistics/normal';

const never = new AbortController().signal;
/** Of a row of the world: how likely it is positive, and how far the scores of the classes are apart, in deviations. */
const [share, apart, apartOther, correlation] = [0.3, 1.2, 1, 0.7];
const cost = { falseNegative: 5, falsePositive: 1 };
/** Of the score: where costs are least. */
const cut = 0.2;
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const decision: Decision = { threshold: logistic(cut), reason: '', cost };
const decisions: readonly [Decision, Decision] = [decision, decision];

/** By the normal distributions that the scores are drawn from. */
const areaOf = (distance: number): number => normalCdf(distance / Math.SQRT2);
const costOf = (distance: number): number =>
  share * normalCdf(cut - distance) * cost.falseNegative + (1 - share) * (1 - normalCdf(cut)) * cost.falsePositive;
export const truths = {
  auc: areaOf(apart),
  expected_cost: costOf(apart),
  recall: 1 - normalCdf(cut - apart),
  accuracy: share * (1 - normalCdf(cut - apart)) + (1 - share) * normalCdf(cut),
} as const;
export const differences = {
  auc: areaOf(apart) - areaOf(apartOther),
  expected_cost: costOf(apart) - costOf(apartOther),
} as const;

/** Two models' scores of the same rows; `isEven`: as many of each class as there should be, as a stratified test part has. */
function worldOf(random: Random, rows: number, { isEven }: { readonly isEven: boolean }): readonly [Scored, Scored] {
  const y = Float64Array.from({ length: rows }, (_, row) =>
    Number(isEven ? row < rows * share : random.uniform() < share),
  );
  const [own, other] = [new Float64Array(rows * 2), new Float64Array(rows * 2)];
  y.forEach((label, row) => {
    const common = random.normal();
    const noise = (): number => Math.sqrt(correlation) * common + Math.sqrt(1 - correlation) * random.normal();
    own[2 * row + 1] = logistic(label * apart + noise());
    other[2 * row + 1] = logistic(label * apartOther + noise());
  });
  const common = { task: 'binary', width: 2, y } as const;
  return [
    { ...common, scores: own },
    { ...common, scores: other },
  ];
}

export interface Settings {
  readonly repeats: number;
  readonly rows: number;
  readonly rounds: number;
}

export type Coverage = Readonly<Record<string, number>>;

/** Shares of the repeats whose 95 % interval holds the truth. */
class Hits {
  private readonly hits = new Map<string, { held: number; of: number }>();

  count(name: string, interval: readonly [number, number] | undefined, truth: number): void {
    const found = this.hits.get(name) ?? { held: 0, of: 0 };
    this.hits.set(name, found);
    found.of++;
    if (interval && interval[0] <= truth + 1e-12 && truth - 1e-12 <= interval[1]) found.held++;
  }

  get coverage(): Coverage {
    return Object.fromEntries([...this.hits].map(([name, { held, of }]) => [name, held / of]));
  }
}

export async function metricCoverage(
  { repeats, rows, rounds }: Settings,
  isEven: boolean,
  method: 'bca' | 'percentile' = 'bca',
): Promise<Coverage> {
  const random = new Random(11);
  const hits = new Hits();
  for (let seed = 0; seed < repeats; seed++) {
    const [own] = worldOf(random, rows, { isEven });
    const settings = { decision, rounds, seed, method, stratified: isEven, levels: [0.95] };
    const found = (await bootstrapLevels(own, settings, never))['0.95'];
    for (const [name, truth] of Object.entries(truths)) hits.count(name, found?.[name], truth);
  }
  return hits.coverage;
}

export async function differenceCoverage({ repeats, rows, rounds }: Settings, isEven: boolean): Promise<Coverage> {
  const random = new Random(12);
  const hits = new Hits();
  for (let seed = 0; seed < repeats; seed++) {
    const both = worldOf(random, rows, { isEven });
    const found = await bootstrapDifferences(both, { decisions, rounds, seed, stratified: isEven }, never);
    for (const [name, truth] of Object.entries(differences)) hits.count(name, found[name]?.interval, truth);
  }
  return hits.coverage;
}

/** Rates at which groups are given the favourable outcome, whether they deserve it or not. */
export interface Groups {
  readonly sizes: readonly number[];
  readonly right: readonly number[];
  readonly wrong: readonly number[];
}

export async function fairnessCoverage(
  { repeats, rounds }: Omit<Settings, 'rows'>,
  { sizes, right, wrong }: Groups,
): Promise<Coverage> {
  const random = new Random(13);
  const hits = new Hits();
  const spread = (rates: readonly number[]) => [Math.min(...rates), Math.max(...rates)] as const;
  const selected = right.map((rate, group) => (rate + (wrong[group] ?? 0)) / 2);
  const [[least, most], [low, high]] = [spread(selected), spread(right)];
  const real = {
    selection_rate_ratio: least / most,
    selection_rate_difference: most - least,
    equal_opportunity_difference: high - low,
    equalized_odds_difference: Math.max(high - low, spread(wrong)[1] - spread(wrong)[0]),
  };
  for (let seed = 0; seed < repeats; seed++) {
    const cells = sizes.flatMap((size, group) =>
      Array.from({ length: size }, () => {
        const deserves = Number(random.uniform() < 0.5);
        const rate = (deserves === 1 ? right : wrong)[group] ?? 0;
        return 4 * group + 2 * deserves + Number(random.uniform() < rate);
      }),
    );
    const drawing = { rounds, seed, levels: [0.95] };
    const { measures, rates } = await drawGroups(Int32Array.from(cells), sizes.length, { drawing, signal: never });
    for (const [name, truth] of Object.entries(real)) hits.count(name, measures['0.95']?.[name], truth);
    hits.count('selection_rate of a group', rates[0]?.['0.95']?.['selection_rate'], selected[0] ?? 0);
  }
  return hits.coverage;
}
