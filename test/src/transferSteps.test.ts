import { beforeEach, describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { WorkspaceEngine } from '../../src/engineClient/workspaceEngine';
import { exportSteps } from '../../src/commands/exportSteps';
import { importModelSteps } from '../../src/commands/importModelSteps';
import { importSteps } from '../../src/commands/importSteps';
import type { ServerSecret } from '../../src/commands/serverSecrets';
import { serverSecrets } from '../../src/commands/serverSecrets';
import { answerQuestions, person } from './fakeInput';

answerQuestions();

const answers: Record<string, unknown> = {
  'transfer/find': [{ kind: 'mlruns', path: '/work/mlruns' }],
  'experiments/list': [
    { name: 'credit', runs: 3 },
    { name: 'empty', runs: 0 },
  ],
};
const engine = {
  folder: vscode.Uri.file('/work'),
  call: (method: string) => Promise.resolve(answers[method]),
} as unknown as WorkspaceEngine;

class Memory {
  readonly kept = new Map<string, unknown>();
  get(key: string, fallback: unknown): unknown {
    return this.kept.get(key) ?? fallback;
  }
  update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, value);
    return Promise.resolve();
  }
  store(key: string, value: string): Promise<void> {
    return this.update(key, value);
  }
}
const memories = (secret?: ServerSecret) => {
  const memory = new Memory();
  return {
    memory: memory as unknown as vscode.Memento,
    secrets: { of: () => Promise.resolve(secret), keep: () => Promise.resolve() },
  };
};
beforeEach(() => {
  person.begin([]);
});

describe('Import Runs…', () => {
  test('what lies in the folder comes first; experiments are kept', async () => {
    person.acts = ['mlruns', 'Keep'];
    expect(await importSteps(engine)).toEqual({ source: '/work/mlruns', kind: 'mlruns' });
    expect(person.asked[0]!.items[0]).toBe('$(folder) mlruns');
    expect(person.asked.map(({ step, totalSteps }) => `${step}/${totalSteps}`)).toEqual(['1/2', '2/2']);
  });

  test('a file by a dialog; who leaves it is asked again', async () => {
    person.acts = ['MLflow database', 'MLflow database', 'credit'];
    person.dialogs = [undefined, '/else/mlflow.db'];
    expect(await importSteps(engine)).toEqual({ source: '/else/mlflow.db', kind: 'mlflow-db', experiment: 'credit' });
  });

  test('back, and another experiment', async () => {
    person.acts = ['Table', 'back', 'mlruns', 'A new', { text: ' mine ' }];
    person.dialogs = ['/else/runs.csv'];
    expect(await importSteps(engine)).toEqual({ source: '/work/mlruns', kind: 'mlruns', experiment: 'mine' });
  });

  test('left: nothing', async () => {
    person.acts = ['leave'];
    await expect(importSteps(engine)).rejects.toBeInstanceOf(vscode.CancellationError);
  });
});

describe('Import Model…', () => {
  test('a file, a known model, its label and classes', async () => {
    answers['models/list'] = [{ name: 'credit', description: '' }];
    person.dialogs = ['/else/model.txt'];
    person.acts = ['credit', { text: 'outcome' }, { text: 'good, bad' }];
    expect(await importModelSteps(engine)).toEqual({
      ...{ file: '/else/model.txt', name: 'credit', label: 'outcome' },
      classes: ['good', 'bad'],
    });
    expect(person.asked.map(({ title, step }) => `${title} ${step}`)).toEqual(
      [1, 2, 3].map(step => `Import model.txt ${step}`),
    );
  });

  test('a new model, named after the file; back; the numbers of the classes', async () => {
    answers['models/list'] = [];
    person.dialogs = ['/else/churn.json'];
    person.acts = [{ text: 'churn' }, 'back', { text: ' other ' }, { text: '' }, { text: '' }];
    expect(await importModelSteps(engine)).toEqual({ file: '/else/churn.json', name: 'other', label: 'label' });
    expect(person.asked[0]!.value).toBe('churn');
  });

  test('left: nothing', async () => {
    person.dialogs = [undefined];
    await expect(importModelSteps(engine)).rejects.toBeInstanceOf(vscode.CancellationError);
  });
});

describe('Export Runs…', () => {
  test('a bundle of one experiment; those without runs are not offered', async () => {
    person.acts = ['Bundle', 'credit'];
    person.dialogs = ['/else/runs.tar.gz'];
    expect(await exportSteps(engine, memories())).toEqual({
      request: { to: { kind: 'bundle', file: '/else/runs.tar.gz' }, overwrite: true, experiments: ['credit'] },
      secret: undefined,
    });
    expect(person.asked[1]!.items).toEqual(['All experiments', '$(beaker) credit']);
  });

  test('who leaves the dialog is asked which runs again', async () => {
    person.acts = ['Table', 'credit', 'All'];
    person.dialogs = [undefined, '/else/runs.csv'];
    expect((await exportSteps(engine, memories())).request).toEqual({
      to: { kind: 'csv', file: '/else/runs.csv' },
      overwrite: true,
    });
  });

  test('a server with a token: hidden while it is typed, kept only afterwards', async () => {
    person.acts = ['MLflow server', 'All', { text: 'http://host:5000' }, 'With a token', { text: 'secret' }];
    const given = memories();
    const { request, secret } = await exportSteps(engine, given);
    expect(request.to).toEqual({ kind: 'mlflow', url: 'http://host:5000', token: 'secret' });
    expect(secret).toEqual({ url: 'http://host:5000', token: 'secret' });
    expect(person.asked.at(-1)).toMatchObject({ password: true, step: 4, totalSteps: 4 });
    expect(given.memory.get('export.url', '')).toBe('http://host:5000');
  });

  test('an address with a password is asked for again; name and password have their own question', async () => {
    person.acts = [
      'MLflow',
      'All',
      { text: 'http://ada:pw@host' },
      { text: 'https://host' },
      'With a name',
      { text: 'ada' },
      { text: 'pw' },
    ];
    expect((await exportSteps(engine, memories())).request.to).toEqual({
      kind: 'mlflow',
      url: 'https://host',
      token: 'pw',
      user: 'ada',
    });
  });

  test('the secret of the last time, and back from it', async () => {
    const secret = { url: 'http://host', token: 'old' };
    person.acts = ['MLflow', 'All', { text: 'http://host' }, 'back', { text: 'http://host' }, 'As last time'];
    const chosen = await exportSteps(engine, memories(secret));
    expect(chosen).toEqual({
      request: { to: { kind: 'mlflow', url: 'http://host', token: 'old' }, overwrite: true },
      secret: undefined,
    });
    person.acts = ['MLflow', 'All', { text: 'http://host' }, 'Without'];
    expect((await exportSteps(engine, memories(secret))).request.to).toEqual({ kind: 'mlflow', url: 'http://host' });
  });
});

test('secrets are kept for each server, and nothing else is read as one', async () => {
  const memory = new Memory();
  const secrets = serverSecrets(memory as unknown as vscode.SecretStorage);
  expect(await secrets.of('http://host:5000/x')).toBeUndefined();
  await secrets.keep({ url: 'http://host:5000/x', token: 't', user: 'u' });
  expect(await secrets.of('http://host:5000')).toEqual({ url: 'http://host:5000', token: 't', user: 'u' });
  expect(await secrets.of('http://other:5000')).toBeUndefined();
  for (const key of memory.kept.keys()) memory.kept.set(key, 'rubbish');
  expect(await secrets.of('http://host:5000')).toBeUndefined();
});
