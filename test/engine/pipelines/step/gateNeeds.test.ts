import { expect, test } from 'vitest';
import { gateGroupKey, gateRivals, withGateNeeds } from '../../../../engine/pipelines/step/gateNeeds';
import type { GateRule } from '../../../../engine/protocol/gateRules';
import type { WorkspaceConfig } from '../../../../engine/protocol/workspaceConfig';
import { evaluateOptions } from '../../training/options';

const severity = 'error' as const;
const rules: readonly GateRule[] = [
  { metric: 'auc', at_least: 0.7, confidence: 0.9, severity },
  { metric: 'auc', slice: 'age  <= 25', better_than: 'live', severity },
  { metric: 'auc', not_worse_than: 'champion', confidence: 0.95, severity },
  { metric: 'brier', better_than: 'champion', confidence: 0.8, severity },
  { check: 'fairness', group: ['sex', 'age <= 25'], min_rows: 30, severity },
  { check: 'proxy', group: ['sex', 'age <= 25'], min_rows: 30, at_most: 0.8, severity },
  { check: 'performance-bias', group: ['sex'], min_rows: 50, at_most: 0.1, severity },
  { check: 'beats-trivial', model: 'linear', at_least: 0.1, severity },
];
const config = (gates: readonly GateRule[]): WorkspaceConfig => ({
  ...{ name: 'w', datasets: {}, pipelines: {}, tracking: { system_metrics: false } },
  models: { m: { stages: ['dev', 'live'], gates: { live: gates } } },
});

test('evaluate measures what some gate will ask for, each once', () => {
  const own = evaluateOptions({ groups: [{ by: ['sex'], min_rows: 30 }], trivial: ['constant'], slices: ['a = 1'] });
  expect(withGateNeeds(own, config(rules))).toMatchObject({
    slices: ['a = 1', 'age <= 25'],
    confidence: [0.95, 0.9, 0.8],
    groups: [
      { by: ['sex'], min_rows: 30 },
      { by: ['sex', 'age <= 25'], min_rows: 30 },
      { by: ['sex'], min_rows: 50 },
    ],
    trivial: ['constant', 'linear'],
  });
  expect(withGateNeeds(own, config([]))).toEqual(own);
});

test('versions are compared on the same rows where a rule asks for confidence, each once', () => {
  expect(gateRivals(config(rules))).toEqual([{ model: 'm', name: 'champion' }]);
  expect(gateRivals(config(rules.slice(0, 2)))).toEqual([]);
});

test('who asks for groups', () => {
  const own = evaluateOptions({ groups: [{ by: ['sex'], min_rows: 30 }] });
  expect(gateGroupKey('sex, age <= 25', own, config(rules))).toBe('models.m.gates.live.4.group');
  expect(gateGroupKey('sex', own, config(rules)), 'the step itself').toBeUndefined();
  expect(gateGroupKey('x', own, config(rules))).toBeUndefined();
});
