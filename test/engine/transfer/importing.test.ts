import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRunId, runId } from '../../../engine/ids';
import { integer } from '../../../engine/store/row';
import { ChildEnd } from '../../../engine/transfer/child/childEnd';
import type { FromChild } from '../../../engine/transfer/child/messages';
import { WINDOW } from '../../../engine/transfer/child/messages';
import { TransferStore } from '../../../engine/transfer/store';
import { temporaryFolder } from '../../support/store';
import type { TestTransfer } from '../../support/transfer';
import { openTestTransfer } from '../../support/transfer';

const LONG = 9_000;
/** With 80 points each these come in half a dozen batches. */
const RUNS = 120;
const line = (step: number): string => `${1_700_000_000_000 + step} ${step / 7} ${step}\n`;

interface Source {
  /** How many of the first runs have a metric of 9,000 points. */
  readonly long?: number;
  /** Points of the metric of the others. */
  readonly points?: number;
  readonly hasArtifacts?: boolean;
}

/** A store of MLflow with so many runs. */
function storeOf(runs: number, { long = 0, points = 20, hasArtifacts = true }: Source = {}): string {
  const store = path.join(temporaryFolder(), 'mlruns');
  const experiment = path.join(store, '1');
  mkdirSync(experiment, { recursive: true });
  writeFileSync(path.join(experiment, 'meta.yaml'), "experiment_id: '1'\nlifecycle_stage: active\nname: many\n");
  for (let run = 0; run < runs; run++) {
    const id = String(run).padStart(32, '0');
    const folder = path.join(experiment, id);
    for (const name of ['metrics', 'params']) mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(
      path.join(folder, 'meta.yaml'),
      `run_id: '${id}'\nrun_name: run ${run}\nstatus: 3\nstart_time: ${1_700_000_000_000 + run}\nend_time: 1700000900000\n`,
    );
    writeFileSync(path.join(folder, 'params/p'), String(run));
    if (hasArtifacts) {
      mkdirSync(path.join(folder, 'artifacts'));
      writeFileSync(path.join(folder, 'artifacts/note.txt'), `note ${run}`);
    }
    const length = run < long ? LONG : points;
    writeFileSync(path.join(folder, 'metrics/loss'), Array.from({ length }, (_, step) => line(step)).join(''));
  }
  return store;
}
const folderOf = (store: string, run: number): string => path.join(store, '1', String(run).padStart(32, '0'));
const idOf = (run: number) => runId(String(run).padStart(32, '0'));

const count = (t: TestTransfer, table: string): number =>
  integer(t.store.db.prepare(`SELECT count(*) AS n FROM ${table}`).get() ?? {}, 'n');
const workFolders = (t: TestTransfer): readonly string[] => readdirSync(path.join(t.workspace, '.modelyard/work'));

/** What a run has, without its number here. */
function whole(t: TestTransfer, run: number) {
  const record = { ...t.tracking.record(idOf(run)), number: 0 };
  return { record, points: t.tracking.history(idOf(run), 'loss').points, files: t.tracking.artifacts(idOf(run)) };
}
/** Every run that is here is the one that an import without disturbance made. */
function onlyWholeRuns(t: TestTransfer, reference: TestTransfer): number {
  const { records } = t.tracking.searchRecords({ lifecycle: 'all' });
  const text = (of: TestTransfer, run: number): string => JSON.stringify(whole(of, run)); // thousands of points, quickly
  for (const { params } of records) {
    const run = Number(params['p']);
    if (text(t, run) !== text(reference, run)) expect(whole(t, run)).toEqual(whole(reference, run));
  }
  expect(count(t, 'series')).toBe(records.length);
  expect(t.store.check()).toMatchObject({ ok: true, missingObjects: 0 });
  expect(workFolders(t)).toEqual([]);
  return records.length;
}

