import type { BoostingOverfitRule, OverfitRule, PredictionDriftRule } from '../../protocol/gateRules';
import { intervalOf } from '../intervals';
import { usualMetric } from '../mainMetric';
import { lowerIsBetter } from '../metricDirection';
import { shareText, readable } from '../numbers';
import { impossible, measuredText, untold } from './bound';
import type { Kind } from './kind';
import { counted } from '../../plural';

/** By what share of `before` is `after` worse; below 0: it is better. */
const lost = (metric: string, before: number, after: number): number =>
  after === before ? 0 : (lowerIsBetter(metric) ? after - before : before - after) / Math.abs(before);

/** The test part does not fall far behind the training part. */
export const overfit: Kind<OverfitRule> = {
  text: rule => `${rule.metric ?? 'quality'} at most ${shareText(rule.at_most)} worse than on the training part`,
  judge: (rule, { evaluation }) => {
    const { training, metrics } = evaluation;
    if (!training) return untold('how good the model is on its training part');
    const metric = rule.metric ?? usualMetric(evaluation);
    const [before, after] = [training.metrics[metric], metrics[metric]];
    if (before === undefined || after === undefined || !Number.isFinite(before + after) || before === 0)
      return {
        metric,
        ...impossible(
          `${metric} has no value on one of the parts; there are ${Object.keys(metrics).sort().join(', ')}.`,
        ),
      };
    const value = lost(metric, before, after);
    const held = value <= rule.at_most;
    const moved = value > 0 ? `${shareText(value)} worse` : `no worse`;
    return {
      ...{ metric, held, value, bound: rule.at_most },
      sentence: `${metric} is ${measuredText(after, intervalOf(evaluation, metric, 0.95))} on the test part and ${readable(before)} on ${counted(training.rows, 'row')} of the training part: ${moved}, ${held ? 'at most' : 'above'} the allowed ${shareText(rule.at_most)}.`,
    };
  },
};

/** Later trees do not undo what earlier ones have reached. */
export const boostingOverfit: Kind<BoostingOverfitRule> = {
  text: rule => `at most ${shareText(rule.at_most)} lost since the best number of trees`,
  judge: (rule, { evaluation }) => {
    const { boosting, training } = evaluation;
    // whoever tells of the training part would tell of trees
    if (!boosting && training)
      return impossible('Only a model that adds trees can lose by more of them; this one does not.');
    if (!boosting) return untold('how the model came along with its trees');
    const { metric, trees, test } = boosting;
    const isLower = lowerIsBetter(metric);
    const best = test.reduce((at, value, i) => ((isLower ? value < test[at]! : value > test[at]!) ? i : at), 0);
    const [top, last] = [test[best] ?? Number.NaN, test.at(-1) ?? Number.NaN];
    const value = lost(metric, top, last);
    const held = value <= rule.at_most;
    return {
      ...{ metric, held, value, bound: rule.at_most },
      sentence: `${metric} on the test part is ${readable(last)} with all ${trees.at(-1) ?? 0} trees and was best with ${trees[best] ?? 0}, ${readable(top)}: ${shareText(value)} lost, ${held ? 'at most' : 'above'} the allowed ${shareText(rule.at_most)}.`,
    };
  },
};

/** The test part's predictions are spread as those of the training part. */
export const predictionDrift: Kind<PredictionDriftRule> = {
  text: rule => `predictions of the test part as of the training part: drift ≤ ${readable(rule.at_most)}`,
  judge: (rule, { evaluation }) => {
    const { training, rows } = evaluation;
    if (!training || Number.isNaN(training.drift.value)) return untold('how the training part is predicted');
    const { method, value } = training.drift;
    const held = value <= rule.at_most;
    const what = method === 'ks' ? 'Kolmogorov–Smirnov distance' : 'Cramér’s V';
    return {
      ...{ held, value, bound: rule.at_most },
      sentence: `Predictions of the ${rows} test rows and of ${training.rows} training rows are ${readable(value)} apart (${what}), ${held ? 'at most' : 'above'} the allowed ${readable(rule.at_most)}.`,
    };
  },
};
