import type { RegressionRule } from '../../protocol/gateRules';
import { footprintChange, leastEarlier, trainingChange } from '../../charts/benchmarks/changes';
import type { Footprint, ModelTests } from '../../protocol/modelTests';
import { readable } from '../numbers';
import type { Kind } from './kind';
import { untested } from './modelTest';

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

/** Measured in turns with the registered version. */
function beside(tests: ModelTests, measure: Footprint, bound: number): Said {
  const found = footprintChange(tests, measure, bound);
  if (found === undefined)
    return { worse: false, by: -Infinity, text: `${measure} has nothing to be compared with yet` };
  const { worse, by, noise, version } = found;
  const text = `${measure} is ${word(by)} than that of version ${version}${noise > 0 ? `, where two measurements of one model differ by ${share(noise)}` : ''}`;
  return { worse, by, text };
}

/** Beside earlier trainings of the pipeline. */
function training(tests: ModelTests, bound: number): Said {
  const found = trainingChange(tests, bound);
  if (found === undefined) {
    const count = tests.training?.earlier.length ?? 0;
    return {
      worse: false,
      by: -Infinity,
      text: `the training time has ${count} of the ${leastEarlier} earlier ones that it takes to know their noise`,
    };
  }
  const { worse, by, noise, seconds, usual, earlier } = found;
  const text = `the training took ${readable(seconds)} s, ${word(by)} than the usual ${readable(usual)} s of ${earlier} earlier ones, which differ by ${share(noise)} by themselves`;
  return { worse, by, text };
}

const share = (value: number): string => `${readable(value * 100)} %`;
const word = (by: number): string => (by > 0 ? `${share(by)} worse` : by < 0 ? `${share(-by)} better` : 'no worse');
