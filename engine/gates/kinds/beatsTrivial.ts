import type { TrivialEvaluation, TrivialModel } from '../../protocol/evaluationParts';
import type { BeatsTrivialRule } from '../../protocol/gateRules';
import { level, levelOf } from '../intervals';
import { usualMetric } from '../mainMetric';
import { shareText, readable } from '../numbers';
import { untold } from './bound';
import type { Judgement, Kind } from './kind';

const usual: readonly TrivialModel[] = ['constant', 'best-column'];
const trivialModels = ({ model }: BeatsTrivialRule): readonly TrivialModel[] => (model === undefined ? usual : [model]);

/** The model goes a share of the way from one without art to a perfect one. */
export const beatsTrivial: Kind<BeatsTrivialRule> = {
  text: rule =>
    `${rule.metric ?? 'quality'} gains ≥ ${shareText(rule.at_least)} over ${trivialModels(rule).join(' and ')}`,
  judge: (rule, { evaluation }) => {
    const metric = rule.metric ?? usualMetric(evaluation);
    const all = trivialModels(rule).map(model => {
      const found = evaluation.trivial?.find(one => one.model === model);
      return found
        ? against(rule, found, { metric, own: evaluation.metrics[metric] })
        : untold(`how good a ${model} model is`);
    });
    const worst =
      all.find(({ held }) => held === undefined) ?? all.toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
    if (worst?.held === undefined) return { metric, held: undefined, sentence: worst?.sentence ?? '' };
    return { ...worst, metric, sentence: all.map(({ sentence }) => sentence).join(' ') };
  },
};

function against(
  { confidence, at_least: bound }: BeatsTrivialRule,
  found: TrivialEvaluation,
  { metric, own }: { readonly metric: string; readonly own: number | undefined },
): Judgement {
  const name = nameOf(found);
  const gain = found.gains[metric];
  const theirs = found.metrics[metric];
  if (gain === undefined || Number.isNaN(gain) || own === undefined || theirs === undefined)
    return {
      held: undefined,
      sentence: `${metric} has no gain over ${name}: name one of ${Object.keys(found.gains).sort().join(', ')}.`,
    };
  const interval = levelOf(found.intervals, metric, confidence ?? 0.95);
  if (confidence !== undefined && !interval)
    return {
      held: undefined,
      sentence: `The gain of ${metric} over ${name} has no interval of ${level(confidence)}: run the step \`evaluate\` again.`,
    };
  const value = confidence === undefined ? gain : (interval?.[0] ?? gain);
  const held = value >= bound;
  const range = interval
    ? ` (${level(confidence ?? 0.95)}: ${shareText(interval[0])} – ${shareText(interval[1])})`
    : '';
  const end = confidence === undefined ? '' : 'and the low end is ';
  return {
    ...{ held, value, bound },
    sentence: `${metric} is ${readable(own)}, that of ${name} ${readable(theirs)}: ${shareText(gain)} of what there is to gain${range}, ${end}${held ? 'at least' : 'below'} the required ${shareText(bound)}.`,
  };
}

function nameOf({ model, column }: TrivialEvaluation): string {
  if (model === 'constant') return 'one that says the same of every row';
  return model === 'linear' ? 'a plain linear model' : `one that goes by ${column ?? 'one column'} alone`;
}
