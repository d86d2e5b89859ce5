import { describe, expect, it } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { FeatureModel } from '../../../engine/features/catalogue/consumers';
import { FeatureService } from '../../../engine/features/service';
import type { FeatureViewConfig, OnDemandViewConfig } from '../../../engine/protocol/featureConfig';
import type { DatasetConfig, WorkspaceConfig } from '../../../engine/protocol/workspaceConfig';
import { openTestStore } from '../../support/store';
import { columns, loans } from './definition/views';

const dataset: DatasetConfig = { path: 'data/loans.csv', format: 'csv', missing: [], expect: [] };
const affordability: OnDemandViewConfig = {
  kind: 'on-demand',
  request: { asked: 'number' },
  uses: ['loans:amount'],
  features: { share: { from: { kind: 'expression', expression: 'asked / amount' } } },
};
const base: WorkspaceConfig = {
  ...{ name: 'w', pipelines: {}, models: {}, tracking: { system_metrics: false } },
  datasets: { loans: dataset },
  entities: { applicant: { key: 'applicant_id', description: 'Who asks' } },
  features: { loans: { ...loans, owner: 'risk', privacy: 'personal' }, affordability },
  feature_services: { 'credit-risk': { features: ['loans:amount', 'affordability'] }, all: { features: ['loans'] } },
};

/** A workspace whose modelyard.yaml and data can be changed. */
async function world(
  given: {
    readonly models?: readonly FeatureModel[];
    readonly pushed?: Readonly<Record<string, number>>;
    readonly online?: number;
  } = {},
) {
  const { db } = await openTestStore();
  const state = { config: base, columns: [...columns] as { name: string; type: (typeof columns)[number]['type'] }[] };
  const changes: (readonly string[])[] = [];
  const service = new FeatureService({
    db,
    load: async () => ({
      config: state.config,
      file: 'modelyard.yaml',
      locate: key => ({ startLine: key.length, startColumn: 1, endLine: key.length, endColumn: 2 }),
    }),
    columns: async name => {
      if (name === 'loans') return state.columns;
      throw new ModelyardError('data.missing', `There is no file of ${name}.`);
    },
    models: async () => given.models ?? [],
    pushedTo: view => given.pushed?.[view],
    online: async () => given.online,
    alerts: () => [],
    changed: views => changes.push(views),
    now: () => 1000,
  });
  const views = (features: Readonly<Record<string, FeatureViewConfig>>) => {
    state.config = { ...state.config, features: { ...state.config.features, ...features } };
  };
  return { service, state, changes, views };
}

describe('what is online', () => {
  const materialised = async (written: number, given: Parameters<typeof world>[0] = {}) => {
    const { service } = await world(given);
    await service.apply();
    const { materialisations } = service;
    const id = materialisations.begin({ view: 'loans', version: 1, store: 'local', to: 900, startedAt: 800 });
    materialisations.end(id, { status: 'complete', rows: written, written, endedAt: 1000 });
    return service;
  };
  const listed = async (service: FeatureService) => (await service.list()).views[0]?.freshness;

  it('is nothing where a materialisation has found nothing, and nothing was pushed', async () => {
    expect(await listed(await materialised(0, { online: 0 }))).toMatchObject({ materialisedTo: 900, isEmpty: true });
    expect(await listed(await materialised(0))).toMatchObject({ isEmpty: true });
    expect(await listed(await materialised(2))).not.toHaveProperty('isEmpty');
    expect(await listed(await materialised(0, { online: 3 }))).not.toHaveProperty('isEmpty');
    expect(await listed(await materialised(0, { pushed: { loans: 5 } }))).not.toHaveProperty('isEmpty');
  });

  it('is counted where one view is asked for', async () => {
    const service = await materialised(2, { online: 40 });
    expect((await service.get('loans')).freshness.online).toBe(40);
    expect(await listed(service)).not.toHaveProperty('online');
  });
});

