import { expect, test } from 'vitest';
import type { Parameter } from '../../engine/protocol/tuning';
import { readParams } from '../../src/commands/trialParams';

const parameters: readonly Parameter[] = [
  { kind: 'float', name: 'neural-network.l2', low: 0.001, high: 1, log: true, when: [] },
  { kind: 'int', name: 'neural-network.patience', low: 5, high: 30, log: false, step: 1, when: [] },
  { kind: 'choice', name: 'neural-network.hidden', choices: [[8], [64, 32]], when: [] },
];

test('parameters of a trial are read from a line, by the search space', () => {
  expect(readParams(parameters, ' l2=0.01  hidden=64,32 ')).toEqual({ params: { l2: 0.01, hidden: [64, 32] } });
  expect(readParams(parameters, '')).toEqual({ params: {} });
});

test.each([
  ['depth=3', /depth is not searched\. What is: l2, patience, hidden/],
  ['l2', /l2: a number is needed/],
  ['l2=2', /l2: it is searched from 0\.001 to 1/],
  ['patience=7.5', /patience: a whole number is needed/],
  ['hidden=16', /hidden: one of 8; 64,32/],
])('what does not fit is said: %s', (text, problem) =>
  expect(readParams(parameters, text)).toEqual({ problem: expect.stringMatching(problem) }),
);
