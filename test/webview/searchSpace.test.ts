import { expect, test } from 'vitest';
import type { Parameter } from '../../engine/protocol/tuning';
import { learnersOf, optionName, parametersOf, readValue } from '../../webview/shared/searchSpace';

const learner: Parameter = { kind: 'choice', name: 'learner', choices: ['logistic', 'neural-network'], when: [] };
const of = (value: string) => [{ parameter: 'learner', values: [value] }];
const C: Parameter = { kind: 'float', name: 'logistic.C', low: 0.001, high: 1000, log: true, when: of('logistic') };
const size: Parameter = { kind: 'int', name: 'neural-network.batch', low: 8, high: 64, log: false, step: 8, when: of('neural-network') }; // prettier-ignore
const hidden: Parameter = { kind: 'choice', name: 'neural-network.hidden', choices: [[8], [64, 32]], when: of('neural-network') }; // prettier-ignore
const rows: Parameter = { kind: 'choice', name: 'neural-network.validation', choices: [0, 0.1], when: of('neural-network') }; // prettier-ignore

test('a text is a value of the parameter, within its bounds', () => {
  expect(readValue(C, ' 1e-2 ')).toEqual({ value: 0.01 });
  expect(readValue(C, 'a')).toEqual({ problem: { kind: 'number' } });
  expect(readValue(C, '')).toEqual({ problem: { kind: 'number' } });
  expect(readValue(C, '2000')).toEqual({ problem: { kind: 'range', low: 0.001, high: 1000 } });
  expect(readValue(size, '20')).toEqual({ value: 20 });
  expect(readValue(size, '20.5')).toEqual({ problem: { kind: 'whole' } });
  expect(readValue(hidden, '[64,32]')).toEqual({ value: [64, 32] });
  expect(readValue(hidden, '64, 32')).toEqual({ value: [64, 32] });
  expect(readValue(hidden, '6432')).toEqual({ problem: { kind: 'choice', choices: ['8', '64, 32'] } });
  expect(readValue(rows, '0.1')).toEqual({ value: 0.1 });
});

test('each learner has its own parameters', () => {
  const space = [learner, C, size, hidden];
  expect(learnersOf({ space })).toEqual(['logistic', 'neural-network']);
  expect(parametersOf({ space }, 'neural-network').map(optionName)).toEqual(['batch', 'hidden']);
  expect(parametersOf({ space }, 'logistic').map(optionName)).toEqual(['C']);
});
