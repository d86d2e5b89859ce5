import { beforeEach, expect, test } from 'vitest';
import type { CleanUpRequest } from '../../../engine/protocol/registryMoves';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';

const day = 86_400_000;
let parts: TestRegistry;

/** m: 1 archived, 2 in production, 3 with an alias, 4 deployed, 5 to 8 in dev; 1 to 6 are 100 days old. n: 1 in dev. */
beforeEach(async () => {
  parts = await openTestRegistry();
  parts.models['m'] = { stages: ['dev', 'production'], gates: {} };
  parts.clock.now = 1_000 * day;
  for (let version = 1; version <= 6; version++) await parts.register('m');
  await parts.registry.promote({ name: 'm', version: 1, to: 'production', reason: '' });
  await parts.registry.promote({ name: 'm', version: 2, to: 'production', reason: '' });
  await parts.registry.setAlias('m', 'champion', 3);
  parts.inUse.set('m 4', 'the deployment api');
  parts.clock.now += 100 * day;
  for (let version = 7; version <= 8; version++) await parts.register('m');
  await parts.register('n');
});

const clean = (request: Partial<CleanUpRequest> = {}) =>
  parts.registry.cleaning.run({ model: 'm', keepLast: 1, olderThan: 90, action: 'archive', dryRun: true, ...request });
const stages = async (): Promise<Record<number, string>> =>
  Object.fromEntries((await parts.registry.get('m')).versions.map(({ version, stage }) => [version, stage]));

test('it says what goes, what stays and why', async () => {
  const { changed, kept } = await clean();
  expect(changed.map(({ version }) => version)).toEqual([6, 5]);
  expect(Object.fromEntries(kept.map(({ version, why }) => [version, why]))).toEqual({
    8: 'it is the newest',
    7: 'it is younger than 90 days',
    4: 'it is in use by the deployment api',
    3: 'it has the alias champion',
    2: 'it is in production',
    1: 'it is archived already',
  });
});

test.each(['archive', 'delete'] as const)(
  'to %s: what a dry run names is what is done, and nothing else',
  async action => {
    const before = await stages();
    const planned = await clean({ action, keepLast: 0, olderThan: 90 });
    expect(await stages(), 'a dry run changes nothing').toEqual(before);
    const done = await clean({ action, keepLast: 0, olderThan: 90, dryRun: false });
    expect(done).toEqual({ ...planned, dryRun: false });
    const after = await stages();
    const gone = Object.keys(before).filter(version => after[Number(version)] !== before[Number(version)]);
    expect(gone.map(Number)).toEqual(done.changed.map(({ version }) => version).sort());
    expect((await parts.registry.get('m')).history[0]).toMatchObject({ reason: 'cleaned up', by: 'ann' });
    expect((await clean({ action, keepLast: 0, olderThan: 90 })).changed, 'a second time').toEqual([]);
  },
);

test('what a rollback would put back is not deleted', async () => {
  expect((await clean({ action: 'delete', keepLast: 0 })).kept).toContainEqual({
    ...{ model: 'm', version: 1, stage: 'archived', why: 'a rollback of production would put it back' },
  });
});

test('what has become protected since the dry run stays, and what nobody has named', async () => {
  const planned = await clean();
  await parts.registry.setAlias('m', 'late', 6);
  const only = planned.changed.map(({ model, version }) => ({ model, version }));
  const done = await clean({ dryRun: false, only, keepLast: 0, olderThan: 0 });
  expect(done.changed.map(({ version }) => version)).toEqual([5]);
  expect(done.kept).toContainEqual(expect.objectContaining({ version: 6, why: 'it has the alias late' }));
  expect(done.kept).toContainEqual(expect.objectContaining({ version: 7, why: 'it was not asked for' }));
});

test('without a model all are looked at, the newest of each stays; without an age all are old enough', async () => {
  const { model: _, olderThan: __, ...request } = { model: 'm', olderThan: 1, keepLast: 1 };
  const { changed, kept } = await parts.registry.cleaning.run({ ...request, action: 'archive', dryRun: true });
  expect(changed.map(({ model, version }) => `${model} ${version}`)).toEqual(['m 7', 'm 6', 'm 5']);
  expect(kept).toContainEqual({ model: 'n', version: 1, stage: 'dev', why: 'it is the newest' });
});

test('a model that is not there, and a config that cannot be read, are refused', async () => {
  await expect(clean({ model: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  parts.config.isBroken = true;
  await expect(clean({ dryRun: false })).rejects.toMatchObject({ code: 'config.invalid' });
});
