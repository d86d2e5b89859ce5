import { expect, test } from 'vitest';
import { openTestRegistry } from '../../support/registry';
import { holderOf } from '../../../engine/gates/holders';

test('who holds a stage or has an alias; nobody yet; somebody who was deleted', async () => {
  const { registry, models, register } = await openTestRegistry();
  models['m'] = { stages: ['dev', 'production'], gates: {} };
  expect(holderOf(undefined, 'production')).toBeUndefined();
  await register('m');
  await register('m');
  const now = async () => registry.get('m');
  expect(holderOf(await now(), 'production')).toBeUndefined();
  await registry.promote({ name: 'm', version: 1, to: 'production', reason: 'first' });
  await registry.setAlias('m', 'champion', 1);
  expect(holderOf(await now(), 'production')).toMatchObject({ version: { version: 1 } });
  expect(holderOf(await now(), 'champion')).toMatchObject({
    version: { version: 1 },
    place: 'with the alias champion',
  });
  registry.versions.delete('m', 1);
  expect(holderOf(await now(), 'production')).toEqual({
    lost: expect.stringMatching(
      /^version 1 of m, which held production, was deleted on \d{4}-\d\d-\d\d by ann: move another/,
    ),
  });
  expect(holderOf(await now(), 'champion', 2)).toEqual({
    lost: expect.stringContaining('no version of m has the alias champion'),
  });
  await registry.promote({ name: 'm', version: 2, to: 'production', reason: 'second' });
  expect(holderOf(await now(), 'production')).toMatchObject({ version: { version: 2 } });
});

test('whoever was archived and then deleted is lost as well; one that was restored has left the stage', async () => {
  const { registry, models, register } = await openTestRegistry();
  models['m'] = { stages: ['dev', 'production'], gates: {} };
  await register('m');
  await register('m');
  await registry.promote({ name: 'm', version: 1, to: 'production', reason: '' });
  registry.wayBack.archive({ name: 'm', version: 1, reason: '' });
  expect(holderOf(await registry.get('m'), 'production', 2)).toBeUndefined();
  await registry.wayBack.delete({ name: 'm', version: 1, reason: '' });
  expect(holderOf(await registry.get('m'), 'production', 2)).toEqual({
    lost: expect.stringMatching(/^version 1 of m, which held production, was deleted on /),
  });
  await registry.wayBack.restore({ name: 'm', version: 1, reason: '' });
  expect(holderOf(await registry.get('m'), 'production', 2)).toBeUndefined();
});

test('the first version of a model has nobody to be compared with', async () => {
  const { registry, register } = await openTestRegistry();
  await register('m');
  expect(holderOf(await registry.get('m'), 'champion', 1)).toBeUndefined();
});
