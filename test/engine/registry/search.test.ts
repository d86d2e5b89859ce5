import { beforeEach, describe, expect, test } from 'vitest';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';

let parts: TestRegistry;
const mark = { 'mlflow.prompt.is_prompt': 'true' };

beforeEach(async () => {
  parts = await openTestRegistry();
  const make = (name: string, tags: Record<string, string> = {}) =>
    parts.registry.models.create({ name, description: '', tags });
  make('Alpha', { team: 'risk' });
  make('beta', { team: 'sales', tier: '1' });
  make('gamma');
  make('prompt', mark);
  await parts.create('beta', { source: 's3://b/one', storage: '', run: 'run1', tags: { kind: 'tree' } });
  await parts.create('beta', { source: 's3://b/two', storage: '', run: 'run2', tags: { kind: 'net', seed: '7' } });
  await parts.create('Alpha', { source: 's3://b/three', storage: '' });
  await parts.create('prompt', { source: 'dummy-source', storage: '', tags: mark });
  parts.registry.models.describe('gamma', 'changed last');
});

const models = (filter = '', orderBy: string[] = []) =>
  parts.registry.models.search({ filter, orderBy, limit: 100 }).models.map(({ name }) => name);
const versions = (filter = '', orderBy: string[] = ['name', 'version_number']) =>
  parts.registry.versions.search({ filter, orderBy, limit: 100 }).versions.map(one => `${one.model}/${one.version}`);

describe('models', () => {
  test.each([
    ['', ['Alpha', 'beta', 'gamma']],
    ["name = 'beta'", ['beta']],
    ["name != 'beta'", ['Alpha', 'gamma']],
    ["name LIKE '%a'", ['Alpha', 'beta', 'gamma']],
    ["name LIKE 'a%'", []],
    ["name ILIKE 'a%'", ['Alpha']],
    ["name IN ('beta', 'gamma')", ['beta', 'gamma']],
    ["name NOT IN ('beta')", ['Alpha', 'gamma']],
    ["attribute.name = 'beta'", ['beta']],
    ["tags.team = 'risk'", ['Alpha']],
    ["tags.team != 'risk'", ['beta']],
    ["tag.`team` LIKE 's%' AND tags.tier = '1'", ['beta']],
    ["tags.mlflow.prompt.is_prompt = 'true'", ['prompt']],
    ["tags.`mlflow.prompt.is_prompt` != 'false'", ['prompt']],
    ["tags.mlflow.prompt.is_prompt = 'false'", ['Alpha', 'beta', 'gamma']],
    ["tags.mlflow.prompt.is_prompt != 'true' AND name = 'beta'", ['beta']],
    ["name = 'prompt'", []],
  ])('%s', (filter, expected) => expect(models(filter)).toEqual(expected));

  test.each([
    [['name DESC'], ['gamma', 'beta', 'Alpha']],
    [['creation_timestamp'], ['Alpha', 'beta', 'gamma']],
    [['last_updated_timestamp DESC'], ['gamma', 'Alpha', 'beta']],
    [['timestamp'], ['beta', 'Alpha', 'gamma']],
  ])('by %j', (orderBy, expected) => expect(models('', orderBy)).toEqual(expected));

  test.each([
    ["run_id = 'x'", [], "Invalid attribute key 'run_id' specified."],
    ['metrics.auc > 1', [], "Invalid entity type 'metrics'."],
    ["tags.team IN ('a')", [], "Invalid comparator 'IN'"],
    ["name > 'a'", [], "Invalid comparator '>'"],
    ["name = 'a' OR name = 'b'", [], "Invalid clause(s) in filter string: 'OR'"],
    ['', ['tags.team'], 'The result cannot be ordered by this.'],
    ['', ['name', 'name DESC'], '`order_by` contains duplicate fields'],
  ])('%s by %j is refused', (filter, orderBy, message) =>
    expect(() => models(filter, orderBy)).toThrow(
      expect.objectContaining({ code: 'params.invalid', message: expect.stringContaining(message) }),
    ),
  );
});

describe('versions', () => {
  test.each([
    ['', ['Alpha/1', 'beta/1', 'beta/2']],
    ["name = 'beta'", ['beta/1', 'beta/2']],
    ["run_id = 'run1'", ['beta/1']],
    ["run_id IN ('run1', 'run2')", ['beta/1', 'beta/2']],
    ["source_path LIKE '%t%'", ['Alpha/1', 'beta/2']],
    ['version_number > 1', ['beta/2']],
    ["tags.kind != 'net'", ['beta/1']],
    ["tags.kind = 'net' AND tags.seed = '7' AND version_number = 2", ['beta/2']],
    ["tags.mlflow.prompt.is_prompt = 'true'", ['prompt/1']],
  ])('%s', (filter, expected) => expect(versions(filter)).toEqual(expected));

  test('the newest first, unless asked otherwise', () => {
    expect(versions('', [])).toEqual(['Alpha/1', 'beta/2', 'beta/1']);
    expect(versions('', ['name DESC'])).toEqual(['beta/2', 'beta/1', 'Alpha/1']);
  });
  test('a part of a version is refused', () =>
    expect(() => versions('version_number = 1.5')).toThrow(
      "Invalid value for numeric attribute 'version_number': 1.5",
    ));
  test('of a deleted version nothing is found', () => {
    parts.registry.versions.delete('beta', 1);
    expect(versions()).toEqual(['Alpha/1', 'beta/2']);
  });
});

test('pages follow each other without gap or repetition, whatever is changed between them', async () => {
  for (let number = 0; number < 20; number++)
    parts.registry.models.create({ name: `n${String(number).padStart(2, '0')}`, description: '', tags: {} });
  const search = { filter: "name LIKE 'n%'", orderBy: ['name DESC'], limit: 6 };
  const seen: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = parts.registry.models.search({ ...search, ...(pageToken !== undefined && { pageToken }) });
    seen.push(...page.models.map(({ name }) => name));
    pageToken = page.nextPageToken;
    parts.registry.models.create({ name: `n99${seen.length}`, description: '', tags: {} }); // before what was read
  } while (pageToken !== undefined);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `n${String(19 - index).padStart(2, '0')}`));
  expect(() => parts.registry.models.search({ ...search, pageToken: 'evilhax' })).toThrow('Invalid page token');
});
