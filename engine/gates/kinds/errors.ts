import type {
  Bounds,
  ClassAucRule,
  ConfusionRule,
  RegressionErrorRule,
  UnusedColumnsRule,
} from '../../protocol/gateRules';
import { shareText, readable } from '../numbers';
import { boundsText, impossible, measuredText, untold, withinBounds } from './bound';
import type { Kind } from './kind';
import { counted } from '../../plural';

const usual: Readonly<Record<RegressionErrorRule['measure'], Bounds>> = {
  systematic: { at_most: 0.01 },
  kurtosis: { at_least: -0.1 },
};
function errorBounds({ measure, at_least: low, at_most: high }: RegressionErrorRule): Bounds {
  if (low === undefined && high === undefined) return usual[measure];
  return { ...(low !== undefined && { at_least: low }), ...(high !== undefined && { at_most: high }) };
}

/** Errors of a regression lie about 0, and are not of two kinds. */
export const regressionError: Kind<RegressionErrorRule> = {
  text: rule =>
    `${rule.measure === 'kurtosis' ? 'kurtosis of errors' : 'mean error ÷ RMSE'} ${boundsText(errorBounds(rule))}`,
  judge: (rule, { evaluation }) => {
    const { errors, metrics, task } = evaluation;
    if (task !== undefined && task !== 'regression')
      return impossible('Only a regression has errors that are numbers.');
    if (!errors) return untold('the errors of the regression');
    const rmse = metrics['rmse'] ?? Number.NaN;
    const isKurtosis = rule.measure === 'kurtosis';
    const found = isKurtosis ? errors.kurtosis : Math.abs(errors.mean) / rmse;
    if (Number.isNaN(found)) return impossible('The errors have no size to compare their mean with.');
    const { held, value, bound, phrase } = withinBounds(errorBounds(rule), found);
    const said = isKurtosis
      ? `The excess kurtosis of the errors is ${readable(found)}`
      : `Predictions are ${measuredText(errors.mean, errors.interval)} too ${errors.mean < 0 ? 'low' : 'high'} on average, ${readable(found)} of the RMSE of ${readable(rmse)}`;
    return { held, value, bound, sentence: `${said}${phrase}.` };
  },
};

/** No wrong class is given too often. */
export const confusion: Kind<ConfusionRule> = {
  text: rule =>
    `each mistake at most ${shareText(rule.at_most)} of ${rule.of === 'rows' ? 'all rows' : 'the rows of its class'}`,
  judge: (rule, { evaluation }) => {
    const { confusion: matrix, classes, task } = evaluation;
    if (task === 'regression') return impossible('A regression gives no classes that could be mistaken.');
    if (!matrix) return untold('which classes were mistaken');
    const all = matrix.flat().reduce((a, b) => a + b, 0);
    const name = (k: number): string => classes?.[k] ?? String(k);
    const [worst] = matrix
      .flatMap((row, truth) => {
        const of = rule.of === 'rows' ? all : row.reduce((a, b) => a + b, 0);
        return row.flatMap((count, given) =>
          given === truth || of === 0 ? [] : [{ truth, given, count, of, share: count / of }],
        );
      })
      .sort((a, b) => b.share - a.share);
    if (!worst) return impossible('The confusion matrix has no rows.');
    const held = worst.share <= rule.at_most;
    const whole =
      rule.of === 'rows'
        ? worst.of === 1
          ? 'the only row'
          : `all ${worst.of} rows`
        : `the ${counted(worst.of, 'row')} of ${name(worst.truth)}`;
    return {
      ...{ held, value: worst.share, bound: rule.at_most },
      sentence: `The most frequent mistake is ${name(worst.given)} where ${name(worst.truth)} is true: ${counted(worst.count, 'row')}, ${shareText(worst.share)} of ${whole}, ${held ? 'at most' : 'above'} the allowed ${shareText(rule.at_most)}.`,
    };
  },
};

/** Each class is told from the others. */
export const classAuc: Kind<ClassAucRule> = {
  text: rule => `AUC of each class ≥ ${readable(rule.at_least)}`,
  judge: (rule, { evaluation }) => {
    const { byClass, task } = evaluation;
    if (task === 'regression') return impossible('A regression has no classes.');
    if (!byClass) return untold('the AUC of each class');
    const measured = byClass.flatMap(({ auc, ...one }) => (auc === undefined ? [] : [{ ...one, auc }]));
    const [worst] = measured.sort((a, b) => a.auc - b.auc);
    const missing = byClass.filter(({ auc }) => auc === undefined).map(one => one.class);
    if (!worst || missing.length > 0)
      return impossible(`The test part has no rows of ${missing.join(', ')}, so not every class can be judged.`);
    const held = worst.auc >= rule.at_least;
    return {
      ...{ held, value: worst.auc, bound: rule.at_least },
      sentence: `Of ${counted(byClass.length, 'class', 'classes')} ${worst.class} is told worst: AUC ${readable(worst.auc)} (${counted(worst.rows, 'row')}), ${held ? 'at least' : 'below'} the required ${readable(rule.at_least)}.`,
    };
  },
};

/** Few columns are asked for in vain. */
export const unusedColumns: Kind<UnusedColumnsRule> = {
  text: rule => `at most ${rule.at_most} unused columns`,
  judge: (rule, { evaluation }) => {
    const { importance } = evaluation;
    if (!importance || importance.length === 0)
      return untold('how important columns are', ' (`importance: 0` leaves that out)');
    const positive = importance.map(one => Math.max(0, one.importance));
    const all = positive.reduce((a, b) => a + b, 0);
    if (!(all > 0)) return impossible('No column is of any importance to the model.');
    const least = rule.below / importance.length;
    const unused = importance.filter((_, i) => positive[i]! / all < least).map(({ feature }) => feature);
    const held = unused.length <= rule.at_most;
    const shown =
      unused.length > 10 ? `${unused.slice(0, 10).join(', ')} and ${unused.length - 10} more` : unused.join(', ');
    return {
      ...{ held, value: unused.length, bound: rule.at_most },
      sentence: `${unused.length} of ${importance.length} columns have less than ${shareText(least)} of all importance, ${held ? 'at most' : 'above'} the allowed ${rule.at_most}${unused.length > 0 ? `: ${shown}` : ''}.`,
    };
  },
};
