import type { WeakSlicesRule } from '../../protocol/gateRules';
import { lowerIsBetter } from '../metricDirection';
import { shareText, readable } from '../numbers';
import { impossible, untold } from './bound';
import type { Kind } from './kind';
import { counted } from '../../plural';

/** Groups that nobody named: none that is surely worse is so by more than a share of the average. */
export const weakSlices: Kind<WeakSlicesRule> = {
  text: rule => `no weak slice: ${rule.metric ?? 'quality'} at most ${shareText(rule.at_most)} worse than on average`,
  judge: (rule, { evaluation }) => {
    const { worstSlices: found, metrics, task } = evaluation;
    const metric = rule.metric ?? (task === 'regression' ? 'rmse' : 'accuracy');
    if (found === undefined) return untold('where the model is worst', ' (`worst_slices: 0` leaves that out)');
    const average = metrics[metric];
    if (average === undefined || !(Math.abs(average) > 0))
      return impossible(
        `${metric} was not measured, so no slice can be compared by it; there are ${Object.keys(metrics).sort().join(', ')}.`,
      );
    if (found.tested === 0)
      return impossible(
        `No group of one or two columns has ${counted(found.support, 'row')} or more, so none was looked at.`,
      );
    const bound = rule.at_most;
    const worse = found.slices
      .filter(({ rows, loss }) => rows >= rule.min_rows && (loss?.adjustedP ?? 1) <= rule.significance)
      .flatMap(({ slice, rows, metrics: own }) => {
        const value = own[metric];
        if (value === undefined || Number.isNaN(value)) return [];
        const share = (lowerIsBetter(metric) ? value - average : average - value) / Math.abs(average);
        return [{ slice, rows, value, share }];
      })
      .sort((a, b) => b.share - a.share);
    const [worst] = worse;
    const looked = `${found.tested} groups of one and two columns`;
    if (worst === undefined)
      return {
        metric,
        held: true,
        value: 0,
        bound,
        sentence: `None of ${looked} with ${counted(Math.max(rule.min_rows, found.support), 'row')} or more is worse than the others by more than chance.`,
      };
    const held = worst.share <= bound;
    const weak = worse.filter(({ share }) => share > bound).length;
    const more = weak > 1 ? ` So are ${weak - 1} more.` : '';
    const kind = worst.share > 0 ? `${shareText(worst.share)} worse` : 'no worse';
    return {
      ...{ metric, slice: worst.slice, held, value: worst.share, bound },
      sentence: `${metric} is ${readable(worst.value)} in the worst of ${looked}, ${worst.slice} (${counted(worst.rows, 'row')}): ${kind} than the ${readable(average)} of all rows, ${held ? 'at most' : 'above'} the allowed ${shareText(bound)}.${more}`,
    };
  },
};
