import { beforeEach, describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { WorkspaceEngine } from '../../src/engineClient/workspaceEngine';
import { exportSteps } from '../../src/commands/exportSteps';
import { importModelSteps } from '../../src/commands/importModelSteps';
import { importSteps } from '../../src/commands/importSteps';
import type { ServerSecret } from '../../src/commands/serverSecrets';
import { serverSecrets } from '../../src/commands/serverSecrets';

/** What the person does at each question: chooses a label, writes a text, goes back, leaves. */
type Act = string | { readonly text: string } | 'back' | 'leave';
interface Question {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly items: readonly string[];
  readonly password: boolean;
  readonly value: string;
}

let acts: Act[] = [];
let dialogs: (string | undefined)[] = [];
const asked: Question[] = [];

/** A quick pick or input box that is answered as soon as it is shown. */
class FakeInput {
  title = '';
  step = 0;
  totalSteps = 0;
  items: { label: string; value?: unknown }[] = [];
  selectedItems: unknown[] = [];
  value = '';
  prompt = '';
  password = false;
  private readonly accepted = new vscode.EventEmitter<void>();
  private readonly hidden = new vscode.EventEmitter<void>();
  private readonly triggered = new vscode.EventEmitter<void>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = this.triggered.event;
  show(): void {
    const { title, step, totalSteps, password, value } = this;
    asked.push({ title, step, totalSteps, password, value, items: this.items.map(({ label }) => label) });
    const act = acts.shift();
    if (act === undefined) throw new Error(`Nobody answers: ${title} ${this.prompt} ${JSON.stringify(asked.at(-1))}`);
    if (act === 'back') this.triggered.fire();
    else if (act === 'leave') this.hidden.fire();
    else {
      if (typeof act === 'string') {
        this.selectedItems = this.items.filter(({ label }) => label.includes(act)).slice(0, 1);
        if (this.selectedItems.length === 0)
          throw new Error(`There is no ${act} among ${JSON.stringify(asked.at(-1)!.items)}`);
      } else this.value = act.text;
      this.accepted.fire();
    }
  }
  dispose(): void {
    this.accepted.dispose();
  }
}
const file = (path: string | undefined) => Promise.resolve(path === undefined ? undefined : vscode.Uri.file(path));
Object.assign(vscode.window, {
  createQuickPick: () => new FakeInput(),
  createInputBox: () => new FakeInput(),
  showOpenDialog: async () => {
    const uri = await file(dialogs.shift());
    return uri && [uri];
  },
  showSaveDialog: () => file(dialogs.shift()),
});

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
  asked.length = 0;
  dialogs = [];
});

describe('Import Runs…', () => {
  test('what lies in the folder comes first; experiments are kept', async () => {
    acts = ['mlruns', 'Keep'];
    expect(await importSteps(engine)).toEqual({ source: '/work/mlruns', kind: 'mlruns' });
    expect(asked[0]!.items[0]).toBe('$(folder) mlruns');
    expect(asked.map(({ step, totalSteps }) => `${step}/${totalSteps}`)).toEqual(['1/2', '2/2']);
  });

  test('a file by a dialog; who leaves it is asked again', async () => {
    acts = ['MLflow database', 'MLflow database', 'credit'];
    dialogs = [undefined, '/else/mlflow.db'];
    expect(await importSteps(engine)).toEqual({ source: '/else/mlflow.db', kind: 'mlflow-db', experiment: 'credit' });
  });

  test('back, and another experiment', async () => {
    acts = ['Table', 'back', 'mlruns', 'A new', { text: ' mine ' }];
    dialogs = ['/else/runs.csv'];
    expect(await importSteps(engine)).toEqual({ source: '/work/mlruns', kind: 'mlruns', experiment: 'mine' });
  });

  test('left: nothing', async () => {
    acts = ['leave'];
    await expect(importSteps(engine)).rejects.toBeInstanceOf(vscode.CancellationError);
  });
});

describe('Import Model…', () => {
  test('a file, a known model, its label and classes', async () => {
    answers['models/list'] = [{ name: 'credit', description: '' }];
    dialogs = ['/else/model.txt'];
    acts = ['credit', { text: 'outcome' }, { text: 'good, bad' }];
    expect(await importModelSteps(engine)).toEqual({
      ...{ file: '/else/model.txt', name: 'credit', label: 'outcome' },
      classes: ['good', 'bad'],
    });
    expect(asked.map(({ title, step }) => `${title} ${step}`)).toEqual(
      [1, 2, 3].map(step => `Import model.txt ${step}`),
    );
  });

  test('a new model, named after the file; back; the numbers of the classes', async () => {
    answers['models/list'] = [];
    dialogs = ['/else/churn.json'];
    acts = [{ text: 'churn' }, 'back', { text: ' other ' }, { text: '' }, { text: '' }];
    expect(await importModelSteps(engine)).toEqual({ file: '/else/churn.json', name: 'other', label: 'label' });
    expect(asked[0]!.value).toBe('churn');
  });

  test('left: nothing', async () => {
    dialogs = [undefined];
    await expect(importModelSteps(engine)).rejects.toBeInstanceOf(vscode.CancellationError);
  });
});

describe('Export Runs…', () => {
  test('a bundle of one experiment; those without runs are not offered', async () => {
    acts = ['Bundle', 'credit'];
    dialogs = ['/else/runs.tar.gz'];
    expect(await exportSteps(engine, memories())).toEqual({
      request: { to: { kind: 'bundle', file: '/else/runs.tar.gz' }, overwrite: true, experiments: ['credit'] },
      secret: undefined,
    });
    expect(asked[1]!.items).toEqual(['All experiments', '$(beaker) credit']);
  });

  test('who leaves the dialog is asked which runs again', async () => {
    acts = ['Table', 'credit', 'All'];
    dialogs = [undefined, '/else/runs.csv'];
    expect((await exportSteps(engine, memories())).request).toEqual({
      to: { kind: 'csv', file: '/else/runs.csv' },
      overwrite: true,
    });
  });

  test('a server with a token: hidden while it is typed, kept only afterwards', async () => {
    acts = ['MLflow server', 'All', { text: 'http://host:5000' }, 'With a token', { text: 'secret' }];
    const given = memories();
    const { request, secret } = await exportSteps(engine, given);
    expect(request.to).toEqual({ kind: 'mlflow', url: 'http://host:5000', token: 'secret' });
    expect(secret).toEqual({ url: 'http://host:5000', token: 'secret' });
    expect(asked.at(-1)).toMatchObject({ password: true, step: 4, totalSteps: 4 });
    expect(given.memory.get('export.url', '')).toBe('http://host:5000');
  });

  test('an address with a password is asked for again; name and password have their own question', async () => {
    acts = [
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
    acts = ['MLflow', 'All', { text: 'http://host' }, 'back', { text: 'http://host' }, 'As last time'];
    const chosen = await exportSteps(engine, memories(secret));
    expect(chosen).toEqual({
      request: { to: { kind: 'mlflow', url: 'http://host', token: 'old' }, overwrite: true },
      secret: undefined,
    });
    acts = ['MLflow', 'All', { text: 'http://host' }, 'Without'];
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
