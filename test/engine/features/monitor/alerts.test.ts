import { expect, test } from 'vitest';
import { alertsOf, type Watched } from '../../../../engine/features/monitor/alerts';

const hour = 3_600_000;
const now = Date.UTC(2024, 1, 29);
const watched: Watched = {
  ...{
    name: 'loans@v1',
    monitor: { max_age: 48 * hour },
    statistics: [],
    skew: [],
    windows: new Set<string>(),
    now,
    hasTimes: true,
  },
  consumers: { services: [], models: [{ model: 'risk', version: 3 }], endpoints: ['risk@production'] },
};
const said = (more: Partial<Watched>) => alertsOf({ ...watched, ...more }).map(({ kind, message }) => [kind, message]);

test('a source that has become empty is older than any bound', () => {
  expect(said({})).toEqual([
    [
      'age',
      'loans@v1: it has no event at all, where the newest may be 2 days old. Used by risk@3, the server of risk@production.',
    ],
  ]);
  expect(said({ newestEvent: now - hour })).toEqual([]);
  expect(said({ hasTimes: false })).toEqual([]);
  expect(said({ monitor: {}, ttl: hour })).toEqual([]); // nothing expires where nothing is
});