describe('versions', () => {
  it('begin with apply, which says what is new', async () => {
    const { service, changes } = await world();
    expect((await service.list()).views.map(({ name, version }) => [name, version])).toStrictEqual([
      ['loans', undefined],
      ['affordability', undefined],
    ]);
    expect(await service.apply()).toStrictEqual({
      views: [
        { view: 'loans', version: 1, isNew: true },
        { view: 'affordability', version: 1, isNew: true },
      ],
    });
    expect((await service.apply()).views.every(({ isNew }) => !isNew)).toBe(true);
    expect(changes).toStrictEqual([['loans', 'affordability']]);
    expect((await service.list()).views.map(({ name, version }) => [name, version])).toStrictEqual([
      ['loans', 1],
      ['affordability', 1],
    ]);
  });

  it('go on with a definition, not with what is said of it, and come back', async () => {
    const { service, views } = await world();
    await service.apply();
    views({ loans: { ...loans, description: 'All loans', tags: { team: 'risk' } } });
    expect((await service.apply(['loans'])).views).toStrictEqual([{ view: 'loans', version: 1, isNew: false }]);
    views({ loans: { ...loans, ttl: 1000 } });
    expect((await service.apply()).views).toStrictEqual([
      { view: 'loans', version: 2, isNew: true },
      { view: 'affordability', version: 2, isNew: true }, // it computes with another version of loans
    ]);
    views({ loans });
    expect((await service.apply()).views.map(({ version }) => version)).toStrictEqual([1, 1]);
    expect((await service.get('loans')).history.map(({ version }) => version)).toStrictEqual([2, 1]);
    expect(await service.diff({ view: 'loans', before: 1, after: 2 })).toStrictEqual({
      ...{ view: 'loans', before: 1, after: 2 },
      definition: [{ what: 'ttl', before: '365d', after: '1s' }],
    });
  });

  it('are recorded as far as definitions hold together', async () => {
    const { service, state, views } = await world();
    const { event_time: _, ...timeless } = loans;
    views({ other: { ...timeless, source: 'elsewhere' }, late: { ...loans, event_time: 'opened' } });
    state.config = { ...state.config, datasets: { ...base.datasets, elsewhere: dataset } };
    const { views: applied } = await service.apply();
    expect(applied.find(({ view }) => view === 'loans')?.version).toBe(1);
    expect(applied.find(({ view }) => view === 'other')).toStrictEqual({
      ...{ view: 'other', isNew: false, problem: 'There is no file of elsewhere.' },
    });
    expect(applied.find(({ view }) => view === 'late')?.problemAt?.key).toBe('features.late.event_time');
    const late = (await service.list()).views.find(({ name }) => name === 'late');
    expect(late?.problem).toBe('Feature view late: its source has no column `opened`.');
    expect(late?.features.map(({ type }) => type)).toStrictEqual([undefined, undefined, undefined]);
  });

  it('can be asked for when the file has the view no longer', async () => {
    const { service, state } = await world();
    await service.apply();
    state.config = { ...base, features: {}, feature_services: {} };
    const list = await service.list();
    expect(list.views.map(({ name, versions, place }) => [name, versions, place])).toStrictEqual([
      ['affordability', 1, undefined],
      ['loans', 1, undefined],
    ]);
    expect((await service.selection({ features: ['loans@v1:amount'] })).columns[0]?.reference).toBe('loans@v1:amount');
    await expect(service.selection({ features: ['loans:amount'] })).rejects.toMatchObject({
      message: 'modelyard.yaml no longer has a feature view loans.',
      fix: 'Name a version of it: loans@v1.',
    });
  });

  it('read their dataset where it lies now', async () => {
    const { service, state, views } = await world();
    await service.apply();
    views({ loans: { ...loans, ttl: 1000 } });
    state.config = {
      ...state.config,
      datasets: { loans: { ...dataset, path: 'new/loans.parquet', format: 'parquet' } },
    };
    const { views: selected } = await service.selection({ features: ['loans@v1:amount'] });
    const [first] = selected;
    expect(first?.definition.kind === 'batch' && first.definition.source?.path).toBe('new/loans.parquet');
    expect(first?.version).toBe(1);
  });
});

