import type { DecisionOptions } from '../../protocol/steps/evaluation';
import { ModelyardError } from '../../errors';
import { rank } from '../metrics/ranking';
import { bestThreshold, theoreticalThreshold, type CostMatrix } from '../metrics/threshold';
import type { Preparation } from '../preparation';
import { lastScore, type Scored } from './scored';

/** How scores become decisions. */
export interface Decision {
  /** P(positive) at and above which a row counts as positive; of no meaning unless the task is binary. */
  readonly threshold: number;
  readonly reason: string;
  readonly cost?: CostMatrix;
  /** Index of the class that is good for a person. */
  readonly favourable?: number;
}

/**
 * @param training scores the training part, for `threshold: best`
 * @throws ModelyardError `config.invalid` when the options do not fit the label
 */
export function decide(options: DecisionOptions, preparation: Preparation, training: () => Scored): Decision {
  const favourable = favourableClass(options.favourable, preparation);
  const common = favourable === undefined ? {} : { favourable };
  if (preparation.task !== 'binary') {
    if (options.cost) throw invalid('`cost` needs a label with two classes.', 'Remove it from the evaluate step.');
    return { threshold: 0.5, reason: '', ...common };
  }
  const cost = options.cost && {
    falseNegative: options.cost.false_negative,
    falsePositive: options.cost.false_positive,
  };
  if (cost && !(cost.falseNegative >= 0 && cost.falsePositive >= 0 && cost.falseNegative + cost.falsePositive > 0))
    throw invalid('The costs of `cost` must not be negative, and not both zero.', 'Correct `cost`.');
  return { ...chosen(options.threshold, cost, training), ...(cost && { cost }), ...common };
}

function chosen(
  wanted: DecisionOptions['threshold'],
  cost: CostMatrix | undefined,
  training: () => Scored,
): Pick<Decision, 'threshold' | 'reason'> {
  if (wanted === 'cost') {
    if (!cost)
      throw invalid('`threshold: cost` needs a cost matrix.', 'Add `cost: {false_negative: 5, false_positive: 1}`.');
    const { falseNegative: fn, falsePositive: fp } = cost;
    const reason = `${fp} / (${fp} + ${fn}): a false negative costs ${fn}, a false positive ${fp}.`;
    return { threshold: theoreticalThreshold(cost), reason };
  }
  if (wanted === 'best') {
    const scored = training();
    const threshold = bestThreshold(rank(scored.y, lastScore(scored)), cost);
    return { threshold, reason: cost ? 'Least cost on the training part.' : 'Greatest F1 on the training part.' };
  }
  if (!(wanted >= 0 && wanted <= 1))
    throw invalid(`\`threshold\` must be between 0 and 1, not ${wanted}.`, 'Correct it.');
  return { threshold: wanted, reason: `Given: ${wanted}.` };
}

function favourableClass(name: string | undefined, { task, classes, label }: Preparation): number | undefined {
  if (name === undefined) return task === 'binary' ? 0 : undefined;
  const at = classes.indexOf(name);
  if (at >= 0) return at;
  throw invalid(
    `\`favourable: ${name}\` is not a class of ${label.name}.`,
    task === 'regression' ? 'Remove it: a regression has no classes.' : `Name one of ${classes.join(', ')}.`,
  );
}

const invalid = (message: string, fix: string): ModelyardError =>
  new ModelyardError('config.invalid', message, { fix });
