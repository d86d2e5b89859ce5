import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';

let parts: TestRegistry;
beforeEach(async () => {
  parts = await openTestRegistry();
});
const make = (name: string, tags: Record<string, string> = {}) =>
  parts.registry.models.create({ name, description: 'd', tags });
const refusal = (work: () => unknown): { code: string; message: string } => {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelyardError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('It was not refused.');
};

describe('names', () => {
  test('a model is made once; a prompt and a model cannot share a name', () => {
    make('m', { a: '1' });
    expect(parts.registry.models.get('m')).toMatchObject({ description: 'd', tags: { a: '1' }, aliases: {} });
    expect(refusal(() => make('m')).message).toBe('Registered Model (name=m) already exists.');
    const prompt = { 'mlflow.prompt.is_prompt': 'true' };
    expect(refusal(() => make('m', prompt)).message).toContain('Tried to create a prompt with name');
    make('p', prompt);
    expect(refusal(() => make('p', prompt)).message).toBe('Prompt (name=p) already exists.');
  });

  test.each([
    ['', "Missing value for required parameter 'name'."],
    ['  ', "Missing value for required parameter 'name'."],
    ['a/b', "Invalid model name 'a/b'. Names cannot contain '/' or ':'."],
    ['a:b', "Invalid model name 'a:b'. Names cannot contain '/' or ':'."],
    ['..', 'must not resolve to other names'],
    ['x'.repeat(501), "'name' exceeds the maximum length of 500 characters"],
  ])('%j is no name', (name, message) => {
    expect(refusal(() => make(name))).toEqual({ code: 'params.invalid', message: expect.stringContaining(message) });
    expect(refusal(() => parts.registry.models.get(name)).code).toBe('params.invalid');
  });

  test('a renamed model keeps its versions, tags and aliases', async () => {
    make('old', { a: '1' });
    await parts.create('old');
    parts.registry.models.setAlias('old', 'champion', 1);
    expect(await parts.registry.rename('old', 'new')).toMatchObject({ name: 'new', tags: { a: '1' } });
    expect(parts.registry.models.byAlias('new', 'champion')).toMatchObject({ model: 'new', version: 1 });
    expect(refusal(() => parts.registry.models.get('old')).message).toBe('Registered Model with name=old not found');
    make('other');
    await expect(parts.registry.rename('new', 'other')).rejects.toMatchObject({ data: { reason: 'exists' } });
  });

  test('a name that modelyard.yaml has gates for cannot be had by renaming', async () => {
    parts.models['credit'] = {
      stages: ['dev', 'production'],
      gates: { production: [{ metric: 'auc', at_least: 0.9, severity: 'error' }] },
    };
    make('unjudged');
    await expect(parts.registry.rename('unjudged', 'credit')).rejects.toMatchObject({
      code: 'params.invalid',
      message: 'modelyard.yaml has gates for the model credit.',
    });
  });
});

describe('deletion', () => {
  test('hides the model, keeps its history, and frees the name for a model that begins at version 1', async () => {
    await parts.register('m');
    await parts.register('m');
    await parts.registry.promote({ name: 'm', version: 1, to: 'staging', reason: 'r' });
    parts.registry.models.delete('m');
    expect(await parts.registry.list()).toEqual([]);
    expect(parts.registry.holder('m', 'staging')).toBeUndefined();
    expect(await parts.register('m')).toMatchObject({ version: 1 });
    const moves = parts.store.db.prepare('SELECT version, to_stage FROM stage_move ORDER BY id').all();
    expect(moves).toEqual([
      { version: 1, to_stage: 'dev' },
      { version: 2, to_stage: 'dev' },
      { version: 1, to_stage: 'staging' },
      { version: 2, to_stage: 'deleted' },
      { version: 1, to_stage: 'deleted' },
      { version: 1, to_stage: 'dev' },
    ]);
    expect((await parts.registry.get('m')).history, 'that of the new one').toHaveLength(1);
  });

  test('the number of a deleted version is not given again; its aliases go, its moves stay', async () => {
    await parts.register('m');
    await parts.register('m');
    parts.registry.models.setAlias('m', 'champion', 2);
    parts.registry.versions.delete('m', 2);
    expect((await parts.registry.get('m')).aliases).toEqual({});
    expect(await parts.register('m')).toMatchObject({ version: 3 });
    const { versions, history } = await parts.registry.get('m');
    expect(versions.map(({ version }) => version)).toEqual([3, 1]);
    expect(history.map(({ version, to, by }) => [version, to, by])).toEqual([
      [3, 'dev', 'ann'],
      [2, 'deleted', 'ann'],
      [2, 'dev', 'ann'],
      [1, 'dev', 'ann'],
    ]);
    expect(refusal(() => parts.registry.versions.get('m', 2)).message).toBe(
      'Model Version (name=m, version=2) not found',
    );
  });
});

