import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RegisteredModel } from '../../../engine/protocol/registry';
import type { ServingTest } from '../../../engine/protocol/serving';
import type { SignatureReport } from '../../../engine/protocol/signatures';
import { accepting, addFolder, importModel, lenses, openConfig, removeFolder, until, withClient } from './support';

const config = `name: models
models:
  churn:
    stages: [dev, staging, production]
pipelines:
  p:
    steps:
      a: {run: "true"}
`;

suite('what is done with a version', () => {
  let folder: vscode.Uri;
  suiteSetup(async function () {
    this.timeout(60_000);
    folder = await addFolder('models', { 'modelyard.yaml': config });
    const { document } = await openConfig(folder);
    await until('its lenses', async () => (await lenses(document.uri)).length > 0 || undefined);
    await importModel(folder, { name: 'churn', times: 2 });
  });
  suiteTeardown(() => removeFolder(folder));

  const of = (version?: number, more: object = {}) => ({
    ...{ folder: folder.toString(), model: 'churn', ...(version !== undefined && { version }) },
    ...more,
  });
  const model = (): Promise<RegisteredModel> =>
    withClient(folder, client => client.call('models/get', { name: 'churn' }));

  suite('signatures', () => {
    interface Key {
      readonly id: string;
      readonly name: string;
    }
    let key: Key;
    suiteTeardown(() => vscode.commands.executeCommand('notifications.clearAll'));

    /** All files of the folder that are texts. */
    async function texts(): Promise<string> {
      const files = await readdir(folder.fsPath, { recursive: true, withFileTypes: true });
      const read = files
        .filter(file => file.isFile())
        .map(file => readFile(path.join(file.parentPath, file.name), 'latin1').catch(() => ''));
      return (await Promise.all(read)).join('\n');
    }

    test('a key is made in two steps, and is in no file', async () => {
      key = await accepting<Key>('modelyard.makeSigningKey', of());
      assert.equal(key.name, 'release');
      assert.ok(!JSON.stringify(key).includes('PRIVATE'));
      assert.doesNotMatch(await texts(), /PRIVATE KEY/);
    });

    test('a version is signed with it, and the signature counts once the key is trusted', async function () {
      this.timeout(60_000);
      const sign = { key: 'release' };
      const signed = await vscode.commands.executeCommand<SignatureReport>('modelyard.signVersion', of(1, sign));
      assert.equal(signed.state, 'untrusted');
      assert.equal(signed.keyId, key.id);
      const file = await vscode.commands.executeCommand<string>('modelyard.trustSigningKey', of(1, sign));
      assert.equal(file, 'keys/release.pub');
      const { document } = await openConfig(folder);
      assert.ok(!document.isDirty);
      assert.match(document.getText(), /\nsecurity: \{keys: \["keys\/release\.pub"\]\}\n$/);
      assert.match(await readFile(path.join(folder.fsPath, file), 'utf8'), /BEGIN PUBLIC KEY/);
      const [known] = await until('the trust', async () => {
        const { signatures } = await model();
        return signatures[0]?.state === 'signed' ? signatures : undefined;
      });
      assert.equal(known?.version, 1);
      const verified = await vscode.commands.executeCommand<SignatureReport>('modelyard.verifyVersion', of(1));
      assert.match(
        verified.sentence,
        new RegExp(`^Version 1 of churn is signed by the key ${key.id.slice(0, 16)}\\.$`),
      );
      assert.doesNotMatch(await texts(), /PRIVATE KEY/);
    });

    test('a key that is not here signs nothing, and is not deleted without being asked', async () => {
      assert.equal(await vscode.commands.executeCommand('modelyard.signVersion', of(2, { key: 'other' })), undefined);
      // dialogs are refused in tests: as if somebody had said no
      assert.equal(
        await vscode.commands.executeCommand('modelyard.deleteSigningKey', of(2, { key: key.id })),
        undefined,
      );
      const again = await vscode.commands.executeCommand<SignatureReport>(
        'modelyard.signVersion',
        of(2, { key: key.id }),
      );
      assert.equal(again.state, 'signed');
    });
  });

  const versionOne = async () => (await model()).versions.find(({ version }) => version === 1);

  test('it is described, by itself and beside its model', async () => {
    await vscode.commands.executeCommand('modelyard.describeModel', of(1, { text: 'For *us*' }));
    await accepting('modelyard.describeModel', of(1)); // the box holds what there is: accepted as it is
    assert.equal((await versionOne())?.description, 'For *us*');
    await vscode.commands.executeCommand('modelyard.describeModel', of(undefined, { text: 'one\ntwo' }));
    await vscode.commands.executeCommand('modelyard.describeModel', of()); // a box would make one line of it: told so
    const { description, versions } = await model();
    assert.equal(description, 'one\ntwo');
    assert.equal(versions.find(({ version }) => version === 2)?.description, '');
  });

  test('it is tagged, and a tag without a value is taken away', async () => {
    await vscode.commands.executeCommand('modelyard.tagModel', of(1, { text: 'team = risk=high' }));
    await vscode.commands.executeCommand('modelyard.tagModel', of(undefined, { text: 'owner=ana' }));
    // the first that is offered is a new tag, which gets no name here: nothing comes of it
    await accepting('modelyard.tagModel', of(1));
    assert.deepEqual((await versionOne())?.tags, { team: 'risk=high' });
    assert.deepEqual((await model()).tags, { owner: 'ana' });
    await vscode.commands.executeCommand('modelyard.tagModel', of(1, { text: 'team=' }));
    assert.deepEqual((await versionOne())?.tags, {});
  });

  test('a decision is withdrawn by whoever made it, with why', async () => {
    await withClient(folder, client =>
      client.call('registry/approve', {
        ...{ name: 'churn', version: 2, stage: 'production', decision: 'rejected', comment: 'not yet' },
      } as const),
    );
    await vscode.commands.executeCommand('modelyard.withdrawDecision', of(2, { reason: 'looked again' }));
    const [decision] = (await model()).approvals;
    assert.equal(decision?.standing, 'withdrawn');
    assert.equal(decision?.withdrawn?.reason, 'looked again');
    // a second time there is nothing to withdraw: it is said, and nothing asked
    assert.equal(await vscode.commands.executeCommand('modelyard.withdrawDecision', of(2, { reason: 'x' })), undefined);
  });

  test('how it is served is tested, told and kept', async function () {
    this.timeout(120_000);
    const test = await vscode.commands.executeCommand<ServingTest>('modelyard.testServing', of(1));
    assert.equal(test.version, 1);
    assert.ok(test.smoke.length > 0 && test.smoke.every(({ passed }) => passed), JSON.stringify(test.smoke));
    assert.ok(test.load.requests > 0 && test.load.failed === 0);
    const kept = await withClient(folder, client => client.call('serving/tests', { model: 'churn', version: 1 }));
    assert.equal(kept[0]?.load.requests, test.load.requests);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