describe('a list', () => {
  it('says what is said of views and features, who uses them, and where they stand', async () => {
    const models = [
      { model: 'credit', version: 3, stage: 'production', service: 'credit-risk', features: ['affordability@v1:share'], endpoints: ['credit@production'] }, // prettier-ignore
      { model: 'other', version: 1, features: ['spending@v1:sum'], endpoints: [] },
    ];
    const { service } = await world({ models, pushed: { loans: 1234.5 } });
    await service.apply();
    const { views, services, entities, online } = await service.list();
    const [first, second] = views;
    expect(first).toMatchObject({
      ...{ name: 'loans', kind: 'batch', owner: 'risk', source: 'loans', push: false, versions: 1, version: 1 },
      ttl: 31_536_000_000,
      place: { file: 'modelyard.yaml', line: 'features.loans'.length, key: 'features.loans' },
      consumers: {
        services: ['credit-risk', 'all'],
        models: [{ model: 'credit', version: 3, stage: 'production' }],
        endpoints: ['credit@production'],
      },
    });
    expect(first?.features[0]).toStrictEqual({
      ...{ name: 'amount', type: 'integer', from: { kind: 'column', column: 'amount' } },
      ...{ owner: 'risk', privacy: 'personal' },
    });
    expect(second?.consumers.services).toStrictEqual(['credit-risk']);
    expect([first?.freshness, second?.freshness]).toStrictEqual([{ pushedTo: 1234.5 }, {}]);
    expect(services.map(({ name, models: using }) => [name, using])).toStrictEqual([
      ['credit-risk', [{ model: 'credit', version: 3, stage: 'production' }]],
      ['all', []],
    ]);
    expect(entities).toStrictEqual([
      { entity: 'applicant', key: 'applicant_id', type: 'integer', description: 'Who asks' },
    ]);
    expect(online).toStrictEqual({ kind: 'local' });
  });

  it('counts services that use a view by way of what is computed on demand', async () => {
    const { service, state } = await world();
    state.config = { ...base, feature_services: { only: { features: ['affordability'] } } };
    expect((await service.list()).views[0]?.consumers.services).toStrictEqual(['only']);
  });
});

describe('a selection', () => {
  it('is of a service, and records what is new', async () => {
    const { service, changes } = await world();
    const selection = await service.selection({ service: 'credit-risk' });
    expect(selection.service).toBe('credit-risk');
    expect(selection.columns.map(({ column, reference }) => [column, reference])).toStrictEqual([
      ['amount', 'loans@v1:amount'],
      ['share', 'affordability@v1:share'],
    ]);
    expect(selection.views.map(({ view, features }) => [view, features])).toStrictEqual([
      ['loans', ['amount']],
      ['affordability', ['share']],
    ]);
    expect(new Set(changes.flat())).toStrictEqual(new Set(['loans', 'affordability']));
  });

  it('is refused with the way out', async () => {
    const { service } = await world();
    await expect(service.selection({ service: 'credit-rsk' })).rejects.toMatchObject({
      code: 'not-found',
      fix: 'Did you mean `credit-risk`?',
    });
    await expect(service.selection({})).rejects.toMatchObject({ code: 'params.invalid' });
    await expect(service.selection({ features: ['lons'] })).rejects.toMatchObject({ fix: 'Did you mean `loans`?' });
    await expect(service.selection({ features: ['loans@v7'] })).rejects.toThrow('has no version 7');
    await expect(service.get('nothing')).rejects.toThrow('There is no feature view nothing.');
    await expect(service.apply(['nothing'])).rejects.toThrow('There is no feature view nothing.');
  });

  it('has nothing computed on demand from what is so itself', async () => {
    const { service, views } = await world();
    views({ again: { ...affordability, uses: ['affordability:share'] } });
    const { views: applied } = await service.apply(['again']);
    expect(applied[0]?.problem).toBe(
      'Feature view again: affordability is itself computed when it is asked for, and cannot be computed with.',
    );
    views({ again: { ...affordability, uses: ['loans:nothing'] } });
    expect((await service.apply(['again'])).views[0]?.problem).toContain('feature view loans has no feature `nothing`');
  });
});

it('old versions that services name or models were trained with stay to be had, not those of other workspaces', async () => {
  const models: FeatureModel[] = [];
  const { service, state } = await world({ models });
  const names = async (views?: readonly string[]) =>
    (await service.servable(views)).versions.map(({ view, version }) => `${view}@v${version}`);
  await service.apply();
  state.config = { ...base, features: { ...base.features, loans: { ...loans, ttl: 1 } } };
  expect(await names()).toEqual(['loans@v2']);
  const model = { model: 'risk', version: 1, endpoints: [] };
  models.push({ ...model, features: ['loans@v1:amount', 'loans@v9:amount', 'gone@v1:x'] });
  expect(await names()).toEqual(['loans@v2', 'loans@v1']);
  expect(await names(['loans'])).toEqual(['loans@v2', 'loans@v1']);
});

it('a view that cannot be resolved does not keep others from being had', async () => {
  const { service, views, state } = await world();
  state.config = { ...base, feature_services: { old: { features: ['loans@v7'] } } };
  views({ broken: { ...loans, event_time: 'nothing' } });
  const { versions, failures } = await service.servable();
  expect(versions.map(({ view }) => view)).toEqual(['loans']);
  expect(failures.map(({ view, error }) => [view, error.code])).toEqual([
    ['broken', 'data.column'],
    ['loans@v7', 'not-found'],
  ]);
});
