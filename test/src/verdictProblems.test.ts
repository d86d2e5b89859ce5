import { describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { Verdict, VerdictGroup } from '../../engine/protocol/verdicts';
import { canBeSet } from '../../src/editor/verdictFixes';
import { verdictProblem } from '../../src/editor/verdictProblems';
import { ruleResult } from '../../src/testing/ruleResult';

const folder = vscode.Uri.file('/w');
const range = new vscode.Range(10, 4, 10, 40);
const verdict = (outcome: Verdict['outcome'], more: Partial<Verdict> = {}): Verdict => ({
  ...{ id: 'model/m/live/auc≥0.75', rule: 'auc ≥ 0.75', sentence: 'auc is 0.7, below 0.75.', severity: 'error' },
  outcome,
  ...more,
});
const group: VerdictGroup = {
  ...{ id: 'model/m/live', kind: 'model', title: 'm v2 for live', subject: 'm', stage: 'live', version: 2 },
  duration: 3,
  verdicts: [],
};
const data: VerdictGroup = {
  id: 'dataset/d',
  kind: 'data',
  title: 'd (d.csv)',
  subject: 'd',
  duration: 3,
  verdicts: [],
};

describe('the problem of a rule', () => {
  const { Error, Warning, Information } = vscode.DiagnosticSeverity;
  test.each([
    ['failed', Error, 'live is closed to m v2: auc is 0.7, below 0.75.'],
    ['unknown', Error, 'live is closed to m v2: auc is 0.7, below 0.75.'],
    ['warned', Warning, 'live warns about m v2: auc is 0.7, below 0.75.'],
    ['waived', Information, 'live is open to m v2 all the same: auc is 0.7, below 0.75.'],
  ] as const)('that is %s', (outcome, severity, message) => {
    expect(verdictProblem({ group, verdict: verdict(outcome) }, range, folder)).toMatchObject({
      ...{ severity, message, range, source: 'Modelyard', code: 'gate' },
    });
  });

  test('a rule that passes has none, but a needless waiver has', () => {
    expect(verdictProblem({ group, verdict: verdict('passed') }, range, folder)).toBeUndefined();
    const hints = ['The waiver by ana is needless: the rule passes.'];
    expect(verdictProblem({ group, verdict: verdict('passed', { hints }) }, range, folder)).toMatchObject({
      ...{ severity: Information, message: hints[0] },
    });
  });

  test('what nobody has judged yet is no problem', () => {
    expect(verdictProblem({ group, verdict: verdict('unknown', { pending: true }) }, range, folder)).toBeUndefined();
  });

  test('of data names the rows', () => {
    const evidence = [{ file: 'd.csv', line: 7 }];
    const found = verdictProblem({ group: data, verdict: verdict('failed', { evidence }) }, range, folder);
    expect(found).toMatchObject({ code: 'expectation', message: 'auc is 0.7, below 0.75.' });
    expect(
      found?.relatedInformation?.map(({ location }) => `${location.uri.path}:${location.range.start.line}`),
    ).toEqual(['/w/d.csv:6']);
  });
});

test.each([
  [{ value: 0.7, bound: 0.75 }, true],
  [{ value: Number.NaN, bound: 0.75 }, false],
  [{ bound: 0.75 }, false],
  [{ value: 0.7, bound: 0.8, rule: 'auc better than live' }, false],
])('the bound of %j can be set: %s', (more, expected) => {
  expect(canBeSet(verdict('failed', more))).toBe(expected);
});

describe('in the Test Explorer', () => {
  test.each([
    ['passed', 'passed'],
    ['warned', 'passed'],
    ['waived', 'skipped'],
    ['unknown', 'errored'],
    ['failed', 'failed'],
  ] as const)('%s is %s', (outcome, state) => {
    expect(ruleResult(group, verdict(outcome)).state).toBe(state);
  });

  test('has what was expected and found, how long it took, and what came before', () => {
    const history = [{ at: 0, outcome: 'failed', value: 0.6, of: 'v1' }] as const;
    const result = ruleResult(group, verdict('failed', { metric: 'auc', value: 0.7, duration: 0.2, history }));
    expect(result).toMatchObject({ expected: 'auc ≥ 0.75', actual: 'auc 0.7', duration: 0.2 });
    expect(result.output[0]).toBe('✗ m v2 for live: auc is 0.7, below 0.75.');
    expect(result.output[1]).toMatch(/^ {4}✗ v1 0\.6 /);
  });
});
