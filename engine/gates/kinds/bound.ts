import type { Range } from '../../protocol/evaluationParts';
import type { Bounds } from '../../protocol/gateRules';
import { level, rangeText } from '../intervals';
import { readable } from '../numbers';
import type { Judgement } from './kind';

/** ` ≥ 0.8`, ` ≤ 0.1`, ` 0.8 – 1.25` */
export function boundsText({ at_least: low, at_most: high }: Bounds): string {
  if (low !== undefined && high !== undefined) return `${readable(low)} – ${readable(high)}`;
  return low !== undefined ? `≥ ${readable(low)}` : `≤ ${readable(high ?? Number.NaN)}`;
}

/** `0.777 (95 %: 0.72 – 0.83)` */
export const measuredText = (value: number, interval: Range | undefined, confidence = 0.95): string =>
  interval ? `${readable(value)} (${level(confidence)}: ${rangeText(interval)})` : readable(value);

export interface Bounded {
  /** What is judged: the value, or the end of its interval that speaks against it. */
  readonly value: number;
  readonly held: boolean;
  readonly bound: number;
  /** `at least the required 0.8`, `above the allowed 0.1` */
  readonly phrase: string;
}

/** A value within its bounds. With an interval its low end must be high enough, its high end low enough. */
export function withinBounds({ at_least: low, at_most: high }: Bounds, value: number, interval?: Range): Bounded {
  const [least, most] = interval ?? [value, value];
  const about = (end: string): string => (interval ? `, and the ${end} end is ` : ', ');
  if (low !== undefined && !(least >= low))
    return { held: false, value: least, bound: low, phrase: `${about('low')}below the required ${readable(low)}` };
  if (high !== undefined && !(most <= high))
    return { held: false, value: most, bound: high, phrase: `${about('high')}above the allowed ${readable(high)}` };
  if (low !== undefined && high !== undefined)
    return { held: true, value, bound: low, phrase: `, between the allowed ${readable(low)} and ${readable(high)}` };
  return low !== undefined
    ? { held: true, value: least, bound: low, phrase: `${about('low')}at least the required ${readable(low)}` }
    : {
        ...{ held: true, value: most, bound: high ?? Number.NaN },
        phrase: `${about('high')}at most the allowed ${readable(high ?? Number.NaN)}`,
      };
}

/** What an evaluation does not tell. */
export const untold = (what: string, why = ''): Judgement => ({
  held: undefined,
  sentence: `The evaluation does not tell ${what}${why}: run the step \`evaluate\` again.`,
});

export const impossible = (sentence: string): Judgement => ({ held: undefined, sentence });
