import type { PerformanceBiasRule, ProxyRule } from '../../protocol/gateRules';
import { lowerIsBetter } from '../metricDirection';
import { usualMetric } from '../mainMetric';
import { readable } from '../numbers';
import { impossible, measuredText, untold } from './bound';
import { groupsOf, groupText, isGroups, largeOf, smallText } from './groups';
import type { Kind } from './kind';
import { counted } from '../../plural';

/** Whether a group can be told from the columns that the model sees. */
export const proxy: Kind<ProxyRule> = {
  text: rule => `${groupText(rule)} cannot be told from the model's columns: AUC ≤ ${readable(rule.at_most)}`,
  judge: (rule, { evaluation }) => {
    const found = groupsOf(evaluation, rule);
    if (!isGroups(found)) return found;
    if (!found.proxy) return untold(`whether ${groupText(rule)} can be told from the model's columns`);
    const { auc, interval, rows, seen } = found.proxy;
    const held = auc <= rule.at_most;
    const given = seen.length > 0 ? ` The model sees ${seen.join(', ')} anyhow; the others were tried.` : '';
    return {
      ...{ held, value: auc, bound: rule.at_most },
      sentence: `From its columns a logistic regression tells the groups of ${groupText(rule)} with an AUC of ${measuredText(auc, interval)} on ${counted(rows, 'row')}, ${held ? 'at most' : 'above'} the allowed ${readable(rule.at_most)}.${given}`,
    };
  },
};

/** A metric is not much worse in a group than on all rows. */
export const performanceBias: Kind<PerformanceBiasRule> = {
  text: rule =>
    `${rule.metric ?? 'quality'} in each group of ${groupText(rule)} at most ${readable(rule.at_most)} worse than on all rows`,
  judge: (rule, { evaluation }) => {
    const found = groupsOf(evaluation, rule);
    if (!isGroups(found)) return found;
    const metric = rule.metric ?? usualMetric(evaluation);
    const all = evaluation.metrics[metric];
    const own = largeOf(found).flatMap(({ group, rows, metrics }) => {
      const value = metrics[metric];
      if (all === undefined || value === undefined || Number.isNaN(value)) return [];
      return [{ group, rows, value, worse: lowerIsBetter(metric) ? value - all : all - value }];
    });
    const [worst] = own.sort((a, b) => b.worse - a.worse);
    if (all === undefined || !worst)
      return { metric, ...impossible(`${metric} was not measured in the groups of ${groupText(rule)}.`) };
    const lost = largeOf(found).flatMap(({ group, metrics }) =>
      Number.isNaN(metrics[metric] ?? Number.NaN) ? [group] : [],
    );
    const where = lost.join(', ');
    if (own.length < 2)
      return {
        metric,
        ...impossible(
          `${metric} has a value in only one of the ${counted(largeOf(found).length, 'group')} of ${groupText(rule)}, so nothing can be compared; it has none where ${where}.`,
        ),
      };
    const held = worst.worse <= rule.at_most;
    return {
      ...{ metric, held, value: worst.worse, bound: rule.at_most },
      sentence: `Of the ${counted(own.length, 'group')} of ${groupText(rule)}, ${metric} is worst where ${worst.group}: ${readable(worst.value)} on ${counted(worst.rows, 'row')}, ${worst.worse > 0 ? `${readable(worst.worse)} worse` : 'no worse'} than the ${readable(all)} of all rows, ${held ? 'at most' : 'above'} the allowed ${readable(rule.at_most)}.${lost.length > 0 ? ` It has no value where ${where}.` : ''}${smallText(found)}`,
    };
  },
};