describe('long runs', () => {
  test('come in pieces, exact, and show only when they are complete', async () => {
    const seen: number[] = [];
    const store = storeOf(3, { long: 2 });
    const t: TestTransfer = await openTestTransfer({
      onMessage: message => {
        if (message.type === 'piece') seen.push(t.tracking.searchRecords({}).records.length);
      },
    });
    const report = await t.import(store);
    expect(report).toMatchObject({ runs: { imported: 3 }, points: 2 * LONG + 20 });
    expect(seen.length).toBe(2 * Math.ceil(LONG / 2000) + 2 * Math.ceil(0) + (LONG % 2000 === 0 ? 2 : 0));
    expect(Math.min(...seen)).toBe(0);
    const { points } = t.tracking.history(idOf(0), 'loss');
    expect(points).toHaveLength(LONG);
    expect(points.at(-1)).toEqual({ step: LONG - 1, value: (LONG - 1) / 7, time: 1_700_000_000_000 + LONG - 1 });
    const [series] = t.tracking.series(idOf(0), ['loss'], 100);
    expect(series).toMatchObject({ total: LONG, sampled: true });
    expect((await t.import(store)).runs).toMatchObject({ imported: 0, unchanged: 3 });
  });

  test('are continued when they have grown', async () => {
    const t = await openTestTransfer();
    const store = storeOf(1, { long: 1 });
    await t.import(store);
    appendFileSync(
      path.join(folderOf(store, 0), 'metrics/loss'),
      Array.from({ length: 3000 }, (_, at) => line(LONG + at)).join(''),
    );
    expect(await t.import(store)).toMatchObject({ runs: { updated: 1 }, points: 3000 });
    const reference = await openTestTransfer();
    await reference.import(store);
    expect(onlyWholeRuns(t, reference)).toBe(1);
  });

  test('that change while they are read leave nothing behind', async () => {
    const store = storeOf(3, { long: 1 });
    let changed = false;
    const t = await openTestTransfer({
      onMessage: message => {
        if (message.type !== 'long' || changed) return;
        changed = true;
        appendFileSync(path.join(folderOf(store, 0), 'metrics/loss'), 'what is this\n');
      },
    });
    const report = await t.import(store);
    expect(report.runs).toMatchObject({ imported: 2, broken: 1 });
    expect(report.problems).toMatchObject([
      { message: expect.stringContaining('what is this'), place: { line: LONG + 1 } },
    ]);
    expect([count(t, 'run'), count(t, 'series'), count(t, 'point'), count(t, 'imported_run')]).toEqual([2, 2, 40, 2]);
  });
});

/** An import that is cancelled after so many messages of a type, and what a second one makes of it. */
async function cancelAfter(store: string, reference: TestTransfer, type: FromChild['type'], after: number) {
  const controller = new AbortController();
  let seen = 0;
  const t = await openTestTransfer({
    onMessage: message => {
      if (message.type === type && ++seen > after) setImmediate(() => controller.abort());
    },
  });
  const failure: unknown = await t.import(store, controller.signal).catch((error: unknown) => error);
  const kept = onlyWholeRuns(t, reference);
  const { runs } = await t.import(store);
  return { failure, kept, runs, inTheEnd: onlyWholeRuns(t, reference) };
}

