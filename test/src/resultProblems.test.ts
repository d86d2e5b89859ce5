import { describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { GateReport } from '../../engine/protocol/gates';
import { gateProblems, placeInData } from '../../src/editor/resultProblems';

const report: GateReport = {
  ...{ model: 'credit-risk', version: 2, stage: 'production', verdict: 'failed', judgedAt: 0 },
  results: [
    { index: 2, rule: 'c', verdict: 'warned', sentence: 'c is high.' },
    { index: 0, rule: 'a', verdict: 'failed', sentence: 'a is low.' },
    { index: 1, rule: 'b', verdict: 'passed', sentence: 'b is fine.' },
    { index: 3, rule: 'd', verdict: 'unknown', sentence: 'd was not measured.' },
  ],
};
const rules = [10, 20, 30].map(line => new vscode.Range(line, 4, line, 40));

describe('problems of gates', () => {
  test('stand on the line of their own rule, whatever the order of the report; a rule that is gone has none', () => {
    const found = gateProblems(report, rules).map(({ range, severity, message, source, code }) => ({
      ...{ line: range.start.line, severity, message, source, code },
    }));
    expect(found).toEqual([
      {
        ...{ line: 30, severity: vscode.DiagnosticSeverity.Warning, source: 'Modelyard', code: 'gate' },
        message: 'production warns about credit-risk v2: c is high.',
      },
      {
        ...{ line: 10, severity: vscode.DiagnosticSeverity.Error, source: 'Modelyard', code: 'gate' },
        message: 'production is closed to credit-risk v2: a is low.',
      },
    ]);
  });
  test('what could not be judged is an error', () => {
    const fourth = [...rules, new vscode.Range(40, 4, 40, 9)];
    const last = gateProblems(report, fourth).at(-1);
    expect(last).toMatchObject({ severity: vscode.DiagnosticSeverity.Error });
    expect(last?.range.start.line).toBe(40);
  });
  test('a report without a version names the model alone', () => {
    const { model, stage, verdict, judgedAt, results } = report;
    expect(gateProblems({ model, stage, verdict, judgedAt, results }, rules)[0]?.message).toBe(
      'production warns about credit-risk: c is high.',
    );
  });
});

describe('the place of an error in a data file', () => {
  const folder = vscode.Uri.file('/w');
  const config = vscode.Uri.file('/w/modelyard.yaml');
  test('is the whole line when only the line is known', () => {
    const place = placeInData(folder, config, { file: 'data/a.csv', line: 7 });
    expect(place?.uri.toString()).toBe('file:///w/data/a.csv');
    expect(place?.range.start).toMatchObject({ line: 6, character: 0 });
    expect(place?.range.end.line).toBe(6);
    expect(place?.range.end.character).toBeGreaterThan(1000);
  });
  test('is exact when all is known', () => {
    const range = placeInData(folder, config, {
      file: '/x/a.csv',
      line: 7,
      column: 3,
      endLine: 7,
      endColumn: 9,
    })?.range;
    expect([range?.start.character, range?.end.character]).toEqual([2, 8]);
  });
  test('is none in the configuration itself, without a line, or without an error', () => {
    expect(placeInData(folder, config, { file: 'modelyard.yaml', line: 7 })).toBeUndefined();
    expect(placeInData(folder, config, { file: 'data/a.csv', key: 'age' })).toBeUndefined();
    expect(placeInData(folder, config, undefined)).toBeUndefined();
  });
});
