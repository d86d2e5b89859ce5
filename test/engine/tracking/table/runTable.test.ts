import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runId } from '../../../../engine/ids';
import type { RunId } from '../../../../engine/protocol/ids';
import type { GroupQuery, RunQuery } from '../../../../engine/protocol/runTable';
import { openStore } from '../../../../engine/store/store';
import { TrackingService } from '../../../../engine/tracking/service';
import { wasmDir } from '../../../support/store';

interface Sample {
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly inputs?: readonly string[];
}

/** Runs by name; started 1, 2, 3 … ms after 1970. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  a: { params: { lr: '9', seed: '7' }, tags: { team: 'red' }, metrics: { auc: 0.7 }, inputs: ['two', 'one'] },
  b: { params: { lr: '10', seed: '7' }, tags: { team: 'blue' }, metrics: { auc: 0.8, cost: 1e9 + 1 }, inputs: ['one'] },
  c: { params: { lr: '10', seed: '7' }, tags: { team: 'blue' }, metrics: { auc: 0.6, cost: 1e9 + 3 } },
  d: { params: { lr: '10', seed: '7' }, tags: { team: '' }, metrics: { auc: Number.NaN, cost: Infinity } },
  e: { params: { seed: '7' }, metrics: {} },
};

let tracking: TrackingService;
let changed: string[];
const ids: Record<string, RunId> = {};

beforeEach(async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'modelyard-test-'));
  const store = await openStore({ root, wasmDir });
  changed = [];
  tracking = new TrackingService({
    store,
    events: { runsChanged: runs => changed.push(...runs.map(({ runId }) => runId)), points: () => undefined },
  });
  const { id: experimentId } = tracking.ensureExperiment('table');
  for (const [index, [name, sample]] of Object.entries(SAMPLES).entries()) {
    const { id } = tracking.createRun({
      experimentId,
      name,
      user: 'ada',
      startedAt: index + 1,
      tags: sample.tags ?? {},
    });
    ids[name] = id;
    const metrics = Object.entries(sample.metrics ?? {}).map(([key, value]) => ({ key, value }));
    await tracking.logBatch(id, { metrics, params: sample.params ?? {} });
    for (const dataset of sample.inputs ?? [])
      tracking.logInputs(id, [{ dataset, digest: '0123456789abcdef', context: 'training' }]);
  }
  return () => {
    store.close();
    rmSync(root, { recursive: true, force: true });
  };
});

const names = (found: readonly RunId[]) => tracking.table.list(found).map(({ name }) => name);
const found = (query: RunQuery, ...orderBy: string[]) => names(tracking.table.ids(query, orderBy).ids).join('');

describe('the order of a table', () => {
  test('is that of a search', () => {
    expect(found({}, 'metrics.auc DESC')).toBe('bacde');
    expect(found({ filter: "params.lr = '10'" })).toBe('dcb');
    expect(tracking.table.ids({}).more).toBe(false);
    tracking.deleteRun(ids['a']!);
    expect(found({ lifecycle: 'deleted' })).toBe('a');
  });

  test('rows are read in the order asked for, without those that do not exist', () => {
    expect(names([ids['c']!, runId('0'.repeat(32)), ids['a']!])).toEqual(['c', 'a']);
  });
});

describe('what the runs have', () => {
  test('is counted, with what is the same in all and where metrics lie', () => {
    const { runs, metrics, params, tags } = tracking.table.keys({});
    expect(runs).toBe(5);
    expect(metrics).toEqual([
      { key: 'auc', runs: 4, constant: false, min: 0.6, max: 0.8 },
      { key: 'cost', runs: 3, constant: false, min: 1e9 + 1, max: Infinity },
    ]);
    expect(params).toEqual([
      { key: 'lr', runs: 4, constant: false },
      { key: 'seed', runs: 5, constant: true },
    ]);
    expect(tags.find(({ key }) => key === 'team')).toEqual({ key: 'team', runs: 4, constant: false });
  });

  test('is that of the runs found only', () => {
    const { runs, metrics, params } = tracking.table.keys({ filter: "tags.team = 'blue'" });
    expect(runs).toBe(2);
    expect(params.every(({ constant }) => constant)).toBe(true);
    expect(metrics[0]).toEqual({ key: 'auc', runs: 2, constant: false, min: 0.6, max: 0.8 });
    expect(tracking.table.keys({ filter: 'metrics.auc > 5' })).toEqual({ runs: 0, metrics: [], params: [], tags: [] });
  });
});

describe('groups', () => {
  const groups = (query: Partial<GroupQuery>) => tracking.table.groups({ by: 'params.lr', ...query });
  const shown = (query: Partial<GroupQuery>) =>
    groups(query)
      .groups.map(({ value, runs }) => `${value ?? 'none'}:${runs}`)
      .join(' ');

  test('have count, mean, deviation and range of their finite values', () => {
    const all = groups({ metrics: ['auc', 'cost'], sort: 'runs', descending: true });
    expect(all.total).toBe(3);
    const [ten] = all.groups;
    expect(ten).toMatchObject({ value: '10', runs: 3, newest: 4 });
    expect(ten!.metrics['auc']).toMatchObject({ n: 2, min: 0.6, max: 0.8 });
    expect(ten!.metrics['auc']!.mean).toBeCloseTo(0.7, 12);
    expect(ten!.metrics['auc']!.sd).toBeCloseTo(Math.SQRT1_2 / 5, 12);
    // 1e9 + 1 and 1e9 + 3: in one pass nothing would be left of the deviation
    expect(ten!.metrics['cost']).toEqual({ n: 2, mean: 1e9 + 2, sd: Math.SQRT2, min: 1e9 + 1, max: 1e9 + 3 });
    expect(all.groups.find(({ value }) => value === '9')!.metrics).toEqual({
      auc: { n: 1, mean: 0.7, min: 0.7, max: 0.7 },
    });
    expect(all.groups.find(({ value }) => value === null)!.metrics).toEqual({});
  });

  test('are ordered by value, numbers as numbers, by count, by the newest run and by a mean', () => {
    expect(shown({ sort: 'value' })).toBe('9:1 10:3 none:1');
    expect(shown({ sort: 'value', descending: true })).toBe('10:3 9:1 none:1');
    expect(shown({})).toBe('none:1 10:3 9:1');
    const byName = { by: 'attributes.run_name', sort: { metric: 'auc' } };
    expect(shown(byName)).toBe('c:1 a:1 b:1 d:1 e:1');
    expect(shown({ ...byName, descending: true })).toBe('b:1 a:1 c:1 d:1 e:1');
  });

  test.each(['params.lr', 'tags.team', 'attributes.status', 'attributes.experiment', 'attributes.user_id', 'datasets'])(
    'by %s hold each run once, and are opened level by level',
    by => {
      const all = groups({ by }).groups;
      const opened = all.map(({ value }) => tracking.table.ids({ within: [{ by, value }] }).ids);
      expect(opened.map(one => one.length)).toEqual(all.map(({ runs }) => runs));
      expect(opened.flat().sort()).toEqual(Object.values(ids).sort());
    },
  );

  test('by data name all datasets of a run', () => {
    expect(groups({ by: 'datasets', sort: 'value' }).groups.map(({ value }) => value)).toEqual([
      'one 01234567',
      'one 01234567, two 01234567',
      null,
    ]);
  });

  test('come in pages that join up', () => {
    const pages: (string | null)[] = [];
    let pageToken: string | undefined;
    do {
      const page = groups({ sort: 'value', limit: 1, ...(pageToken !== undefined && { pageToken }) });
      expect(page.total).toBe(3);
      pages.push(...page.groups.map(({ value }) => value));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    expect(pages).toEqual(['9', '10', null]);
  });

  test.each([
    [{ by: 'metrics.auc' }, /cannot be grouped by metrics/],
    [{ by: 'attributes.nonsense' }, /Runs are grouped by params\.NAME/],
    [{ by: 'params.a b' }, /Only one name may stand here/],
    [{ limit: 0 }, /between 1 and 1000/],
    [{ pageToken: 'x' }, /Invalid page token/],
  ])('%o is refused', (query, message) => {
    expect(() => groups(query)).toThrow(message);
  });
});

describe('proposals', () => {
  const complete = (marked: string) => {
    const offset = marked.indexOf('|');
    return tracking.table.complete({ filter: marked.replace('|', ''), offset }).items.map(({ insert }) => insert);
  };

  test('are the values that runs have, the most frequent first', () => {
    expect(tracking.table.values({ entity: 'param', key: 'lr' })).toEqual([
      { value: '10', runs: 3 },
      { value: '9', runs: 1 },
    ]);
    expect(tracking.table.values({ entity: 'tag', key: 'team', like: 'LU' })).toEqual([{ value: 'blue', runs: 2 }]);
    expect(tracking.table.values({ entity: 'dataset', key: 'name' })).toEqual([
      { value: 'one', runs: 2 },
      { value: 'two', runs: 1 },
    ]);
    expect(tracking.table.values({ entity: 'attribute', key: 'status' })).toEqual([{ value: 'RUNNING', runs: 5 }]);
  });

  test('lead from nothing to a whole filter', () => {
    expect(complete('|').slice(0, 4)).toEqual(['metrics.auc ', 'metrics.cost ', 'params.lr ', 'params.seed ']);
    expect(complete('lr|')).toEqual(['params.lr ']);
    expect(complete('params.lr |')).toContain('IS NOT NULL ');
    expect(complete("params.lr = '1|")).toEqual(["'10' "]);
    expect(complete('params.lr = |')).toEqual(["'10' ", "'9' "]);
    expect(complete("params.lr = '10' |")).toEqual(['AND ']);
    expect(complete('metrics.auc > |')[0]).toMatch(/^0\.\d+ $/);
  });

  test('a filter is read as its conditions', () => {
    expect(tracking.table.conditions("metrics.auc > 0.5 and tags.team LIKE 'b%' AND params.x IS NULL")).toEqual([
      { entity: 'metric', key: 'auc', comparator: '>', value: 0.5 },
      { entity: 'tag', key: 'team', comparator: 'LIKE', value: 'b%' },
      { entity: 'param', key: 'x', comparator: 'IS NULL' },
    ]);
  });
});

describe('many runs at once', () => {
  test('are tagged, deleted and restored; each is told of once', () => {
    const runIds = [ids['a']!, ids['b']!];
    changed = [];
    tracking.changeRuns({ runIds: [...runIds, ids['a']!], tags: { team: null, star: 'true' } });
    expect(changed.sort()).toEqual([...runIds].sort());
    expect(tracking.getRun(ids['a']!).tags).toMatchObject({ star: 'true' });
    expect(tracking.getRun(ids['a']!).tags).not.toHaveProperty('team');
    tracking.changeRuns({ runIds, lifecycle: 'deleted' });
    expect(found({})).toBe('edc');
    tracking.changeRuns({ runIds, lifecycle: 'active' });
    expect(found({})).toBe('edcba');
  });

  test('all of them or none', () => {
    const runIds = [ids['a']!, runId('0'.repeat(32))];
    expect(() => tracking.changeRuns({ runIds, lifecycle: 'deleted' })).toThrow(/0{32}/);
    expect(() => tracking.changeRuns({ runIds: [ids['a']!], tags: { 'a//b': 'x' } })).toThrow(/must not resolve/);
    expect(found({})).toBe('edcba');
  });
});
