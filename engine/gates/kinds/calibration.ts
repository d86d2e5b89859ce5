import type { Range } from '../../protocol/evaluationParts';
import type { Bounds, CalibrationRule } from '../../protocol/gateRules';
import type { Judged } from '../evaluationFile';
import { intervalOf } from '../intervals';
import { readable } from '../numbers';
import { boundsText, impossible, measuredText, untold, withinBounds } from './bound';
import type { Kind } from './kind';

type Measure = CalibrationRule['measure'];

const usual: Readonly<Record<Measure, Bounds>> = {
  error: { at_most: 0.1 },
  slope: { at_least: 0.8, at_most: 1.25 },
  intercept: { at_least: -0.25, at_most: 0.25 },
  hosmer_lemeshow_p: { at_least: 0.05 },
  spiegelhalter_p: { at_least: 0.05 },
};

/** Whether probabilities are what they say. */
export const calibration: Kind<CalibrationRule> = {
  text: rule => `calibration ${rule.measure} ${boundsText(boundsOf(rule))}`,
  judge: (rule, { evaluation }) => {
    if (evaluation.task !== undefined && evaluation.task !== 'binary')
      return impossible('Calibration is looked at for labels with two classes only.');
    const found = measured(rule.measure, evaluation);
    // whoever tells of the training part would tell of it
    if (!found && evaluation.training)
      return impossible(
        `The calibration (${rule.measure}) cannot be estimated from these rows: too few of a class, or probabilities that are all 0 or 1.`,
      );
    if (!found) return untold(`the calibration (${rule.measure})`);
    const { held, value, bound, phrase } = withinBounds(boundsOf(rule), found.value);
    const sentence = `${found.name} is ${measuredText(found.value, found.interval)}${phrase}${held ? '' : found.means(found.value)}.`;
    return { held, value, bound, sentence };
  },
};

function boundsOf({ measure, at_least: low, at_most: high }: CalibrationRule): Bounds {
  if (low === undefined && high === undefined) return usual[measure];
  return { ...(low !== undefined && { at_least: low }), ...(high !== undefined && { at_most: high }) };
}

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly interval?: Range;
  readonly means: (value: number) => string;
}

const nothing = (): string => '';
const unlikely = (value: number): string =>
  `: outcomes as far from the probabilities are this unlikely (p ${readable(value)}) if these were right`;

function measured(measure: Measure, evaluation: Judged): Measured | undefined {
  const { calibration: tests, metrics } = evaluation;
  switch (measure) {
    case 'error': {
      const value = metrics['calibration_error'];
      const interval = intervalOf(evaluation, 'calibration_error', 0.95);
      if (value === undefined || Number.isNaN(value)) return undefined;
      return {
        name: 'The mean distance of probabilities and shares',
        value,
        ...(interval && { interval }),
        means: nothing,
      };
    }
    case 'slope':
      return (
        tests && {
          ...{ name: 'The slope of calibration', ...tests.slope },
          means: value =>
            value < 1 ? ': probabilities are too near to 0 and 1' : ': probabilities are too near to the middle',
        }
      );
    case 'intercept':
      return (
        tests && {
          ...{ name: 'Calibration in the large', ...tests.intercept },
          means: value => `: outcomes are ${value > 0 ? 'more' : 'less'} frequent than the probabilities say`,
        }
      );
    case 'hosmer_lemeshow_p':
      return (
        tests?.hosmerLemeshow && {
          name: 'p of Hosmer and Lemeshow’s test',
          value: tests.hosmerLemeshow.p,
          means: unlikely,
        }
      );
    case 'spiegelhalter_p':
      return (
        tests?.spiegelhalter && { name: 'p of Spiegelhalter’s test', value: tests.spiegelhalter.p, means: unlikely }
      );
  }
}