describe('aliases', () => {
  test('name one version each, and move', async () => {
    await parts.register('m');
    await parts.register('m');
    expect(await parts.registry.setAlias('m', 'champion', 1)).toMatchObject({ aliases: { champion: 1 } });
    expect(await parts.registry.setAlias('m', 'champion', 2)).toMatchObject({ aliases: { champion: 2 } });
    expect(parts.registry.models.byAlias('m', 'champion')).toMatchObject({ version: 2, aliases: ['champion'] });
    expect(parts.registry.models.byAlias('m', 'LATEST')).toMatchObject({ version: 2 });
    expect(await parts.registry.deleteAlias('m', 'champion')).toMatchObject({ aliases: {} });
    expect(await parts.registry.deleteAlias('m', 'champion'), 'again').toMatchObject({ aliases: {} });
    expect(refusal(() => parts.registry.models.byAlias('m', 'champion'))).toEqual({
      code: 'params.invalid',
      message: 'Registered model alias champion not found.',
    });
  });

  test.each([
    ['latest', "'latest' alias name (case insensitive) is reserved."],
    ['Latest', 'is reserved'],
    ['v3', "Version alias name 'v3' is reserved."],
    ['V12', 'is reserved'],
    ['a b', "Invalid alias name: 'a b'."],
    ['a.b', 'Invalid alias name'],
    ['', 'Invalid alias name'],
    ['x'.repeat(256), 'exceeds the maximum length of 255 characters'],
  ])('%j is none', async (alias, message) => {
    await parts.register('m');
    expect(refusal(() => parts.registry.models.setAlias('m', alias, 1)).message).toContain(message);
  });

  test('need the version', async () => {
    await parts.register('m');
    expect(refusal(() => parts.registry.models.setAlias('m', 'a', 9)).message).toContain('version=9) not found');
    expect(refusal(() => parts.registry.models.setAlias('none', 'a', 1)).message).toContain('(name=none, version=1)');
  });
});

test('tags have names like files and values up to 100,000 characters', () => {
  make('m');
  parts.registry.models.setTag('m', 'team', 'risk');
  parts.registry.models.setTag('m', 'team', '');
  expect(parts.registry.models.get('m').tags).toEqual({ team: '' });
  parts.registry.models.deleteTag('m', 'team');
  parts.registry.models.deleteTag('m', 'team');
  expect(parts.registry.models.get('m').tags).toEqual({});
  const set = (key: string, value: string) => refusal(() => parts.registry.models.setTag('m', key, value)).message;
  expect(set('k$', 'v')).toContain('Names may only contain');
  expect(set('a/../b', 'v')).toContain('must not resolve to other names');
  expect(set('k'.repeat(251), 'v')).toContain("'key' exceeds the maximum length of 250 characters");
  expect(set('k', 'v'.repeat(100_001))).toContain("'value' exceeds the maximum length of 100000 characters");
  expect(set('mlflow.prompt.text', 'v'.repeat(100_001))).toContain('Prompt text exceeds max length');
});

test('prompts are no models to people', async () => {
  make('p', { 'mlflow.prompt.is_prompt': 'true' });
  make('m');
  expect((await parts.registry.list()).map(({ name }) => name)).toEqual(['m']);
});

