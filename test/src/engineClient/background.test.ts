import { expect, test } from 'vitest';
import * as vscode from 'vscode';
import { ModelyardError } from '../../../engine/errors';
import { background } from '../../../src/engineClient/background';

function listening() {
  const said: string[] = [];
  const note = (level: string) => (text: string | Error) => void said.push(`${level} ${String(text).split('\n')[0]}`);
  return { said, inBackground: background({ debug: note('debug'), warn: note('warn'), error: note('error') }) };
}
const settled = () => new Promise(resolve => setImmediate(resolve));

test('what fails is logged: a defect with its stack, what can be expected in a line, cancelling quietly', async () => {
  const { said, inBackground } = listening();
  inBackground('read results', Promise.reject(new TypeError('x is not a function')));
  inBackground('title', Promise.reject(new ModelyardError('not-found', 'There is no run.', { fix: 'Look again.' })));
  inBackground('promote', Promise.reject(new vscode.CancellationError()));
  inBackground('check', Promise.reject(new ModelyardError('cancelled', 'Cancelled.')));
  await settled();
  expect(said).toEqual([
    'error TypeError: x is not a function',
    'warn title: [not-found] There is no run. Look again.',
    'debug promote: [internal] ',
    'debug check: [cancelled] Cancelled.',
  ]);
});

test('what goes well, and nothing at all, is not', async () => {
  const { said, inBackground } = listening();
  inBackground('read results', Promise.resolve(1));
  inBackground('diagnose', undefined);
  await settled();
  expect(said).toEqual([]);
});
