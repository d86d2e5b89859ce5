import type { RegressionRule } from '../../protocol/gateRules';
import type { Footprint, ModelTests, Ratios } from '../../protocol/modelTests';
import { readable } from '../numbers';
import type { Kind } from './kind';
import { untested } from './modelTest';

/** Earlier trainings that it takes to know how much they differ by themselves. */
const leastEarlier = 5;
/** Median absolute deviations of a normal distribution in a standard one, and how many of those are no chance any more. */
const [madScale, farOut] = [1.4826, 3];

interface Said {
  readonly worse: boolean;
  /** Share by which it is worse; negative: better. */
  readonly by: number;
  readonly text: string;
}

/** Whether it got slower or larger by more than is allowed and more than the noise of the measurements. */
export const regression: Kind<RegressionRule> = {
  text: ({ measures, at_most: bound }) => `${measures.join(', ')} at most ${share(bound)} worse`,
  judge: ({ measures, at_most: bound }, { tests }) => {
    if (tests === undefined) return { held: undefined, sentence: untested };
    const said = measures.map(measure =>
      measure === 'training_seconds' ? training(tests, bound) : beside(tests, measure, bound),
    );
    const worse = said.filter(one => one.worse);
    const value = Math.max(...said.map(({ by }) => by));
    const texts = (worse.length > 0 ? worse : said).map(({ text }) => text).join('; ');
    return {
      held: worse.length === 0,
      ...(Number.isFinite(value) && { value, bound }),
      sentence: `${texts}.`,
    };
  },
};

/** Measured in turns with the registered version: worse when even the better end of the interval is, by more than the noise. */
function beside({ beside: other }: ModelTests, measure: Footprint, bound: number): Said {
  const found = other?.ratios[measure];
  if (other === undefined || found === undefined)
    return { worse: false, by: -Infinity, text: `${measure} has nothing to be compared with yet` };
  const { ratio, noise, best } = turned(measure, found);
  const worse = best > (1 + bound) * (1 + noise);
  const by = ratio - 1;
  const text = `${measure} is ${word(by)} than that of version ${other.version}${noise > 0 ? `, where two measurements of one model differ by ${share(noise)}` : ''}`;
  return { worse, by, text };
}

/** So that more is worse; `best`: the end of the interval that speaks for the model. */
function turned(measure: Footprint, { ratio, interval: [low, high], noise }: Ratios) {
  return measure === 'rows_per_second' ? { ratio: 1 / ratio, best: 1 / high, noise } : { ratio, best: low, noise };
}

/** Beside earlier trainings of the pipeline: worse when it is far out of what they differ by. */
function training({ training: times }: ModelTests, bound: number): Said {
  if (times === undefined || times.earlier.length < leastEarlier) {
    const count = times?.earlier.length ?? 0;
    return {
      worse: false,
      by: -Infinity,
      text: `the training time has ${count} of the ${leastEarlier} earlier ones that it takes to know their noise`,
    };
  }
  const usual = median(times.earlier);
  const noise = (farOut * madScale * median(times.earlier.map(time => Math.abs(time - usual)))) / usual;
  const by = times.seconds / usual - 1;
  const text = `the training took ${readable(times.seconds)} s, ${word(by)} than the usual ${readable(usual)} s of ${times.earlier.length} earlier ones, which differ by ${share(noise)} by themselves`;
  return { worse: times.seconds > usual * (1 + bound) * (1 + noise), by, text };
}

const share = (value: number): string => `${readable(value * 100)} %`;
const word = (by: number): string => (by > 0 ? `${share(by)} worse` : by < 0 ? `${share(-by)} better` : 'no worse');

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? Number.NaN) + (sorted[Math.ceil(at)] ?? Number.NaN)) / 2;
}
