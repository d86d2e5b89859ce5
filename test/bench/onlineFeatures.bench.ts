/**
 * Features online, side by side with Feast and its SQLite store when a Python with feast is there (MODELYARD_PYTHON): a
 * million rows materialised, of ten thousand entities and of a million, and reads of one entity and of a hundred, in process
 * and over HTTP by one client. Feast's server is asked through the same connections.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { EngineClient } from '../../engine/client/engineClient';
import { select } from '../../engine/features/definition/select';
import { OnlineFeatures } from '../../engine/features/online/onlineFeatures';
import { FeatureStore } from '../../engine/features/store';
import { onDemandComputer } from '../../engine/process/features/online/onDemandComputer';
import { openStore } from '../../engine/store/store';
import { caller } from '../support/mlflowServer';
import { writeSource } from './featureSource';

type Report = (line: string) => void;

const root = path.resolve(__dirname, '../..');
const dist = path.join(root, 'dist');
const python = process.env['MODELYARD_PYTHON'] ?? 'python3';
const script = path.join(root, 'test/bench/onlineFeatures.py');
const ROWS = Number(process.env['MODELYARD_BENCH_ROWS'] ?? 1_000_000);
const { version } = v.parse(
  v.object({ version: v.string() }),
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')),
);
const names = ['a', 'b', 'c', 'd', 'e'];

const config = `name: bench
datasets: {source: {path: source.parquet}}
entities: {id: {key: id, type: integer}}
features:
  loans: {entity: id, source: source, event_time: event, created_time: created, ttl: 365d, columns: [a, b, c, d, e]}
`;

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  if (!hasFeast()) report(`Feast: ${python} has none (set MODELYARD_PYTHON); this engine alone`);
  try {
    for (const keys of [Math.min(ROWS, 10_000), ROWS]) await withKeys(path.join(folder, String(keys)), keys, report);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function withKeys(folder: string, keys: number, report: Report): Promise<void> {
  mkdirSync(folder);
  const now = Date.now() * 1000;
  const times = { from: now - 30 * 86_400_000_000, to: now - 1_000_000 };
  await writeSource(folder, { rows: ROWS, keys, ...times, features: names });
  writeFileSync(path.join(folder, 'modelyard.yaml'), config);
  const client = await EngineClient.connect({
    ...{ workspace: folder, engineFile: path.join(dist, 'engine.js'), client: 'test', version, trusted: true },
  });
  report(`online features: ${ROWS} rows of ${keys} entities, 5 features`);
  try {
    let longest = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        const begun = performance.now();
        await client.call('engine/status', {});
        longest = Math.max(longest, performance.now() - begun);
        await delay(20);
      }
    })();
    const begun = performance.now();
    const [made] = await client.call('features/materialise', {});
    const took = performance.now() - begun;
    watching = false;
    await watch;
    report(
      `  materialised: ${(took / 1000).toFixed(1)} s, ${made?.written} written; other calls waited ${longest.toFixed(0)} ms at most`,
    );
    const again = performance.now();
    await client.call('features/materialise', {});
    report(`  again, nothing new: ${((performance.now() - again) / 1000).toFixed(1)} s`);
    const { url } = await client.call('engine/listen', { token: null });
    const post = caller(url);
    await reads(ask => post('POST', '/get-online-features', ask), keys, say(report, 'over HTTP'));
  } finally {
    await client.call('engine/stop', { now: true }).catch(() => undefined);
    client.dispose();
    await delay(1500); // it lets go of the workspace
  }
  await inProcess(folder, keys, report);
  if (hasFeast()) await feast(folder, keys, report);
}

const say = (report: Report, how: string) => (count: number, p50: number, p99: number) =>
  report(
    `  ${how}, ${count} ${count === 1 ? 'entity' : 'entities'}: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`,
  );

async function reads(
  ask: (request: { features: readonly string[]; entities: { id: readonly number[] } }) => Promise<unknown>,
  keys: number,
  found: (count: number, p50: number, p99: number) => void,
): Promise<void> {
  const features = names.map(name => `loans:${name}`);
  for (const count of [1, 100]) {
    const took: number[] = [];
    for (let at = 0; at < 2500; at++) {
      const id = Array.from({ length: count }, () => Math.floor(Math.random() * keys));
      const begun = performance.now();
      await ask({ features, entities: { id } });
      if (at >= 500) took.push(performance.now() - begun); // the first ones warm up
    }
    took.sort((a, b) => a - b);
    found(count, took[took.length >> 1] ?? 0, took[Math.floor(took.length * 0.99)] ?? 0);
  }
}

/** The same workspace without the engine between. */
async function inProcess(folder: string, keys: number, report: Report): Promise<void> {
  const store = await openStore({ root: folder, wasmDir: dist });
  const versions = new FeatureStore(store.db);
  const online = new OnlineFeatures({
    ...{ db: store.db, folder, env: {}, onDemand: onDemandComputer, stamp: () => '1' },
    sourceStamp: () => Promise.resolve('1'),
    config: () => Promise.resolve({ kind: 'local' }),
    select: ({ features = [], fullNames = false }) =>
      Promise.resolve(select(features, { fullNames, version: view => versions.versions(view)[0]! })),
    versions: () => Promise.resolve({ versions: [], failures: [] }),
    rows: async function* () {},
    compute: () => Promise.resolve([]),
  });
  await reads(request => online.get(request), keys, say(report, 'in process'));
  online.close();
  store.close();
}

async function feast(folder: string, keys: number, report: Report): Promise<void> {
  run('prepare', folder);
  const { took } = v.parse(v.object({ took: v.number() }), JSON.parse(run('materialise', folder)));
  report(`  Feast: materialised: ${(took / 1000).toFixed(1)} s`);
  const found = v.parse(v.record(v.string(), v.number()), JSON.parse(run('read', folder, String(keys))));
  for (const count of [1, 100]) report(`  Feast: in process, ${count}: p50 ${found[count]?.toFixed(3)} ms`);
  const port = await freePort();
  const program = path.join(path.dirname(python), 'feast');
  const args = [
    '-c',
    path.join(folder, 'feast'),
    'serve',
    '--port',
    String(port),
    '--no-access-log',
    '--keep-alive-timeout',
    '600',
  ];
  const server: ChildProcess = spawn(program, args, { stdio: 'ignore', detached: true });
  try {
    const post = caller(`http://127.0.0.1:${port}`);
    for (let left = 120; left > 0; left--) {
      const isUp = await fetch(`http://127.0.0.1:${port}/health`).then(() => true, () => false); // prettier-ignore
      if (isUp) break;
      await delay(500);
    }
    await reads(ask => post('POST', '/get-online-features', ask), keys, say(report, 'Feast: over HTTP'));
  } finally {
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
  }
}

const run = (...args: readonly string[]): string =>
  execFileSync(python, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .trim()
    .split('\n')
    .at(-1)!;

function hasFeast(): boolean {
  try {
    execFileSync(python, ['-c', 'import feast'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
