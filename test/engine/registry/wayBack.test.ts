import { beforeEach, describe, expect, test } from 'vitest';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';
import { openTestRegistryApi } from '../../support/registryApi';

let parts: TestRegistry;

beforeEach(async () => {
  parts = await openTestRegistry();
  parts.models['m'] = { stages: ['dev', 'staging', 'production'], gates: {} };
  parts.evaluate({ auc: 0.8 });
  for (let version = 1; version <= 4; version++) await parts.register('m');
});

const promote = (version: number, to = 'production') =>
  parts.registry.promote({ name: 'm', version, to, reason: 'because' });
const rollback = (more: object = {}) =>
  parts.registry.wayBack.rollback({ name: 'm', stage: 'production', reason: 'worse', ...more });
const stages = async (): Promise<Record<number, string>> =>
  Object.fromEntries((await parts.registry.get('m')).versions.map(({ version, stage }) => [version, stage]));
const previous = async (stage = 'production') => (await parts.registry.get('m')).previous[stage];

describe('rollback', () => {
  test('puts back who held the stage before, in one commit, and the history says so', async () => {
    await promote(1);
    await promote(2);
    expect(await previous()).toBe(1);
    expect(await rollback()).toMatchObject({
      version: { version: 1 },
      from: 'archived',
      to: 'production',
      replaced: 2,
    });
    expect(await stages()).toEqual({ 1: 'production', 2: 'archived', 3: 'dev', 4: 'dev' });
    const { history, holders } = await parts.registry.get('m');
    expect(holders['production']).toBe(1);
    expect(history.slice(0, 2)).toEqual([
      expect.objectContaining({ version: 1, from: 'archived', to: 'production', reason: 'worse', isRollback: true }),
      expect.objectContaining({ version: 2, to: 'archived', reason: 'rolled back to version 1', isRollback: true }),
    ]);
    expect(history[0]!.at).toBe(history[1]!.at);
  });

  test('one after another goes further back, never forth again', async () => {
    for (const version of [1, 2, 3]) await promote(version);
    expect(await rollback()).toMatchObject({ version: { version: 2 } });
    expect(await rollback()).toMatchObject({ version: { version: 1 } });
    expect(await previous()).toBeUndefined();
    await expect(rollback()).rejects.toMatchObject({
      code: 'conflict',
      fix: expect.stringContaining('modelyard promote'),
    });
    await promote(4);
    expect(await rollback(), 'after a new one').toMatchObject({ version: { version: 1 }, replaced: 4 });
  });

  test('passes over who is gone, and who has gone on to a later stage', async () => {
    for (const version of [1, 2, 3]) await promote(version);
    parts.registry.versions.delete('m', 2);
    expect(await previous()).toBe(1);
    await promote(4, 'staging');
    await promote(4);
    await promote(1, 'staging');
    expect(await previous('staging'), '4 is in production').toBeUndefined();
  });

  test('takes one that is named, if it has held the stage', async () => {
    for (const version of [1, 2, 3]) await promote(version);
    await expect(rollback({ version: 4 })).rejects.toMatchObject({
      message: 'Version 4 of m has never held production.',
    });
    await expect(rollback({ version: 3 })).rejects.toMatchObject({ code: 'conflict' });
    expect(await rollback({ version: 1 })).toMatchObject({ replaced: 3 });
  });

  test('no gate is in its way; how they judge is said and kept', async () => {
    await promote(1);
    await promote(2);
    parts.models['m'] = {
      stages: ['dev', 'staging', 'production'],
      gates: { production: [{ metric: 'auc', at_least: 0.9, severity: 'error' }] },
    };
    expect(await rollback()).toMatchObject({ gates: { verdict: 'failed' } });
    expect((await parts.registry.get('m')).history[0]).toMatchObject({ version: 1, gates: { verdict: 'failed' } });
  });

  test('of the first stage or the archive there is none', async () => {
    await expect(rollback({ stage: 'dev' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(rollback({ stage: 'archived' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(rollback({ stage: 'live' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('demote', () => {
  const demote = (more: object = {}) =>
    parts.registry.wayBack.demote({ name: 'm', version: 2, reason: 'too slow', ...more });

  test('goes to the stage before, or to an earlier one; nobody holds the stage then', async () => {
    await promote(2);
    expect(await demote()).toMatchObject({ from: 'production', to: 'staging' });
    expect(await demote({ to: 'dev' })).toMatchObject({ from: 'staging', to: 'dev' });
    await expect(demote()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('in dev') });
    expect((await parts.registry.get('m')).holders).not.toHaveProperty('production');
  });

  test('a later stage is refused: that is a promotion', async () => {
    await promote(2, 'staging');
    await expect(demote({ to: 'production' })).rejects.toMatchObject({ code: 'params.invalid' });
    await expect(demote({ to: 'staging' })).rejects.toMatchObject({ code: 'params.invalid' });
  });

  test('puts back who held the stage before, when asked', async () => {
    await promote(1);
    await promote(2);
    expect(await demote({ putBack: true })).toMatchObject({ to: 'staging', putBack: 1 });
    expect(await stages()).toMatchObject({ 1: 'production', 2: 'staging' });
    expect((await parts.registry.get('m')).history[1]).toMatchObject({
      ...{ version: 1, to: 'production', reason: 'in place of version 2: too slow' },
    });
  });

  test('when nobody was there before nothing moves at all', async () => {
    await promote(2);
    await expect(demote({ putBack: true })).rejects.toMatchObject({ code: 'conflict' });
    expect(await stages()).toMatchObject({ 2: 'production' });
  });
});

describe('archive and restore', () => {
  const named = (version: number) => ({ name: 'm', version, reason: '' });

  test('an archived version comes back to the first stage, a deleted one to the archive', async () => {
    await promote(1);
    expect(parts.registry.wayBack.archive(named(1))).toMatchObject({ from: 'production', to: 'archived' });
    expect(() => parts.registry.wayBack.archive(named(1))).toThrow('in archived already');
    expect(await parts.registry.wayBack.restore(named(1))).toMatchObject({ from: 'archived', to: 'dev' });
    await expect(parts.registry.wayBack.restore(named(1))).rejects.toMatchObject({ code: 'conflict' });
    await parts.registry.wayBack.delete(named(1));
    expect(await stages()).not.toHaveProperty('1');
    expect(await parts.registry.wayBack.restore(named(1))).toMatchObject({ from: 'deleted', to: 'archived' });
    expect(await stages()).toMatchObject({ 1: 'archived' });
    await expect(parts.registry.wayBack.restore(named(9))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('protection', () => {
  const remove = (version?: number) =>
    parts.registry.wayBack.delete({ name: 'm', reason: 'wrong', ...(version !== undefined && { version }) });
  const guarded = async () => (await parts.registry.get('m')).guarded;

  test('what is in a stage, has an alias or is in use is not deleted, and the way out is said', async () => {
    await promote(1);
    await parts.registry.setAlias('m', 'champion', 2);
    await parts.registry.setAlias('m', 'best', 2);
    parts.inUse.set('m 3', 'the deployment api');
    expect(await guarded()).toEqual({
      1: 'it is in production',
      2: 'it has the aliases best and champion',
      3: 'it is in use by the deployment api',
    });
    await expect(remove(1)).rejects.toMatchObject({
      ...{ code: 'conflict', message: 'Version 1 of m cannot be deleted: it is in production.' },
      fix: 'Archive it first: modelyard models archive m 1.',
    });
    await expect(remove(2)).rejects.toMatchObject({
      fix: 'Delete the alias: modelyard alias m best --delete; delete the alias: modelyard alias m champion --delete.',
    });
    await expect(remove(3)).rejects.toMatchObject({ message: expect.stringContaining('in use by the deployment api') });
    await expect(remove(), 'the model').rejects.toMatchObject({ code: 'conflict' });
    expect(Object.keys(await stages())).toHaveLength(4);
    await remove(4);
    expect((await parts.registry.get('m')).history[0]).toMatchObject({ version: 4, to: 'deleted', reason: 'wrong' });
  });

  test('what is in use is not archived either', async () => {
    await promote(1);
    parts.inUse.set('m 1', 'the deployment api');
    expect(() => parts.registry.wayBack.archive({ name: 'm', version: 1, reason: '' })).toThrow('in use');
    await expect(promote(1, 'archived')).rejects.toMatchObject({ data: { reason: 'deployed' } });
    expect(await stages()).toMatchObject({ 1: 'production' });
  });

  test('a client of MLflow deletes as MLflow does, but nothing that is in use', async () => {
    const api = await openTestRegistryApi();
    api.models['m'] = { stages: ['None', 'Production'], gates: {} };
    await api.call('POST registered-models/create', { name: 'm' });
    for (let i = 0; i < 2; i++) await api.call('POST model-versions/create', { name: 'm', source: 's3://b/a' });
    await api.call('POST model-versions/transition-stage', { name: 'm', version: '1', stage: 'Production' });
    await api.call('POST registered-models/alias', { name: 'm', alias: 'champion', version: '1' });
    api.inUse.set('m 2', 'the deployment api');
    const refused = await api.call('DELETE model-versions/delete', { name: 'm', version: '2' });
    expect([refused.status, refused.at('error_code')]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(refused.at('message')).toBe('Version 2 of m is in use by the deployment api.');
    expect((await api.call('DELETE registered-models/delete', { name: 'm' })).status).toBe(400);
    expect((await api.call('GET model-versions/get', { name: 'm', version: '1' })).status, 'nothing is gone').toBe(200);
    expect((await api.call('DELETE model-versions/delete', { name: 'm', version: '1' })).status).toBe(200);
  });
});
