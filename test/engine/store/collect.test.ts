import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { collectObjects } from '../../../engine/store/collect';
import { ObjectStore } from '../../../engine/store/objects';
import type { ListedObject } from '../../../engine/store/objects';
import { digest } from '../../../engine/ids';
import type { Digest } from '../../../engine/protocol/ids';
import { TrackingService } from '../../../engine/tracking/service';
import { openTestStore, quickFiles } from '../../support/store';
import { act, go, never, world } from '../../support/pipelineWorld';

const old = 1_000_000;
const before = old + 10_000;

/** The same folder, as the next process has it: it has put nothing itself. */
async function opened() {
  const store = await openTestStore();
  const objects = new ObjectStore(store.objects.folder, quickFiles);
  const aged = (text: string, at = old): Digest => {
    const put = store.objects.put(Buffer.from(text));
    utimesSync(objects.path(put), at / 1000, at / 1000);
    return put;
  };
  const collect = (remove: boolean, signal = never) =>
    collectObjects({ db: store.db, objects }, { remove, before }, signal);
  return { store, objects, aged, collect };
}

test('what a row mentions anywhere stays, what none does is counted, and goes when that is asked', async () => {
  const { store, objects, aged, collect } = await opened();
  const tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
  const run = tracking.createRun({ experimentId: tracking.ensureExperiment('e').id, user: 't' }).id;
  const [artifact, inJson, within, replaced, alone] = ['a', 'b', 'c', 'd', 'e'].map(text => aged(text));
  tracking.logArtifact(run, 'a.txt', { digest: artifact!, size: 1 });
  tracking.logParams(run, { note: `{"files": ["${inJson!}"]}` });
  tracking.setTags(run, { long: `abc${within!}0123456789abcdef` }); // hexadecimal digits on both sides
  tracking.logArtifact(run, 'd.txt', { digest: replaced!, size: 1 });
  tracking.deleteArtifact(run, 'd.txt');
  tracking.deleteRun(run); // can be restored

  expect(await collect(false)).toEqual({ unused: 2, unusedBytes: 2, kept: 3, keptBytes: 3, removed: false });
  expect(objects.has(alone!)).toBe(true);
  expect(await collect(true)).toEqual({ unused: 2, unusedBytes: 2, kept: 3, keptBytes: 3, removed: true });
  expect([artifact, inJson, within, replaced, alone].map(digest => objects.has(digest!))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(await collect(true)).toMatchObject({ unused: 0, kept: 3 });
});

test('what is young, or was put by somebody who has not said so yet, stays', async () => {
  const { store, objects, aged, collect } = await opened();
  const young = aged('young', before);
  const again = aged('again');
  objects.put(Buffer.from('again')); // the same content: the file is not written anew
  const streamed = aged('streamed');
  await objects.putStream((async function* () { yield Buffer.from('streamed'); })()); // prettier-ignore
  const other = new ObjectStore(path.join(store.root, 'other'), quickFiles);
  const adopted = other.put(Buffer.from('adopted'));
  utimesSync(other.path(adopted), old / 1000, old / 1000);
  await objects.adopt(other, [adopted]);
  expect(await collect(true)).toMatchObject({ unused: 0, kept: 4 });
  for (const digest of [young, again, streamed, adopted]) expect(objects.has(digest)).toBe(true);
});

test('what is put or written while others are removed stays', async () => {
  const { objects, aged } = await opened();
  const [first, second] = [aged('first'), aged('second')];
  const listed: ListedObject[] = [];
  for await (const one of objects.list()) listed.push(one);
  const of = (digest: Digest) => listed.find(one => one.digest === digest)!;
  utimesSync(objects.path(first), before / 1000, before / 1000);
  objects.put(Buffer.from('second'));
  expect([objects.remove(of(first)), objects.remove(of(second))]).toEqual([false, false]);
});

test('all that a pipeline keeps for later runs stays: outputs, curves, logs', async () => {
  const it = await world(
    { p: { a: act('split', { dataset: 'applications' }), b: act('train', { kind: 'model' }, 'a') } },
    undefined,
    {
      more: { datasets: { applications: { path: 'd.csv', format: 'csv', missing: [], expect: [] } } },
      dataDigest: async () => digest('a'.repeat(64)),
    },
  );
  const run = await go(it);
  const { store } = it;
  const next = new ObjectStore(store.objects.folder, quickFiles);
  for await (const one of next.list()) utimesSync(next.path(one.digest), old / 1000, old / 1000);
  const stray = store.objects.put(Buffer.from('stray'));
  utimesSync(next.path(stray), old / 1000, old / 1000);
  expect(await collectObjects({ db: store.db, objects: next }, { remove: true, before }, never)).toMatchObject({
    unused: 1,
  });
  expect(store.check()).toMatchObject({ ok: true, missingObjects: 0 });
  const from = (await go(it)).steps.map(({ cachedFrom }) => cachedFrom?.runId);
  expect(from, 'nothing of what is restored is missing').toEqual([run.runId, run.runId]);
});

test('other files of the folder are not touched, and it can be called off', async () => {
  const { store, objects, aged, collect } = await opened();
  const stray = aged('stray');
  const mine = path.join(store.objects.folder, 'notes.txt');
  writeFileSync(mine, 'mine');
  mkdirSync(path.join(store.objects.folder, 'ab', 'folder'), { recursive: true });
  const abort = new AbortController();
  abort.abort();
  await expect(collect(true, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(objects.has(stray)).toBe(true);
  expect(await collect(true)).toMatchObject({ unused: 1 });
  expect(existsSync(mine)).toBe(true);
});