describe('a cancelled import', () => {
  test(
    'before the first run, between batches, later: whole runs only; a second one goes on there, nothing twice',
    { timeout: 90_000 },
    async () => {
      const store = storeOf(RUNS, { points: 80 });
      const reference = await openTestTransfer();
      await reference.import(store);
      for (const [when, type, after] of [
        ['before the first run', 'plan', 0],
        ['between batches', 'batch', 1],
        ['later', 'batch', 3],
      ] as const) {
        const { failure, kept, runs, inTheEnd } = await cancelAfter(store, reference, type, after);
        expect(failure, when).toMatchObject({
          code: 'cancelled',
          message: expect.stringContaining(`${kept}`),
          fix: expect.stringContaining('go on'),
        });
        expect(kept, when).toBeLessThan(RUNS);
        expect(runs, when).toMatchObject({ imported: RUNS - kept, unchanged: kept });
        expect(inTheEnd, when).toBe(RUNS);
      }
    },
  );

  test('in the middle of a long run: nothing of it', async () => {
    const store = storeOf(2, { long: 2 });
    const controller = new AbortController();
    const t = await openTestTransfer({
      onMessage: message => {
        if (message.type === 'piece') setImmediate(() => controller.abort());
      },
    });
    await expect(t.import(store, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect([count(t, 'run'), count(t, 'series'), count(t, 'point')]).toEqual([0, 0, 0]);
    expect(workFolders(t)).toEqual([]);
    expect((await t.import(store)).runs.imported).toBe(2);
  });

  test('an import that is cancelled before it begins', async () => {
    const t = await openTestTransfer();
    await expect(t.import(storeOf(1), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(count(t, 'run')).toBe(0);
  });
});

test('what an engine that died left unfinished is taken away at the next start', async () => {
  const t = await openTestTransfer();
  await t.import(storeOf(1));
  const { imports } = t.tracking;
  const experimentId = t.tracking.experimentByName('many').id;
  const id = newRunId();
  const facts = {
    id,
    experimentId,
    name: 'half',
    status: 'FINISHED',
    user: '',
    startedAt: 1,
    lifecycle: 'active',
  } as const;
  const run = { ...facts, params: { a: '1' }, tags: {}, inputs: [], artifacts: [] };
  imports.write(() => {
    const row = imports.insert(run, true);
    const points = Array.from({ length: 12_000 }, (_, step) => ({ key: 'm', value: step, step, time: step }));
    imports.addPoints(id, points);
    const digest = t.store.objects.put(Buffer.from('x'));
    new TransferStore(t.store.db).record(row, { digest, source: 'mlruns', at: 1, finished: false });
  });
  expect(t.tracking.searchRecords({}).records).toHaveLength(1);
  await t.transfer.recover();
  expect(() => t.tracking.record(id)).toThrow('not found');
  expect([count(t, 'run'), count(t, 'series'), count(t, 'point'), count(t, 'param')]).toEqual([1, 1, 20, 1]);
  expect(t.tracking.history(idOf(0), 'loss').points).toHaveLength(20);
});

test('one import at a time', async () => {
  const t = await openTestTransfer();
  const store = storeOf(50);
  const first = t.import(store);
  await expect(t.import(store)).rejects.toMatchObject({ code: 'conflict' });
  expect((await first).runs.imported).toBe(50);
  expect((await t.import(store)).runs.unchanged).toBe(50);
});

test('a source that has a run twice', async () => {
  const t = await openTestTransfer();
  const store = storeOf(2);
  cpSync(path.join(store, '1'), path.join(store, '2'), { recursive: true });
  expect((await t.import(store)).runs).toMatchObject({ imported: 2, unchanged: 2, conflicting: 0 });
});

test('the child sends no more than the engine has room for', async () => {
  const sent: FromChild[] = [];
  const end = new ChildEnd(message => {
    sent.push(message);
    return Promise.resolve();
  });
  let done = 0;
  for (let at = 0; at < 10; at++) void end.send({ type: 'batch', items: [] }).then(() => done++);
  await new Promise(resolve => setTimeout(resolve, 20));
  expect([sent.length, done]).toEqual([WINDOW, WINDOW]);
  for (let at = 0; at < 3; at++) end.handle({ type: 'next' });
  await new Promise(resolve => setTimeout(resolve, 20));
  expect([sent.length, done]).toEqual([WINDOW + 3, WINDOW + 3]);
});

test('transactions stay small, whatever comes', async () => {
  const t = await openTestTransfer();
  const rows: number[] = [];
  let before = 0;
  const changes = (): number => integer(t.store.db.prepare('SELECT total_changes() AS n').get() ?? {}, 'n');
  t.store.db.onCommit(() => {
    const now = changes();
    rows.push(now - before);
    before = now;
  });
  before = changes();
  await t.import(storeOf(150, { long: 2, hasArtifacts: false }));
  expect(rows.length).toBeGreaterThan(5);
  expect(Math.max(...rows)).toBeLessThan(7_000);
});

test('the thread is free between two of them', async () => {
  const t = await openTestTransfer();
  let turn = 0;
  let isCounted = false;
  const commits = new Map<number, number>();
  t.store.db.onCommit(() => {
    commits.set(turn, (commits.get(turn) ?? 0) + 1);
    if (isCounted) return;
    isCounted = true;
    setImmediate(() => {
      isCounted = false;
      turn++;
    });
  });
  await t.import(storeOf(600, { long: 2, hasArtifacts: false }));
  expect(commits.size).toBeGreaterThan(10);
  expect(Math.max(...commits.values())).toBeLessThanOrEqual(2); // an experiment and its first runs
});

test('thousands of runs: progress counts up to all of them', async () => {
  const t = await openTestTransfer();
  const file = path.join(temporaryFolder(), 'runs.csv');
  const rows = Array.from({ length: 3000 }, (_, run) => `${String(run).padStart(32, '0')},${run / 10},${run % 7}\n`);
  writeFileSync(file, `run_id,metrics.auc,params.depth\n${rows.join('')}`);
  const said: number[] = [];
  const report = await t.transfer.import(
    { source: file },
    ({ fraction }) => void (fraction !== undefined && said.push(fraction)),
    new AbortController().signal,
  );
  expect(report.runs).toMatchObject({ imported: 3000, broken: 0 });
  expect(said.at(-1)).toBe(1);
  expect(said).toEqual([...said].sort((a, b) => a - b));
  expect(t.tracking.experimentByName('runs').runs).toBe(3000);
});

test('a disk that is full ends the import with a reason', async () => {
  const t = await openTestTransfer();
  const store = storeOf(5);
  truncateSync(path.join(folderOf(store, 3), 'artifacts/note.txt'), 0);
  const { objects } = t.store;
  objects.adopt = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  await expect(t.import(store)).rejects.toThrow('no space');
  expect(count(t, 'run')).toBe(0);
  expect(workFolders(t)).toEqual([]);
  expect(readFileSync(path.join(folderOf(store, 0), 'params/p'), 'utf8')).toBe('0');
});
