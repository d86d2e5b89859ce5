import { describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { WireError } from '../../engine/protocol/errors';
import { configKey, failureProblems } from '../../src/editor/resultProblems';

describe('the problems of a step that failed', () => {
  const surroundings = { folder: vscode.Uri.file('/w'), config: vscode.Uri.file('/w/modelyard.yaml') };
  const option = new vscode.Range(5, 8, 5, 20);
  const error: WireError = { code: 'data.expectation', message: 'Two ages are wrong.', fix: 'Correct them.' };
  const config = { file: 'modelyard.yaml', line: 6, key: 'datasets.people.expect.1' };
  const found = (place: WireError['place']) =>
    failureProblems({ ...error, ...(place && { place }) }, option, surroundings).map(([uri, diagnostic]) => ({
      uri: uri.toString(),
      from: [diagnostic.range.start.line, diagnostic.range.start.character],
      to: [diagnostic.range.end.line, diagnostic.range.end.character],
      text: `${String(diagnostic.code)} ${diagnostic.message}`,
      related: (diagnostic.relatedInformation ?? []).map(
        ({ location }) => `${location.uri.toString()}:${location.range.start.line}`,
      ),
    }));
  const text = 'data.expectation Two ages are wrong. Correct them.';
  const inConfig = { uri: 'file:///w/modelyard.yaml', from: [5, 8], to: [5, 20], text };

  test('one in a data file is at the option and on the line, each with a link to the other', () => {
    expect(found({ file: 'data/a.csv', line: 7 })).toEqual([
      { ...inConfig, related: ['file:///w/data/a.csv:6'] },
      { uri: 'file:///w/data/a.csv', from: [6, 0], to: [6, 9999], text, related: ['file:///w/modelyard.yaml:5'] },
    ]);
  });
  test('the place in the data is exact when all is known', () => {
    const [, inData] = found({ file: '/x/a.csv', line: 7, column: 3, endLine: 7, endColumn: 9 });
    expect(inData).toMatchObject({ uri: 'file:///x/a.csv', from: [6, 2], to: [6, 8] });
  });
  test('a data file without a line is linked, not marked', () => {
    expect(found({ file: 'data/a.csv', key: 'age' })).toEqual([{ ...inConfig, related: ['file:///w/data/a.csv:0'] }]);
  });
  test('one in the configuration itself, or nowhere, is at the option alone', () => {
    expect(found({ file: 'modelyard.yaml', line: 7 })).toEqual([{ ...inConfig, related: [] }]);
    expect(found(undefined)).toEqual([{ ...inConfig, related: [] }]);
  });

  test('its option is the one that asks for the data, or that is wrong itself', () => {
    const place = { file: 'data/a.csv', line: 7, key: 'age' };
    expect(configKey({ ...error, place, config }, surroundings)).toBe('datasets.people.expect.1');
    expect(configKey({ ...error, place: { ...config, key: 'pipelines.p.steps.s.with.test' } }, surroundings)).toBe(
      'pipelines.p.steps.s.with.test',
    );
    expect(configKey({ ...error, place }, surroundings)).toBeUndefined();
    expect(configKey(error, surroundings)).toBeUndefined();
  });
});
