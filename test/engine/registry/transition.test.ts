import { beforeEach, describe, expect, test } from 'vitest';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';

let parts: TestRegistry;
beforeEach(async () => {
  parts = await openTestRegistry();
  for (let count = 0; count < 3; count++) await parts.register('m');
});
const move = (version: number, to: string, makeRoom = false) =>
  parts.registry.transition({ name: 'm', version }, { to, makeRoom, reason: 'asked for' });
const stages = async () => (await parts.registry.get('m')).versions.map(({ stage }) => stage).reverse();

test('several versions may be in a stage: the one that was moved there last holds it', async () => {
  await move(3, 'production');
  await move(1, 'production');
  expect(await stages()).toEqual(['production', 'dev', 'production']);
  expect(parts.registry.holder('m', 'production')).toMatchObject({ version: 1 });
  expect((await parts.registry.get('m')).holders).toEqual({ dev: 2, production: 1 });
  await move(3, 'production');
  expect(parts.registry.holder('m', 'production'), 'moved there again').toMatchObject({ version: 3 });
});

test('room is made by archiving all the others', async () => {
  await move(1, 'production');
  await move(2, 'production');
  expect(await move(3, 'production', true)).toMatchObject({ promoted: true, replaced: 2 });
  expect(await stages()).toEqual(['archived', 'archived', 'production']);
});

test('a promotion leaves one version in the stage, however many there were', async () => {
  await move(1, 'staging');
  await move(2, 'staging');
  expect(await parts.registry.promote({ name: 'm', version: 3, to: 'staging', reason: '' })).toMatchObject({
    replaced: 2,
  });
  expect(await stages()).toEqual(['archived', 'archived', 'staging']);
});

describe('gates', () => {
  beforeEach(() => {
    parts.models['m'] = {
      stages: ['dev', 'production'],
      gates: { production: [{ metric: 'auc', at_least: 0.75, severity: 'error' }] },
    };
  });

  test('judge as they do for a promotion, and the move keeps who, why and the report', async () => {
    parts.evaluate({ auc: 0.7 });
    expect(await move(1, 'production')).toMatchObject({
      promoted: false,
      gates: { results: [{ sentence: 'auc is 0.7, below the required 0.75.' }] },
    });
    expect(await stages()).toEqual(['dev', 'dev', 'dev']);
    parts.evaluate({ auc: 0.8 });
    expect(await move(1, 'production')).toMatchObject({ promoted: true });
    expect((await parts.registry.get('m')).history[0]).toMatchObject({
      ...{ version: 1, from: 'dev', to: 'production', by: 'ann', reason: 'asked for' },
      gates: { verdict: 'passed' },
    });
  });

  test('are not got around by way of the archive', async () => {
    parts.evaluate({ auc: 0.7 });
    await move(1, 'archived');
    expect(await move(1, 'production')).toMatchObject({ promoted: false });
  });

  test('nothing moves while modelyard.yaml has a mistake, but everything can be seen and registered', async () => {
    await parts.registry.get('m');
    parts.config.isBroken = true;
    await expect(move(1, 'production')).rejects.toMatchObject({ code: 'config.invalid' });
    expect(await parts.registry.get('m'), 'as it was before').toMatchObject({ stages: ['dev', 'production'] });
    expect(await parts.create('m')).toMatchObject({ version: 4, stage: 'dev' });
  });
});

describe('at once', () => {
  beforeEach(() => {
    parts.models['m'] = {
      stages: ['dev', 'production'],
      gates: { production: [{ metric: 'auc', at_least: 0.75, severity: 'error' }] },
    };
    parts.evaluate({ auc: 0.8 });
  });

  test('many clients move versions of one model: none fails, and each move was judged beside those before it', async () => {
    for (let count = 3; count < 24; count++) await parts.register('m');
    const moved = await Promise.all(Array.from({ length: 24 }, (_, at) => move(at + 1, 'production', at % 2 === 1)));
    expect(moved.every(({ promoted }) => promoted)).toBe(true);
    const { holders, history } = await parts.registry.get('m');
    expect(holders['production']).toBe(24);
    expect(history.filter(({ to }) => to === 'production')).toHaveLength(24);
    expect((await stages()).filter(stage => stage === 'production')).toHaveLength(1);
  });

  test('many clients move the same version: it is there, for all of them', async () => {
    const moved = await Promise.all(Array.from({ length: 12 }, () => move(2, 'production', true)));
    expect(moved.map(({ promoted, version: { stage } }) => [promoted, stage])).toEqual(
      moved.map(() => [true, 'production']),
    );
    expect(await stages()).toEqual(['dev', 'production', 'dev']);
  });

  test('one that is refused holds up nobody', async () => {
    const outcomes = await Promise.allSettled([
      move(1, 'production'),
      parts.registry.promote({ name: 'm', version: 1, to: 'production', reason: '' }),
      move(2, 'production'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
