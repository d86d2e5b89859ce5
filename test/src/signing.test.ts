import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type * as vscode from 'vscode';
import { isSignature } from '../../engine/client/signing';
import { signingKeys } from '../../src/commands/signingKeys';
import { signingKeySteps } from '../../src/commands/signingKeySteps';
import { makeKey, readKey, signVersion } from '../../src/engineClient/signing';
import type { EngineCalls } from '../../src/engineClient/workspaceEngine';
import { answerQuestions, person } from './fakeInput';

answerQuestions();

/** As much of a secret storage as is used. */
function aStorage() {
  const kept = new Map<string, string>();
  const storage = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
    delete: (key: string) => Promise.resolve(void kept.delete(key)),
  };
  return { kept, keys: signingKeys(storage as unknown as vscode.SecretStorage) };
}

function keyFile(name: string, text: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

test('a key is made in steps and kept; the list of keys has no private half', async () => {
  const { keys, kept } = aStorage();
  person.begin(['Ed25519', 'back', 'ECDSA', { text: '../x' }, { text: 'release' }]);
  const made = await signingKeySteps(keys);
  expect(person.asked.map(({ step, totalSteps }) => `${step}/${totalSteps}`)).toEqual([
    '1/2',
    '2/2',
    '1/2',
    '2/2',
    '2/2',
  ]);
  expect(made).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), name: 'release', publicKey: made.publicKey });
  expect(await keys.all()).toEqual([made]);
  const whole = await keys.whole(made.id);
  expect(createPrivateKey(whole?.privateKey ?? '').asymmetricKeyType).toBe('ec');
  // the same name again is refused, another is not
  person.begin(['Ed25519', { text: 'release' }, { text: 'backup' }]);
  await signingKeySteps(keys);
  expect((await keys.all()).map(({ name }) => name)).toEqual(['backup', 'release']);
  await keys.forget(made.id);
  expect(await keys.whole(made.id)).toBeUndefined();
  expect((await keys.all()).map(({ name }) => name)).toEqual(['backup']);
  for (const key of kept.keys()) kept.set(key, 'rubbish');
  expect(await keys.all()).toEqual([]);
});

test('a key of a file is taken over; a public one, one with a password and none are refused without being quoted', async () => {
  const { privateKey, publicKey } = makeKey('ed25519');
  const { keys } = aStorage();
  person.begin(['From a file', 'From a file', { text: 'mine' }], [undefined, keyFile('mine.pem', privateKey)]);
  const taken = await signingKeySteps(keys);
  expect(await keys.whole(taken.id)).toEqual({ id: taken.id, privateKey, publicKey });
  expect(person.asked.at(-1)?.value).toBe('mine');
  const locked = generateKeyPairSync('ed25519').privateKey.export({
    ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' },
  });
  for (const text of [publicKey, String(locked), 'hunter2hunter2'])
    expect(() => readKey(text, 'release')).toThrow(
      /^release is no private key of Ed25519 or ECDSA as PEM without a password\.$/,
    );
});

test('the engine is told the statement, the signature and the public half, and nothing else', async () => {
  const key = makeKey('ed25519');
  const calls: [string, Record<string, unknown>][] = [];
  const encoded = Buffer.from('what is signed');
  const answers: Record<string, unknown> = {
    'signatures/toSign': { payload: 'e30=', encoded: encoded.toString('base64'), files: 1 },
    'signatures/add': { state: 'signed' },
  };
  const engine = {
    call: (method: string, params: Record<string, unknown>) => {
      calls.push([method, params]);
      return Promise.resolve(answers[method]);
    },
  } as unknown as EngineCalls;
  expect(await signVersion(engine, { name: 'm', version: 3, key }, {})).toEqual({ state: 'signed' });
  const [asked, added] = calls;
  expect(asked).toEqual(['signatures/toSign', { name: 'm', version: 3 }]);
  expect(Object.keys(added?.[1] ?? {})).toEqual(['name', 'version', 'payload', 'signature', 'publicKey']);
  expect(isSignature(encoded, Buffer.from(String(added?.[1]['signature']), 'base64'), key.publicKey)).toBe(true);
  expect(JSON.stringify(calls)).not.toContain('PRIVATE');
});
