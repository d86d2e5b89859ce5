import type { GroupEvaluation, GroupsEvaluation } from '../../protocol/evaluationParts';
import type { Bounds, FairnessMeasure, FairnessRule } from '../../protocol/gateRules';
import type { Judged } from '../evaluationFile';
import { level, levelOf } from '../intervals';
import { percent } from '../numbers';
import { boundsText, impossible, measuredText, withinBounds, type Bounded } from './bound';
import { groupsOf, groupText, isGroups, largeOf, smallText } from './groups';
import type { Judgement, Kind } from './kind';
import { counted } from '../../plural';

interface Asked extends Bounds {
  readonly measure: FairnessMeasure;
}

const usual: readonly Asked[] = [
  { measure: 'selection_rate_ratio', at_least: 0.8 },
  { measure: 'equal_opportunity_difference', at_most: 0.1 },
];

/** How far groups of people are apart in what they are given. */
export const fairness: Kind<FairnessRule> = {
  text: rule =>
    `${asked(rule)
      .map(one => `${one.measure} ${boundsText(one)}`)
      .join(', ')} between the groups of ${groupText(rule)}`,
  judge: (rule, { evaluation }) => {
    const found = groupsOf(evaluation, rule);
    if (!isGroups(found)) return found;
    if (Object.keys(found.measures).length === 0) return impossible(unfavoured(evaluation));
    const all = asked(rule).map(one => measured(found, one, rule.confidence));
    const worst = all.find(({ held }) => held === false) ?? all.find(({ held }) => held === undefined) ?? all[0];
    const sentence = `Between the ${largeOf(found).length} groups of ${groupText(rule)}, ${all.map(one => one.sentence).join('; ')}.${smallText(found)}`;
    return { ...worst, held: all.some(({ held }) => held === false) ? false : worst?.held, sentence };
  },
};

const unfavoured = ({ task }: Judged): string =>
  task === 'regression'
    ? 'A regression gives nobody a favourable outcome: `performance-bias` compares its errors between groups.'
    : 'No class is called favourable, so nothing is given: name one with `favourable` in the evaluate step.';

/** A measure with the bound of the rule, else with the usual one of its kind. */
function asked(rule: FairnessRule): readonly Asked[] {
  const { measure } = rule;
  if (measure === undefined) return usual;
  const { at_least: low, at_most: high } = rule;
  const bounds = { ...(low !== undefined && { at_least: low }), ...(high !== undefined && { at_most: high }) };
  if (low !== undefined || high !== undefined) return [{ measure, ...bounds }];
  return [measure.endsWith('_ratio') ? { measure, at_least: 0.8 } : { measure, at_most: 0.1 }];
}

function measured(found: GroupsEvaluation, { measure, ...bounds }: Asked, confidence: number | undefined): Judgement {
  const value = found.measures[measure];
  if (value === undefined || Number.isNaN(value))
    return {
      held: undefined,
      sentence: `${measure} has no value: in some group, or in all, there is nothing to divide by`,
    };
  const interval = levelOf(found.intervals, measure, confidence ?? 0.95);
  if (confidence !== undefined && interval === undefined)
    return {
      held: undefined,
      value,
      sentence: `${measure} has no interval of ${level(confidence)}: run the step \`evaluate\` again`,
    };
  const judged: Bounded = withinBounds(bounds, value, confidence === undefined ? undefined : interval);
  const { held, bound, phrase, value: end } = judged;
  return {
    ...{ held, value: end, bound },
    sentence: `${measure} is ${measuredText(value, interval, confidence)}${phrase}${extremes(found, measure)}`,
  };
}

const odds = ['true_positive_rate', 'false_positive_rate'];

/** The rates that a measure may be made of: the one that is furthest apart. */
const ratesOf: Readonly<Record<FairnessMeasure, readonly string[]>> = {
  selection_rate_ratio: ['selection_rate'],
  selection_rate_difference: ['selection_rate'],
  equal_opportunity_ratio: ['true_positive_rate'],
  equal_opportunity_difference: ['true_positive_rate'],
  equalized_odds_ratio: odds,
  equalized_odds_difference: odds,
  predictive_parity_ratio: ['precision'],
  predictive_parity_difference: ['precision'],
};

interface Extremes {
  readonly rate: string;
  readonly least: GroupEvaluation;
  readonly greatest: GroupEvaluation;
  /** How far apart, as the measure has it. */
  readonly apart: number;
}

/** ` (selection_rate 18 % where age <= 25, of 55 rows, and 36 % where not (age <= 25), of 245)`: least and greatest. */
function extremes(found: GroupsEvaluation, measure: FairnessMeasure): string {
  const all = ratesOf[measure].flatMap(rate => extremesOf(found, rate, measure.endsWith('_ratio')));
  const [widest] = all.toSorted((a, b) => b.apart - a.apart);
  if (!widest) return '';
  const { rate, least, greatest } = widest;
  const value = ({ rates }: GroupEvaluation): string => percent(rates[rate] ?? Number.NaN);
  const few = (group: GroupEvaluation): string => fewText(group, rate, found.minRows);
  return ` (${rate} ${value(least)} where ${least.group}, of ${counted(least.rows, 'row')}${few(least)}, and ${value(greatest)} where ${greatest.group}, of ${greatest.rows}${few(greatest)})`;
}

function extremesOf(found: GroupsEvaluation, rate: string, isRatio: boolean): readonly Extremes[] {
  const of = ({ rates }: GroupEvaluation): number => rates[rate] ?? Number.NaN;
  const ranked = largeOf(found)
    .filter(group => !Number.isNaN(of(group)))
    .sort((a, b) => of(a) - of(b));
  const [least, greatest] = [ranked[0], ranked.at(-1)];
  if (!least || !greatest) return [];
  const apart = isRatio ? 1 - (of(greatest) === 0 ? 1 : of(least) / of(greatest)) : of(greatest) - of(least);
  return [{ rate, least, greatest, apart }];
}

/** A large group may have few rows of the kind that a rate is a share of: those who deserve it, those who do not, those given it. */
function fewText({ rows, rates }: GroupEvaluation, rate: string, minRows: number): string {
  const { base_rate: base = Number.NaN, selection_rate: selected = Number.NaN } = rates;
  const shares: Readonly<Record<string, number>> = {
    true_positive_rate: base,
    false_positive_rate: 1 - base,
    precision: selected,
  };
  const counted = Math.round(rows * (shares[rate] ?? 1));
  return counted < minRows ? `, only ${counted} of which it is a share of` : '';
}