test('every change is told once, and what others wait for with its words', async () => {
  make('m', { a: '1' });
  await parts.create('m', { run: 'elsewhere', tags: { b: '2' } });
  parts.registry.versions.setTag('m', 1, { key: 'k', value: 'v' });
  parts.registry.versions.deleteTag('m', 1, 'k');
  parts.registry.models.setAlias('m', 'champion', 1);
  parts.registry.models.deleteAlias('m', 'champion');
  parts.registry.models.setTag('m', 'c', '3');
  parts.registry.models.describe('m', 'new');
  parts.registry.versions.describe('m', 1, 'new');
  parts.registry.versions.delete('m', 1);
  expect(parts.changed).toEqual(Array.from({ length: 10 }, () => 'm'));
  expect(parts.told).toEqual([
    { entity: 'registered_model', action: 'created', data: { name: 'm', description: 'd', tags: { a: '1' } } },
    {
      entity: 'model_version',
      action: 'created',
      data: { name: 'm', version: '1', source: 's3://b/a', run_id: 'elsewhere', description: null, tags: { b: '2' } },
    },
    { entity: 'model_version_tag', action: 'set', data: { name: 'm', version: '1', key: 'k', value: 'v' } },
    { entity: 'model_version_tag', action: 'deleted', data: { name: 'm', version: '1', key: 'k' } },
    { entity: 'model_version_alias', action: 'created', data: { name: 'm', alias: 'champion', version: '1' } },
    { entity: 'model_version_alias', action: 'deleted', data: { name: 'm', alias: 'champion' } },
  ]);
});

test('of prompts everything is told as of prompts, without their marks', async () => {
  const mark = { 'mlflow.prompt.is_prompt': 'true' };
  make('p', { ...mark, a: '1' });
  await parts.create('p', { tags: { ...mark, 'mlflow.prompt.text': 'Hi {{name}}', b: '2' } });
  parts.registry.models.setTag('p', 'c', '3');
  parts.registry.models.deleteTag('p', 'c');
  parts.registry.versions.setTag('p', 1, { key: 'k', value: 'v' });
  parts.registry.models.setAlias('p', 'prod', 1);
  expect(parts.told.map(({ entity, action, data }) => [`${entity}.${action}`, data])).toEqual([
    ['prompt.created', { name: 'p', description: 'd', tags: { a: '1' } }],
    [
      'prompt_version.created',
      { name: 'p', version: '1', description: null, template: 'Hi {{name}}', tags: { b: '2' } },
    ],
    ['prompt_tag.set', { name: 'p', key: 'c', value: '3' }],
    ['prompt_tag.deleted', { name: 'p', key: 'c' }],
    ['prompt_version_tag.set', { name: 'p', version: '1', key: 'k', value: 'v' }],
    ['prompt_alias.created', { name: 'p', alias: 'prod', version: '1' }],
  ]);
});

test('a version of a pipeline is told like one of a client, with its model when that is new', async () => {
  const runId = parts.newRun();
  await parts.register('m', runId);
  await parts.register('m', runId);
  const source = `mlflow-artifacts:/0/${runId}/artifacts/model`;
  expect(parts.told).toMatchObject([
    { entity: 'registered_model', data: { name: 'm' } },
    { entity: 'model_version', data: { name: 'm', version: '1', source, run_id: runId } },
    { entity: 'model_version', data: { version: '2' } },
  ]);
  expect(parts.registry.versions.get('m', 2)).toMatchObject({ runId, source, storage: source, status: 'READY' });
});

test('all models are listed with as many queries as one, each with its own versions, moves and reports', async () => {
  const { registry, store, models, register, evaluate } = parts;
  const queries = async (): Promise<number> => {
    const prepare = vi.spyOn(store.db, 'prepare');
    await registry.list();
    const { length } = prepare.mock.calls;
    prepare.mockRestore();
    return length;
  };
  for (const name of ['a', 'b'])
    models[name] = {
      stages: ['dev', 'staging'],
      gates: { staging: [{ metric: 'auc', severity: 'error', at_least: 0.7 }] },
    };
  evaluate({ auc: 0.8 });
  await register('a');
  const one = await queries();
  await register('a');
  await register('b');
  for (let number = 0; number < 20; number++) make(`m${number}`);
  await registry.promote({ name: 'b', version: 1, to: 'staging', reason: 'good' });
  expect(await queries()).toBe(one);
  const listed = await registry.list();
  expect(listed).toEqual(await Promise.all(listed.map(({ name }) => registry.get(name))));
  expect(listed.slice(0, 3)).toMatchObject([
    { name: 'a', versions: [{ version: 2 }, { version: 1 }], history: [{ version: 2 }, { version: 1 }], gates: [] },
    { name: 'b', versions: [{ version: 1 }], holders: { staging: 1 }, history: [{ to: 'staging' }, { to: 'dev' }] },
    { name: 'm0', versions: [], history: [], gates: [] },
  ]);
  expect(listed[1]!.gates).toMatchObject([{ model: 'b', stage: 'staging', verdict: 'passed' }]);
});
