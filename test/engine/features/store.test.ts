import { expect, it } from 'vitest';
import { MaterialisationStore } from '../../../engine/features/online/materialisationStore';
import { FeatureStore } from '../../../engine/features/store';
import { openTestStore } from '../../support/store';
import { define } from './definition/views';

const open = async () => {
  const { db } = await openTestStore();
  return { store: new FeatureStore(db), materialisations: new MaterialisationStore(db) };
};

it('numbers definitions as they are first seen, and knows an old one again', async () => {
  const { store } = await open();
  const [first, second] = [define(), define({ ttl: 1000 })];
  expect(store.record('loans', first, 1)).toMatchObject({ version: 1, isNew: true, createdAt: 1 });
  expect(store.record('loans', second, 2)).toMatchObject({ version: 2, isNew: true });
  expect(store.record('loans', first, 3)).toMatchObject({ version: 1, isNew: false, createdAt: 1 });
  expect(store.record('other', first, 4)).toMatchObject({ version: 1, isNew: true });
  expect(store.versions('loans').map(({ version, hash }) => [version, hash])).toStrictEqual([
    [2, second.hash],
    [1, first.hash],
  ]);
  expect(store.version('loans', 1)?.definition).toStrictEqual(first.definition);
  expect(store.version('loans', 3)).toBe(undefined);
  expect(store.views()).toStrictEqual(['loans', 'other']);
});

it('keeps where the file of a version lies now', async () => {
  const { store } = await open();
  const { definition, hash } = define();
  store.record('loans', { definition, hash }, 1);
  if (definition.kind !== 'batch' || !definition.source) throw new Error('It has no source.');
  const moved = { ...definition, source: { ...definition.source, path: 'elsewhere/loans.csv' } };
  expect(store.record('loans', { definition: moved, hash }, 2)).toMatchObject({ version: 1, isNew: false });
  expect(store.version('loans', 1)?.definition).toStrictEqual(moved);
});

it('keeps what was last found in a source', async () => {
  const { store } = await open();
  const version = store.record('loans', define(), 1);
  store.putSourceState(version, { readAt: 10, rows: 5, entities: 2, newestEvent: 1000.5 });
  expect(store.sourceState('loans', 1)).toStrictEqual({ readAt: 10, rows: 5, entities: 2, newestEvent: 1000.5 });
  store.putSourceState(version, { readAt: 11, rows: 0 });
  expect(store.sourceState('loans', 1)).toStrictEqual({ readAt: 11, rows: 0 });
  expect(store.sourceState('loans', 2)).toBe(undefined);
});

it('counts only what was materialised to its end, by online store', async () => {
  const { store, materialisations } = await open();
  const { view, version } = store.record('loans', define(), 1);
  const begin = (to: number, where = 'local') =>
    materialisations.begin({ view, version, store: where, to, startedAt: to });
  const first = begin(100);
  expect(materialisations.materialisedTo({ view, version }, 'local')).toBe(undefined);
  materialisations.end(first, { status: 'complete', rows: 10, written: 4, endedAt: 101 });
  materialisations.end(begin(200), { status: 'failed', rows: 3, written: 1, endedAt: 201, problem: 'No file.' });
  materialisations.end(begin(300, 'redis'), { status: 'complete', rows: 3, written: 1, endedAt: 301 });
  const left = begin(400);
  materialisations.recover(500);
  materialisations.end(left, { status: 'complete', rows: 1, written: 1, endedAt: 501 }); // too late
  expect(materialisations.materialisedTo({ view, version }, 'local')).toBe(100);
  expect(materialisations.materialisedTo({ view, version }, 'redis')).toBe(300);
  expect(materialisations.get(left)).toMatchObject({ status: 'interrupted', endedAt: 500 });
  expect(materialisations.list('loans', 3).map(({ status, to }) => [status, to])).toStrictEqual([
    ['interrupted', 400],
    ['complete', 300],
    ['failed', 200],
  ]);
});
