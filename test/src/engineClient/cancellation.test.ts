import { expect, test } from 'vitest';
import * as vscode from 'vscode';
import { ModelyardError } from '../../../engine/errors';
import { unlessCancelled } from '../../../src/engineClient/cancellation';

test('what the editor no longer wants is nothing; what fails, fails', async () => {
  expect(await unlessCancelled(Promise.resolve(7))).toBe(7);
  expect(await unlessCancelled(undefined)).toBeUndefined();
  expect(await unlessCancelled(Promise.reject(new ModelyardError('cancelled', 'Cancelled.')))).toBeUndefined();
  expect(await unlessCancelled(Promise.reject(new vscode.CancellationError()))).toBeUndefined();
  const failed = new ModelyardError('not-found', 'There is none.');
  await expect(unlessCancelled(Promise.reject(failed))).rejects.toBe(failed);
});
