import { describe, expect, it, onTestFinished } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { LocalOnline } from '../../../../engine/features/online/localOnline';
import { Materialiser } from '../../../../engine/features/online/materialiser';
import {
  onlineTarget,
  type OnlineStore,
  type PackedEvent,
  type PackedRow,
} from '../../../../engine/features/online/onlineStore';
import { RedisOnline } from '../../../../engine/features/online/redisOnline';
import type { MaterialiseJob, MaterialisedRows } from '../../../../engine/features/online/rowSource';
import { MaterialisationStore } from '../../../../engine/features/online/materialisationStore';
import type { FeatureViewVersion } from '../../../../engine/protocol/features';
import type { Store } from '../../../../engine/store/store';
import { openTestStore } from '../../../support/store';
import { noRedis, startRedis } from './redisServer';
import { day, loans, recorded, spending } from './views';

const never = new AbortController().signal;
const start = Math.floor(Date.now() / 1000) * 1000; // Redis forgets by its own clock

/** From where a first one begins: what is exactly as old as `ttl` has not expired. */
const firstAt = (now: number): number => now - (30 * day * 1000 + 1) / 1000;

type Pause = (job: MaterialiseJob) => Promise<void>;
const noPause: Pause = async () => {};

interface SourceRow extends PackedRow {
  readonly created: number;
}

const row = (key: string, ms: number, value: number, known = ms): SourceRow => ({
  ...{ key, event: ms * 1000, created: known * 1000 },
  packed: JSON.stringify([value, 'A']),
  place: 0,
});

/** A source of rows in memory, by the rule of the range. */
interface WorldOptions {
  readonly store?: OnlineStore;
  readonly workspace?: Store;
  readonly definition?: FeatureViewVersion['definition'];
}

async function world(options: WorldOptions = {}) {
  const workspace = options.workspace ?? (await openTestStore());
  const version = recorded(workspace, 'loans', options.definition ?? loans);
  const state = {
    now: start,
    rows: [] as SourceRow[],
    events: [] as PackedEvent[],
    jobs: [] as MaterialiseJob[],
    midway: noPause,
    /** Of the source: which content it has. */
    stamp: '1',
  };
  async function* rows(job: MaterialiseJob): AsyncGenerator<MaterialisedRows> {
    state.jobs.push(job);
    job.progress(0.5);
    const within = state.rows.filter(({ event, created }) => {
      const since = Math.max(event, created);
      return since <= job.to && (job.from === undefined || since > job.from);
    });
    const newest = new Map<string, SourceRow>();
    for (const one of within) {
      const best = newest.get(one.key);
      if (!best || [one.event, one.created] >= [best.event, best.created]) newest.set(one.key, one);
    }
    const all = [...newest.values()];
    const half = Math.ceil(all.length / 2);
    if (state.events.length > 0) yield { kind: 'events', rows: state.events };
    if (all.length > 0) yield { kind: 'latest', rows: all.slice(0, half) };
    await state.midway(job);
    if (all.length > 0) yield { kind: 'latest', rows: all.slice(half) };
    const entities = new Set([...all, ...state.events].map(({ key }) => key)).size;
    yield { kind: 'end', rows: within.length + state.events.length, entities, pushed: 0 };
  }
  const runs = new MaterialisationStore(workspace.db);
  const materialiser = new Materialiser({ runs, rows, now: () => state.now, stampOf: async () => state.stamp });
  const store = options.store ?? new LocalOnline(workspace.db);
  const target = onlineTarget(version);
  const values = async (...keys: string[]) =>
    (await store.latest(target, keys)).map(found => found?.values[0] ?? undefined);
  const run = (asked: { from?: number; to?: number; full?: boolean } = {}, signal = never) =>
    materialiser.run([version], { store, ...asked }, signal);
  return { workspace, version, state, runs, materialiser, store, target, values, run };
}

