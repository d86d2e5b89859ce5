import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MaterialisationStore } from '../../../../engine/features/online/materialisationStore';
import { ModelyardError } from '../../../../engine/errors';
import type { PushedTogether } from '../../../../engine/features/online/onlineStore';
import { PushLog } from '../../../../engine/features/online/pushLog';
import { Pusher, type PushedRow } from '../../../../engine/features/online/pusher';
import { iso, onlineWorld as world, start } from './onlineWorld';
import { noRedis, startRedis } from './redisServer';
import { loans, recorded } from './views';

describe('pushing', () => {
  it('lets the last event win, however late it comes', async () => {
    const { push, get, loan } = await world();
    expect(await push('loans', [loan(1, start - 5, 1), loan(1, start - 2, 2), loan(1, start - 9, 3)])).toEqual({
      accepted: 3,
      stale: 0,
    });
    expect(await push('loans', [loan(1, start - 3, 4), loan(2, start - 3, 5)])).toEqual({ accepted: 2, stale: 1 });
    expect(await get(['loans:amount'], { applicant_id: [1, 2] })).toMatchObject([{ values: [2, 5] }]);
  });

  it('counts a row as too old that expired longer than its ttl ago, whatever is there', async () => {
    const { push, loan } = await world();
    const old = start - 60 * 86_400_000;
    expect(await push('loans', [loan(1, old - 1, 1), loan(2, old, 2)])).toEqual({ accepted: 2, stale: 1 });
    expect(await push('loans', [loan(1, old, 1), loan(2, old - 1, 2)])).toEqual({ accepted: 2, stale: 1 });
  });

  it('does not call a row older that is there already', async () => {
    const { push, loan } = await world();
    const row = { ...loan(3, start - 3, 4), known_at: iso(start - 2) };
    for (let time = 0; time < 2; time++) expect(await push('loans', [row])).toEqual({ accepted: 1, stale: 0 });
  });

  it('refuses all rows for one that is wrong, and says which', async () => {
    const { push, get, loan, online } = await world();
    const good = loan(1, start, 1);
    const refused = async (row: PushedRow, message: string): Promise<void> => {
      await expect(push('loans', [good, row], 'online_and_offline')).rejects.toThrow(message);
    };
    await refused({ ...good, applicant_id: null }, 'Row 2 for loans has no key: `applicant_id` (integer).');
    await refused({ ...good, applicant_id: 'one' }, 'Row 2 for loans has no key');
    await refused({ ...good, at: null }, 'Row 2 for loans has no event time: `at`.');
    await refused(loan(2, start + 61_000, 1), 'Row 2 for loans is from the future: `at`');
    await refused({ ...good, known_at: iso(start + 61_000) }, 'Row 2 for loans is from the future: `known_at`');
    expect(await get(['loans:amount'], { applicant_id: [1] })).toMatchObject([{ statuses: ['NOT_FOUND'] }]);
    expect(online.pushedFile('loans')).toBe(undefined);
    await expect(push('affordability', [good])).rejects.toThrow('Rows cannot be pushed to affordability.');
    expect(await push('loans', [])).toEqual({ accepted: 0, stale: 0 });
  });

  it('takes nothing that another version which is served cannot compute', async () => {
    const { workspace, online, folder } = await world();
    const version = recorded(workspace, 'loans', loans);
    const other = recorded(workspace, 'loans', { ...loans, event_time: 'since' });
    expect(other.version).toBe(2);
    const taken: string[] = [];
    const store = {
      ...{ name: 'test', close: () => undefined, remove: () => undefined, latest: () => [], events: () => [] },
      ...{ putLatest: () => Promise.resolve(0), putEvents: () => Promise.resolve(0) },
      push: (versions: readonly PushedTogether[]) => {
        taken.push(...versions.map(({ target }) => `v${target.version}`));
        return Promise.resolve();
      },
    };
    const pusher = new Pusher({
      log: new PushLog(workspace.db, folder),
      now: () => start,
      compute: async of => {
        if (of.version === other.version) throw new ModelyardError('data.column', 'Row 1: amount is no number.');
        return [{ isLeftOut: false, key: '1', event: start * 1000, latest: { key: '1', event: 1, created: 1, packed: '[]' } }]; // prettier-ignore
      },
    });
    const rows = [{ applicant_id: 1, at: iso(start), amount: 'x' }];
    for (const to of ['online', 'online_and_offline'] as const)
      await expect(pusher.push({ version, others: [other], rows, to, store })).rejects.toThrow('Row 1');
    expect(taken).toEqual([]);
    expect(online.pushedFile('loans')).toBe(undefined);
  });

  it('keeps rows for training with the time at which they became known', async () => {
    const { push, loan, online, get } = await world();
    await push('loans', [loan(1, start, 1)], 'offline');
    await push('loans', [{ ...loan(2, start, 2), at: start - 5, known_at: iso(start - 1) }], 'online_and_offline');
    await push('loans', [loan(3, start, 3)], 'online');
    const { path: file, bytes } = online.pushedFile('loans')!;
    expect(statSync(file).size).toBe(bytes);
    const lines = readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line)); // prettier-ignore
    expect(lines).toEqual([
      { applicant_id: 1, at: iso(start), amount: 1, grade: 'A', known_at: iso(start) },
      { applicant_id: 2, at: iso(start - 5), amount: 2, grade: 'A', known_at: iso(start - 1) },
    ]);
    expect(await get(['loans:amount'], { applicant_id: [1, 2, 3] })).toMatchObject([{ values: [null, 2, 3] }]);
  });

  it('takes times that are numbers to the microsecond', async () => {
    const { push, loan, online } = await world();
    await push('loans', [{ ...loan(1, start, 1), at: start - 0.5, known_at: start - 0.25 }], 'offline');
    const [line] = readFileSync(online.pushedFile('loans')!.path, 'utf8').split('\n');
    const last = iso(start - 1).slice(0, -1);
    expect(JSON.parse(line!)).toMatchObject({ at: `${last}500Z`, known_at: `${last}750Z` });
  });

  it.each(['online', 'online_and_offline'] as const)('counts equal rows as often as they are pushed (%s)', async to => {
    const { push, get, loan } = await world();
    const row = { ...loan(1, start - 5, 3), known_at: iso(start - 1) };
    await push('spending', [row, row], to);
    await push('spending', [row], to);
    await push('spending', [{ ...row, applicant_id: 2 }], to);
    expect(await get(['spending:spent_7d'], { applicant_id: [1, 2] })).toMatchObject([{ values: [9, 3] }]);
  });

  it.each(['online', 'offline', 'online_and_offline'] as const)('takes a push with an id once (%s)', async to => {
    const { push, get, loan, online, state } = await world();
    const rows = [loan(1, start - 5, 3), loan(1, start - 5, 3)];
    const both = await Promise.all([push('spending', rows, to, 'a'), push('spending', rows, to, 'a')]);
    state.now += 1000; // when it became known says nothing of whether it is the same
    expect([...both, await push('spending', rows, to, 'a')]).toEqual(Array(3).fill({ accepted: 2, stale: 0 }));
    await push('spending', rows, to, 'b');
    await push('loans', rows, to, 'a'); // of another view
    const sum = to === 'offline' ? 0 : 12;
    expect(await get(['spending:spent_7d'], { applicant_id: [1] })).toMatchObject([{ values: [sum] }]);
    const log = online.pushedFile('spending');
    expect(log ? readFileSync(log.path, 'utf8').trim().split('\n').length : 0).toBe(to === 'online' ? 0 : 4);
    await expect(push('spending', [loan(1, start - 4, 3)], to, 'a')).rejects.toMatchObject({
      code: 'conflict',
      message: 'Other rows were pushed to spending with the id `a`.',
    });
  });

  it('with an id that fails is taken when it is repeated', async () => {
    const { push, get, loan } = await world();
    const wrong = { ...loan(1, start - 5, 3), applicant_id: 'one' };
    await expect(push('spending', [wrong], 'online', 'a')).rejects.toMatchObject({ code: 'params.invalid' });
    expect(await push('spending', [loan(1, start - 5, 3)], 'online', 'a')).toEqual({ accepted: 1, stale: 0 });
    expect(await get(['spending:spent_7d'], { applicant_id: [1] })).toMatchObject([{ values: [3] }]);
  });

  it('is known to an engine that was started anew, also where the answer was lost in the midst', async context => {
    if (noRedis !== undefined) context.skip(noRedis);
    const { url } = await startRedis();
    for (const store of [{ kind: 'local' }, { kind: 'redis', url, prefix: 'test' }] as const) {
      const before = await world({ store });
      const rows = [before.loan(1, start - 5, 3)];
      await before.push('spending', rows, 'online', 'a');
      const { push, get } = await world({ store, workspace: before.workspace });
      await push('spending', rows, 'online', 'a');
      expect(await get(['spending:spent_7d'], { applicant_id: [1] })).toMatchObject([{ values: [3] }]);
      if (store.kind === 'local') continue;
      // the engine was killed when the store had the rows, and before it noted that
      before.workspace.db.exec('DELETE FROM feature_push');
      expect(await push('spending', rows, 'online', 'a')).toEqual({ accepted: 1, stale: 0 });
      await push('spending', rows, 'online', 'b');
      expect(await get(['spending:spent_7d'], { applicant_id: [1] })).toMatchObject([{ values: [6] }]);
    }
  });

  it('forgets ids after a week', async () => {
    const { push, loan, state, workspace } = await world();
    await push('loans', [loan(1, start - 5, 3)], 'online', 'a');
    state.now += 8 * 86_400_000;
    await push('loans', [loan(1, start - 5, 3)], 'online', 'b');
    expect(workspace.db.prepare('SELECT push_id FROM feature_push').all()).toEqual([{ push_id: 'b' }]);
  });

  it('into a Redis that is away takes nothing, here or there', async context => {
    if (noRedis !== undefined) context.skip(noRedis);
    const server = await startRedis();
    const store = { kind: 'redis', url: server.url, prefix: 'test' } as const;
    const { push, get, loan, online } = await world({ store });
    await push('loans', [loan(1, start - 2, 1)], 'online_and_offline');
    await push('spending', [loan(1, start - 2, 1)]);
    expect(await get(['loans:amount', 'spending:spent_7d'], { applicant_id: [1] })).toMatchObject([
      { values: [1] },
      { values: [1] },
    ]);
    await server.kill();
    await expect(push('loans', [loan(1, start, 2)], 'online_and_offline')).rejects.toMatchObject({
      code: 'remote.unreachable',
    });
    await expect(get(['loans'], { applicant_id: [1] })).rejects.toMatchObject({ code: 'remote.unreachable' });
    await server.start();
    await push('loans', [loan(1, start - 1, 3)], 'online_and_offline');
    expect(await get(['loans:amount'], { applicant_id: [1] })).toMatchObject([{ values: [3] }]);
    const { path: file, bytes } = online.pushedFile('loans')!;
    expect(readFileSync(file, 'utf8').slice(0, bytes).trim().split('\n')).toHaveLength(2);
  });
});

it('takes nothing for acknowledged that an engine which was killed has left', async () => {
  const { push, loan, online, workspace } = await world();
  await push('loans', [loan(1, start, 1)], 'online_and_offline');
  const file = online.pushedFile('loans')!.path;
  appendFileSync(file, '{"applicant_id": 2, "at": "20');
  const runs = new MaterialisationStore(workspace.db);
  const id = runs.begin({ view: 'loans', version: 1, store: 'local', to: start, startedAt: start });
  online.recover();
  expect(runs.get(id)?.status).toBe('interrupted');
  const before = readFileSync(file).subarray(0, online.pushedFile('loans')!.bytes);
  expect(before.toString().trim().split('\n')).toHaveLength(1);
  await push('loans', [loan(2, start, 2)], 'offline');
  const lines = readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line).applicant_id); // prettier-ignore
  expect(lines).toEqual([1, 2]);
});

it('says so when rows that were pushed are gone', async () => {
  const { push, loan, online } = await world();
  await push('loans', [loan(1, start, 1)], 'offline');
  writeFileSync(online.pushedFile('loans')!.path, '');
  await expect(push('loans', [loan(1, start, 1)], 'offline')).rejects.toMatchObject({ code: 'store.corrupt' });
});
