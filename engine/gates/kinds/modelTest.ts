import type { CheckRule } from '../../protocol/gateRules';
import type { ModelTestName, ModelTestResult, ModelTests, ValueChange } from '../../protocol/modelTests';
import { testKey, testOf } from '../../testsOfRules';
import { readable } from '../numbers';
import type { Evidence, Judgement, Kind } from './kind';

/** Examples in a sentence. */
const mostTold = 2;

/** What is said where the tests are missing. */
export const untested =
  'It was not tested: let the pipeline have a step `uses: test` before `gate` and `register`, and run it again.';

/** `measure`: the value in words, where the sentence of the test does not tell it. */
interface Words {
  readonly bound: (value: number) => string;
  readonly measure?: (value: number) => string;
}

function judgeTest(rule: CheckRule<ModelTestName>, { tests }: Evidence, words: Words = shares): Judgement {
  if (tests === undefined) return { held: undefined, sentence: untested };
  const found = resultOf(tests, rule);
  if (found === undefined)
    return { held: undefined, sentence: 'This was not tested when the model was: run the pipeline again.' };
  const { value, problem, sentence: told } = found;
  if (value === undefined || Number.isNaN(value))
    return { held: undefined, sentence: `It could not be tested: ${problem ?? 'it has no value.'}` };
  const held = value <= rule.at_most;
  const measure = value === 0 ? '' : ` (${(words.measure ?? words.bound)(value)})`;
  const sentence = `${told}${measure}, ${held ? 'no more than' : 'more than'} the allowed ${words.bound(rule.at_most)}${held ? '' : examplesText(found)}.`;
  return { held, value, bound: rule.at_most, sentence };
}

function judgeReproducible(rule: CheckRule<'reproducible'>, evidence: Evidence): Judgement {
  const { value, bound, ...judgement } = judgeTest(rule, evidence);
  if (value === undefined || bound === undefined || evidence.tests === undefined) return judgement;
  return { ...judgement, value, bound, sentence: `${resultOf(evidence.tests, rule)?.sentence ?? ''}.` };
}

function resultOf({ tests }: ModelTests, rule: CheckRule<ModelTestName>): ModelTestResult | undefined {
  const test = testOf(rule);
  const key = test && testKey(test);
  return tests.find(result => testKey(result.test) === key);
}

function examplesText({ examples }: ModelTestResult): string {
  const told = examples
    .slice(0, mostTold)
    .map(({ line, file, what }) => `${line === undefined ? '' : `line ${line} of ${file}: `}${what}`);
  return told.length === 0 ? '' : `; ${told.join('; ')}`;
}

const percent = (share: number): string => `${readable(share * 100)} %`;
const plain = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : readable(value);
const shares: Words = { bound: percent };
const numbers: Words = { bound: plain };

function changeText([column, { set, add, multiply }]: readonly [string, ValueChange]): string {
  if (set !== undefined) return `${column} = ${set === null ? 'missing' : String(set)}`;
  return `${column}${multiply === undefined ? '' : ` × ${multiply}`}${add === undefined ? '' : ` + ${add}`}`;
}

/** The kinds that the step `test` measures, by the value of `check`. */
export const modelTests: { readonly [K in ModelTestName]: Kind<CheckRule<K>> } = {
  monotonic: { text: ({ column, direction }) => `${direction} with ${column}`, judge: judgeTest },
  invariant: { text: ({ columns }) => `decided whatever ${columns.join(', ')}`, judge: judgeTest },
  directional: {
    text: ({ change, direction }) => `${direction} with ${Object.entries(change).map(changeText).join(', ')}`,
    judge: judgeTest,
  },
  robust: {
    text: ({ against, metric, share }) => `${metric} with ${percent(share)} of the values ${against}`,
    judge: (rule, evidence) => judgeTest(rule, evidence, numbers),
  },
  golden: { text: ({ path }) => `golden rows of ${path}`, judge: judgeTest },
  parity: { text: () => 'training and serving agree', judge: (rule, evidence) => judgeTest(rule, evidence, numbers) },
  reproducible: { text: () => 'trains to the same model again', judge: judgeReproducible },
};
