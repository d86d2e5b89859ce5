import type { SliceEvaluation } from '../../protocol/evaluation';
import type { Range } from '../../protocol/evaluationParts';
import type { MetricRule } from '../../protocol/gateRules';
import { findSlice, sameSlice } from '../evaluationFile';
import { intervalOf, level, levelOf, rangeText } from '../intervals';
import { lowerIsBetter } from '../metricDirection';
import { readable } from '../numbers';
import { whereText } from '../sentences';
import { measuredText } from './bound';
import type { Evidence, Holder, Judgement } from './kind';
import { counted } from '../../plural';

/** `better than production by 0.01`, `not worse than champion by more than 0.01` */
export function versusText({ better_than: better, not_worse_than: least, margin = 0 }: MetricRule): string {
  if (better !== undefined) return `better than ${better}${margin > 0 ? ` by ${readable(margin)}` : ''}`;
  return `not worse than ${least ?? ''}${margin > 0 ? ` by more than ${readable(margin)}` : ''}`;
}

interface Own {
  readonly value: number;
  readonly interval: Range | undefined;
}

/** The own metric beside that of who holds the stage or alias: on the same rows where the evaluation has that. */
export function compareWithHolder(rule: MetricRule, own: Own, evidence: Evidence): Judgement {
  const name = rule.better_than ?? rule.not_worse_than ?? '';
  const what = `${rule.metric}${whereText(rule)}`;
  const holder = evidence.holder(name);
  const said = `${what} is ${readable(own.value)}`;
  if (holder === undefined)
    return { held: true, value: own.value, sentence: `${said}, and no version holds ${name} yet.` };
  if ('lost' in holder) return { held: undefined, value: own.value, sentence: `${said}, but ${holder.lost}` };
  if (holder.version === evidence.version)
    return { held: true, value: own.value, sentence: `${said}, and the version ${heldText(holder, name)} itself.` };
  const other = `version ${holder.version} ${holder.place ?? `in ${name}`}`;
  const beside = paired(rule, holder, evidence) ?? unpaired(rule, own, holder);
  if (beside === undefined)
    return { held: false, value: own.value, sentence: `${said}, but ${other} has no ${what} to compare with.` };
  return rule.confidence === undefined
    ? byValue(rule, own, { ...beside, other, said })
    : byInterval(rule, own, { ...beside, other, what, confidence: rule.confidence });
}

const heldText = ({ place }: Holder, name: string): string =>
  place === undefined ? `holds ${name}` : `is the one ${place}`;

interface Beside {
  readonly theirs: number;
  /** Of own − theirs. */
  readonly interval: Range | undefined;
  /** ` on the same 300 rows`, or whose rows they are. */
  readonly rows: string;
  readonly isPaired: boolean;
}

/** Both were scored on these very rows. */
function paired(rule: MetricRule, holder: Holder, { evaluation, model }: Evidence): Beside | undefined {
  const rival = evaluation.rivals?.find(one => one.model === model && one.version === holder.version);
  const found =
    rule.slice === undefined ? rival : rival?.slices.find(({ slice }) => sameSlice(slice, rule.slice ?? ''));
  const theirs = found?.metrics[rule.metric];
  if (!rival || !found || theirs === undefined || Number.isNaN(theirs)) return undefined;
  const interval = levelOf(found.intervals, rule.metric, rule.confidence ?? 0.95);
  if (rule.confidence !== undefined && interval === undefined) return undefined;
  const learnt = rival.seen > 0 ? `, of which it has learnt from ${rival.seen}` : '';
  return { theirs, interval, rows: ` on the same ${counted(found.rows, 'row')}${learnt}`, isPaired: true };
}

/** Each by its own evaluation: the difference's interval by that of both (Zou & Donner 2008). */
function unpaired(rule: MetricRule, own: Own, holder: Holder): Beside | undefined {
  const slice: SliceEvaluation | undefined = rule.slice === undefined ? undefined : findSlice(holder, rule.slice);
  const filled = slice && slice.rows > 0 ? slice.metrics : {};
  const theirs = (rule.slice === undefined ? holder.metrics : filled)[rule.metric];
  if (theirs === undefined || Number.isNaN(theirs)) return undefined;
  const confidence = rule.confidence ?? 0.95;
  const their =
    rule.slice === undefined
      ? intervalOf(holder, rule.metric, confidence)
      : levelOf(slice?.intervals, rule.metric, confidence);
  const difference = own.value - theirs;
  const interval: Range | undefined =
    own.interval && their
      ? [
          difference - Math.hypot(own.value - own.interval[0], their[1] - theirs),
          difference + Math.hypot(own.interval[1] - own.value, theirs - their[0]),
        ]
      : undefined;
  return { theirs, interval, rows: '', isPaired: false };
}

function byValue(
  rule: MetricRule,
  own: Own,
  { theirs, rows, other, said }: Beside & { readonly other: string; readonly said: string },
): Judgement {
  const { margin = 0, metric } = rule;
  const better = lowerIsBetter(metric) ? theirs - own.value : own.value - theirs;
  const isBetter = rule.better_than !== undefined;
  const held = isBetter ? better > margin : better >= -margin;
  const by = margin > 0 ? ` by ${isBetter ? '' : 'more than '}${readable(margin)}` : '';
  const verb = isBetter ? (held ? 'better' : 'not better') : held ? 'not worse' : 'worse';
  return {
    held,
    value: own.value,
    bound: theirs,
    sentence: `${said}, ${verb}${by} than the ${readable(theirs)} of ${other}${rows}.`,
  };
}

function byInterval(
  rule: MetricRule,
  own: Own,
  beside: Beside & { readonly other: string; readonly what: string; readonly confidence: number },
): Judgement {
  const { theirs, interval, rows, isPaired, other, what, confidence } = beside;
  const { margin = 0, metric } = rule;
  const said = `${what} is ${measuredText(own.value, own.interval, confidence)}, that of ${other} ${readable(theirs)}${rows}`;
  const about = { value: own.value, bound: theirs };
  if (interval === undefined) {
    const sentence = `${said}; of the difference there is no interval of ${level(confidence)}: run the step \`evaluate\` again.`;
    return { ...about, held: undefined, sentence };
  }
  const isLower = lowerIsBetter(metric);
  const worst = isLower ? -interval[1] : interval[0];
  const isBetter = rule.better_than !== undefined;
  const held = isBetter ? worst > margin : worst >= -margin;
  const sure = isBetter
    ? `${held ? 'surely' : 'not surely'} better${margin > 0 ? ` by ${readable(margin)}` : ''}`
    : `${held ? 'surely' : 'not surely'} no worse${margin > 0 ? ` by more than ${readable(margin)}` : ''}`;
  const how = isPaired ? '' : '; each was measured on its own test part, which makes the interval wider';
  return {
    ...about,
    held,
    sentence: `${said}: the difference is ${readable(own.value - theirs)} (${level(confidence)}: ${rangeText(interval)}), ${sure}${how}.`,
  };
}