describe('a materialisation', () => {
  it('tells how much has been read of all that it reads', async () => {
    const { materialiser, version, store } = await world();
    const told: number[] = [];
    await materialiser.run([version, version], { store, progress: share => told.push(share) }, never);
    expect(told).toEqual([0.25, 0.5]);
  });

  it('begins with what has not expired and goes on where the last one ended', async () => {
    const { state, run, values, runs, version } = await world();
    state.rows = [row('1', start - 40 * day, 1), row('2', start - 2 * day, 2), row('3', start + 1, 3)];
    expect(await run()).toMatchObject([{ status: 'complete', from: firstAt(start), to: start, rows: 1, written: 1 }]);
    expect(await values('1', '2', '3')).toEqual([undefined, 2, undefined]); // expired, taken, of later
    expect(runs.materialisedTo(version, 'local')).toBe(start);
    state.now = start + day;
    expect(await run()).toMatchObject([{ from: start, to: start + day, rows: 1, written: 1 }]);
    expect(await values('3')).toEqual([3]);
    expect(state.jobs[1]).toMatchObject({ from: start * 1000, to: (start + day) * 1000 });
  });

  it('has written entities, however many events their windows have', async () => {
    const { state, run, store, target } = await world();
    const [first, second] = [row('1', start - day, 1), row('2', start - day, 2)];
    state.rows = [first, second];
    state.events = [first, first, first, second].map((one, at) => ({ ...one, id: String(at) }));
    expect(await run()).toMatchObject([{ written: 2 }]);
    expect(await store.entities?.(target)).toBe(2);
  });

  it('of windows alone has written the entities that have events', async () => {
    const { state, run, store, target } = await world();
    state.events = ['1', '1', '2'].map((key, at) => ({ ...row(key, start - day, 1), id: String(at) }));
    expect(await run()).toMatchObject([{ written: 2 }]);
    expect(await store.entities?.(target)).toBe(2);
  });

  it('takes what will have expired in a moment', async () => {
    const { state, run, values } = await world();
    state.rows = [row('1', start - 30 * day, 1), row('2', start - 30 * day - 1, 2)];
    await run();
    expect(await values('1', '2')).toEqual([1, undefined]);
  });

  it('takes what became known since, of whatever event, and nothing that is known later', async () => {
    const { state, run, values } = await world();
    state.rows = [row('1', start - day, 1)];
    await run();
    state.rows.push(row('1', start - day, 10, start + 5), row('2', start - day, 2, start + 2 * day));
    state.now = start + day;
    expect(await run()).toMatchObject([{ rows: 1, written: 1 }]);
    expect(await values('1', '2')).toEqual([10, undefined]);
  });

  it('writes the same again without a change, and never an older row', async () => {
    const { state, run, values, store, target } = await world();
    state.rows = [row('1', start - day, 1), row('2', start - day, 2)];
    await run();
    await store.putLatest(target, [row('1', start - 1, 100)], never); // pushed meanwhile
    await run({ full: true });
    expect(await values('1', '2')).toEqual([100, 2]);
  });

  it('of a range that leaves a gap moves no mark', async () => {
    const { state, run, runs, version } = await world();
    await run({ to: start - 10 * day });
    await run({ from: start - 5 * day, to: start - 2 * day });
    expect(runs.materialisedTo(version, 'local')).toBe(start - 10 * day);
    await run({ from: start - 11 * day, to: start - 9 * day });
    expect(runs.materialisedTo(version, 'local')).toBe(start - 9 * day);
    await run();
    expect(state.jobs.at(-1)).toMatchObject({ from: (start - 9 * day) * 1000 });
  });

  it('begins where one began that was cancelled since, be it from the beginning', async () => {
    const { state, run } = await world();
    await run();
    const cancelled = async (asked: { from?: number; full?: boolean }): Promise<void> => {
      const controller = new AbortController();
      state.midway = async () => controller.abort();
      await expect(run(asked, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
      state.midway = async () => {};
    };
    state.now = start + day;
    await cancelled({ from: start - 3 * day });
    expect(await run()).toMatchObject([{ from: start - 3 * day, to: start + day }]);
    await cancelled({ full: true });
    const [whole] = await run();
    expect(whole?.from).toBe(undefined);
    state.now = start + 2 * day;
    expect(await run()).toMatchObject([{ from: start + day }]);
  });

  it('of a range that is the first, and leaves out what has not expired, moves no mark', async () => {
    const { state, run, runs, version } = await world();
    await run({ from: start - 5 * day });
    expect(runs.materialisedTo(version, 'local')).toBe(undefined);
    await run({ from: start - 40 * day });
    expect(runs.materialisedTo(version, 'local')).toBe(start);
    expect(state.jobs).toHaveLength(2);
  });

  it('ends at the time of the call at the latest, and refuses a range that ends before it begins', async () => {
    const { run } = await world();
    expect(await run({ to: start + 100 * day })).toMatchObject([{ to: start }]);
    await expect(run({ from: start, to: start })).rejects.toMatchObject({ code: 'params.invalid' });
  });

  it('that fails or is cancelled is said to be so and leaves the mark; the next one takes everything', async () => {
    const { state, run, runs, version, values } = await world();
    await run();
    state.now = start + day;
    state.rows = ['1', '2', '3', '4'].map(key => row(key, start + 5, Number(key)));
    state.midway = async () => {
      throw new ModelyardError('data.unreadable', 'The file is broken.');
    };
    await expect(run()).rejects.toMatchObject({ code: 'data.unreadable' });
    const controller = new AbortController();
    state.midway = async () => controller.abort();
    await expect(run({}, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(runs.list('loans', 3).map(({ status, problem }) => [status, problem])).toEqual([
      ['cancelled', undefined],
      ['failed', 'The file is broken.'],
      ['complete', undefined],
    ]);
    expect(runs.materialisedTo(version, 'local')).toBe(start);
    state.midway = async () => {};
    expect(await run()).toMatchObject([{ from: start, rows: 4, status: 'complete' }]);
    expect(await values('1', '2', '3', '4')).toEqual([1, 2, 3, 4]);
  });

  it('of one view waits for another of it; others go on meanwhile, and one that fails does not end them', async () => {
    const { state, materialiser, store, version, workspace, runs, run } = await world();
    const other = recorded(workspace, 'spending', spending);
    let within = 0;
    let most = 0;
    state.midway = async ({ version: { view } }) => {
      most = Math.max(most, ++within);
      await new Promise(resolve => setTimeout(resolve, 5));
      within--;
      if (view === 'spending') throw new ModelyardError('data.missing', 'gone');
    };
    const together = materialiser.run([version, other], { store }, never);
    await expect(Promise.all([together, run()])).rejects.toMatchObject({ code: 'data.missing' });
    await run();
    expect(most).toBe(2);
    expect(runs.list('loans', 5).map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
    expect(runs.list('spending', 5).map(({ status }) => status)).toEqual(['failed']);
  });
});

describe('a materialisation of rows that do not say when they became known', () => {
  const { created_time: _, ttl: __, ...timed } = loans;

  it('brings late ones whenever the source is another one than before', async () => {
    const { state, run, values } = await world({ definition: timed });
    state.rows = [row('1', start - day, 1)];
    await run();
    state.rows.push(row('1', start - day + 1, 10), row('2', start - 5 * day, 2)); // the file of yesterday comes today
    state.stamp = '2';
    state.now = start + day;
    const [made] = await run();
    expect(made).toMatchObject({ rows: 3, status: 'complete' });
    expect(made).not.toHaveProperty('from');
    expect(await values('1', '2')).toEqual([10, 2]);
    state.now += day;
    expect(await run()).toMatchObject([{ from: start + day, to: start + 2 * day, rows: 0 }]);
  });

  it('takes what may still be asked for, and nothing less than since the last time', async () => {
    const { state, run } = await world({ definition: { ...timed, ttl: 30 * day } });
    await run();
    state.stamp = '2';
    state.now = start + day;
    expect(await run()).toMatchObject([{ from: firstAt(start + day) }]);
    state.stamp = '3';
    state.now = start + 100 * day;
    expect(await run()).toMatchObject([{ from: start + day }]);
  });

  it('that failed, was of a part or of a source that nobody can tell leaves them for the next one', async () => {
    const { state, run, values } = await world({ definition: timed });
    await run();
    state.rows = [row('1', start - 5 * day, 1)];
    state.stamp = '2';
    state.now = start + day;
    state.midway = async () => {
      throw new ModelyardError('data.unreadable', 'The file is broken.');
    };
    await expect(run()).rejects.toMatchObject({ code: 'data.unreadable' });
    state.midway = noPause;
    await run({ from: start - day }); // which moves the mark
    await run({ to: start - 6 * day, full: true }); // and this one does not
    expect(state.jobs.at(-2)).toMatchObject({ from: (start - day) * 1000 });
    state.now = start + 2 * day;
    const [made] = await run();
    expect(made).not.toHaveProperty('from');
    expect(await values('1')).toEqual([1]);
  });

  it('that say it need no other content', async () => {
    const { state, run } = await world();
    await run();
    state.stamp = '2';
    state.now = start + day;
    expect(await run()).toMatchObject([{ from: start }]);
  });
});

describe('a Redis', () => {
  it('that goes away in the midst is said to, and what was written before it came back is written again', async context => {
    if (noRedis !== undefined) context.skip(noRedis);
    const server = await startRedis();
    const store = new RedisOnline({ config: { kind: 'redis', url: server.url, prefix: 'test' }, env: {} });
    onTestFinished(() => store.close());
    const { state, run, runs, version, values } = await world({ store });
    await run();
    state.now = start + day;
    state.rows = ['1', '2', '3'].map(key => row(key, start + 5, Number(key)));
    state.midway = () => server.kill();
    await expect(run()).rejects.toMatchObject({ code: 'remote.unreachable' });
    expect(runs.list('loans', 1)).toMatchObject([{ status: 'failed' }]);
    expect(runs.materialisedTo(version, store.name)).toBe(start);
    await expect(run()).rejects.toMatchObject({ code: 'remote.unreachable' }); // still away
    state.midway = async () => {};
    await server.start(); // it has lost everything
    state.rows.push(row('4', start - day, 4));
    expect(await run()).toMatchObject([{ status: 'complete', from: firstAt(start + day) }]);
    expect(await values('1', '2', '3', '4')).toEqual([1, 2, 3, 4]);
  });

  it('gets its password from the environment, which nothing that is said or kept has', async context => {
    if (noRedis !== undefined) context.skip(noRedis);
    const secret = 'geheim-4711';
    const server = await startRedis(['--requirepass', secret]);
    const config = { kind: 'redis', url: server.url, prefix: 'test', password: 'STORE_PASSWORD' } as const;
    const open = (env: Record<string, string>) => {
      const store = new RedisOnline({ config, env });
      onTestFinished(() => store.close());
      return store;
    };
    const { target, runs, run, version } = await world({ store: open({ STORE_PASSWORD: secret }) });
    expect(await run()).toMatchObject([{ status: 'complete' }]);
    expect(JSON.stringify(runs.list(version.view, 5))).not.toContain(secret);
    const wrong = open({ STORE_PASSWORD: 'other-secret' }).latest(target, ['1']);
    await expect(wrong).rejects.toSatisfy(
      error =>
        error instanceof ModelyardError && error.code === 'remote.refused' && !error.message.includes('other-secret'),
    );
    const missing = open({}).latest(target, ['1']);
    await expect(missing).rejects.toThrow('The environment variable STORE_PASSWORD is not set.');
  });
});
