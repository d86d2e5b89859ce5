import { afterEach, describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import { silentEngine } from '../../../engine/client/link';
import type { WireError } from '../../../engine/protocol/errors';
import { actionsFor } from '../../../src/engineClient/errorMessage';

const folder = vscode.Uri.file('/w');
const titles = (error: WireError, where: vscode.Uri | undefined = folder) =>
  actionsFor(error, { folder: where, showLog: () => undefined }).map(({ title }) => title);

describe('what can be done about an error', () => {
  test('its place is opened, and that of modelyard.yaml as well', () => {
    const error: WireError = { code: 'data.expectation', message: 'x', place: { file: 'data/a.csv', line: 42 } };
    expect(titles(error)).toEqual(['Open data/a.csv, Line 42']);
    expect(titles({ ...error, config: { file: 'modelyard.yaml', line: 6 } })).toEqual([
      'Open data/a.csv, Line 42',
      'Open modelyard.yaml, Line 6',
    ]);
    expect(actionsFor(error, { folder: undefined, showLog: () => undefined })).toEqual([]);
  });

  test('an engine that does not answer is restarted, or its log looked at', () => {
    expect(titles(silentEngine(7).toWire())).toEqual(['Restart Engine', 'Show Log']);
  });

  describe('in a restricted window', () => {
    afterEach(() => void Object.assign(vscode.workspace, { isTrusted: true }));
    test('it is not restarted', () => {
      Object.assign(vscode.workspace, { isTrusted: false });
      expect(titles(silentEngine(7).toWire())).toEqual(['Show Log']);
    });
  });
});
