/**
 * MLflow's REST API over HTTP, side by side with a real `mlflow server` (SQLite, its defaults) when a Python with mlflow
 * is there (MODELYARD_PYTHON, else python3): the same requests to both in the same run, CPU of the server's process tree
 * and latency. MODELYARD_BENCH_FULL=1 takes a million points and ten thousand runs, for which mlflow needs an hour.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { caller, startServer } from '../support/mlflowServer';
import type { MlflowServer } from '../support/mlflowServer';

type Report = (line: string) => void;

interface Server {
  readonly name: string;
  readonly process: ChildProcess;
  readonly call: MlflowServer['call'];
  /** Bytes of its database. */
  readonly size: () => number;
}

const isFull = process.env['MODELYARD_BENCH_FULL'] === '1';
const POINTS = isFull ? 1_000_000 : 100_000;
const HISTORY = 100_000;
const RUNS = isFull ? 10_000 : 1_000;
/** Calls after which a server is as quick as it gets. */
const WARM = 3_000;
const START = 1_700_000_000_000;
const python = process.env['MODELYARD_PYTHON'] ?? 'python3';

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  const servers: Server[] = [];
  try {
    servers.push(await ours(folder));
    const peer = await mlflow(folder);
    if (peer === undefined) report(`mlflow: ${python} has no mlflow (set MODELYARD_PYTHON); this engine alone`);
    else servers.push(peer);
    for (const server of servers) for (let index = 0; index < 50; index++) await newRun(server);
    await small(servers, report);
    await large(servers, report);
    await searches(servers, report);
    await crowd(servers, report);
    for (const server of servers) report(`  memory of ${server.name}: ${(memory(server) / 1e6).toFixed(0)} MB`);
  } finally {
    for (const server of servers) endTree(server.process);
    await delay(500);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

// what is measured -----------------------------------------------------------------------------------------------------
async function small(servers: readonly Server[], report: Report): Promise<void> {
  report('mlflow: small requests, one after the other (CPU ms of the server, latency ms)');
  await compare(servers, report, { name: 'create a run', times: 200, work: newRun });
  const runs = new Map(await Promise.all(servers.map(async server => [server, await newRun(server)] as const)));
  const run = (server: Server): string => runs.get(server) ?? '';
  const point = (key: string, step: number): object => ({ key, value: 1 / (step + 1), timestamp: START + step, step });
  const metric = (server: Server, at: number): Promise<unknown> =>
    server.call('POST', 'runs/log-metric', { run_id: run(server), ...point('loss', at) });
  await compare(servers, report, { name: 'log a metric, the first 500', times: 500, work: metric });
  for (const server of servers) for (let at = 500; at < WARM; at++) await metric(server, at);
  const later = (server: Server, at: number): Promise<unknown> => metric(server, WARM + at);
  await compare(servers, report, { name: `… after ${count(WARM)}`, times: 500, work: later });
  const batch = (server: Server, at: number): Promise<unknown> =>
    server.call('POST', 'runs/log-batch', { run_id: run(server), metrics: [point('acc', at)] });
  await compare(servers, report, { name: 'log a batch of one', times: 500, work: batch });
  const get = (server: Server): Promise<unknown> => server.call('GET', `runs/get?run_id=${run(server)}`);
  await compare(servers, report, { name: 'get a run', times: 200, work: get });
}

async function large(servers: readonly Server[], report: Report): Promise<void> {
  report(`mlflow: ${count(POINTS)} points in batches of 1,000`);
  const runs = new Map<Server, string>();
  const sizes = new Map(servers.map(server => [server, server.size()]));
  for (const server of servers) runs.set(server, await newRun(server));
  const batch = (server: Server, at: number): Promise<unknown> =>
    server.call('POST', 'runs/log-batch', {
      run_id: runs.get(server),
      metrics: Array.from({ length: 1_000 }, (_, index) => {
        const step = at * 1_000 + index;
        return { key: 'm', value: Math.sin(step), timestamp: START + step * 7, step };
      }),
    });
  await compare(servers, report, { name: 'log a batch of 1,000', times: HISTORY / 1_000, work: batch });
  const history = (server: Server): Promise<unknown> =>
    server.call('GET', `metrics/get-history?run_id=${runs.get(server)}&metric_key=m`);
  await compare(servers, report, { name: `history of ${count(HISTORY)}`, times: 5, work: history });
  for (const server of servers) for (let at = HISTORY / 1_000; at < POINTS / 1_000; at++) await batch(server, at);
  for (const points of [320, 2_500]) {
    const sample = (server: Server): Promise<unknown> =>
      server.call(
        'GET',
        `metrics/get-history-bulk-interval?run_ids=${runs.get(server)}&metric_key=m&max_results=${points}`,
      );
    await compare(servers, report, {
      name: `${count(points)} of ${count(POINTS)} for a chart`,
      times: 5,
      work: sample,
    });
  }
  for (const server of servers)
    report(`  ${server.name}: ${((server.size() - (sizes.get(server) ?? 0)) / POINTS).toFixed(1)} bytes a point`);
}

async function searches(servers: readonly Server[], report: Report): Promise<void> {
  report(`mlflow: search among ${count(RUNS)} runs of 10 params and 10 metrics`);
  const experiments = new Map<Server, string>();
  for (const server of servers) {
    const created = await server.call('POST', 'experiments/create', { name: 'searched' });
    const experiment = textAt(created, 'experiment_id');
    experiments.set(server, experiment);
    for (let from = 0; from < RUNS; from += 10)
      await Promise.all(Array.from({ length: 10 }, (_, index) => fill(server, experiment, from + index)));
  }
  const search = (rest: object) => (server: Server) =>
    server.call('POST', 'runs/search', { experiment_ids: [experiments.get(server)], ...rest });
  const tenth = { filter: 'metrics.m0 >= 0.9', max_results: 1_000 };
  await compare(servers, report, { name: 'a tenth of them by filter', times: 1, work: search(tenth) });
  await compare(servers, report, { name: '… asked again', times: 5, work: search(tenth) });
  const all = { order_by: ['metrics.m1 DESC'], max_results: RUNS };
  await compare(servers, report, { name: 'all, ordered by a metric', times: 1, work: search(all) });
  await compare(servers, report, { name: '… asked again', times: 3, work: search(all) });
  const newest = { max_results: 100 };
  await compare(servers, report, { name: 'the newest 100', times: 10, work: search(newest) });
}

async function fill(server: Server, experiment: string, number: number): Promise<void> {
  const run_id = await newRun(server, number, experiment);
  const metrics = Array.from({ length: 10 }, (_, at) => ({
    key: `m${at}`,
    value: ((number * 7_919) % RUNS) / RUNS + at,
    timestamp: START,
    step: 0,
  }));
  const params = metrics.map(({ key }, at) => ({ key: `p${key}`, value: String((number * (at + 1)) % 100) }));
  await server.call('POST', 'runs/log-batch', { run_id, metrics, params });
}

async function crowd(servers: readonly Server[], report: Report): Promise<void> {
  report('mlflow: 64 writers at once, 20 metrics each');
  for (const server of servers) {
    const runs: string[] = [];
    for (let index = 0; index < 64; index++) runs.push(await newRun(server));
    const start = performance.now();
    const before = cpu(server);
    let failed = 0;
    const write = async (run_id: string): Promise<void> => {
      for (let step = 0; step < 20; step++) {
        const point = { run_id, key: 'm', value: step, timestamp: START + step, step };
        await server.call('POST', 'runs/log-metric', point).catch(() => failed++);
      }
    };
    await Promise.all(runs.map(write));
    const each = (value: number): string => (value / (64 * 20)).toFixed(2);
    report(
      `  ${server.name.padEnd(9)} CPU ${each(cpu(server) - before)} ms a call, ${each(performance.now() - start)} ms a call, ${failed} failed`,
    );
  }
}

// how it is measured ---------------------------------------------------------------------------------------------------
interface Measure {
  readonly name: string;
  readonly times: number;
  readonly work: (server: Server, turn: number) => Promise<unknown>;
}

async function compare(servers: readonly Server[], report: Report, { name, times, work }: Measure): Promise<void> {
  const results: { readonly cpu: number; readonly wall: number }[] = [];
  for (const server of servers) {
    const before = cpu(server);
    const start = performance.now();
    for (let turn = 0; turn < times; turn++) await work(server, turn);
    results.push({ cpu: (cpu(server) - before) / times, wall: (performance.now() - start) / times });
  }
  const [own, peer] = results;
  const shown = results.map(
    (result, at) => `${servers[at]?.name} ${result.cpu.toFixed(2)} / ${result.wall.toFixed(2)}`,
  );
  const ratio = own && peer ? `; ratio ${(peer.cpu / own.cpu).toFixed(1)} / ${(peer.wall / own.wall).toFixed(1)}` : '';
  report(`  ${name.padEnd(30)} ${shown.join(', ')}${ratio}`);
}

async function newRun(server: Server, number = 0, experiment_id = '0'): Promise<string> {
  const tags = [
    { key: 'mlflow.user', value: 'ada' },
    { key: 'mlflow.source.name', value: 'train.py' },
  ];
  const created = await server.call('POST', 'runs/create', { experiment_id, start_time: START + number, tags });
  return textAt(created, 'run', 'info', 'run_id');
}

const textAt = (value: unknown, ...names: readonly string[]): string =>
  String(names.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value));

const count = (value: number): string => value.toLocaleString('en-US');

interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  /** ms */
  readonly cpu: number;
  /** bytes */
  readonly resident: number;
}

/** A process and those below it, as Linux tells; elsewhere none. */
function tree(root: number | undefined): readonly ProcessInfo[] {
  if (root === undefined || !existsSync('/proc/self/stat')) return [];
  const all = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? statOf(Number(name)) : []));
  const found = new Set([root]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

function statOf(pid: number): readonly ProcessInfo[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    // in hundredths of a second, and in pages
    const [parent = 0, user = 0, system = 0, pages = 0] = [fields[1], fields[11], fields[12], fields[21]];
    return [{ pid, parent, cpu: (user + system) * 10, resident: pages * 4_096 }];
  } catch {
    return []; // it has just ended
  }
}

const cpu = (server: Server): number => tree(server.process.pid).reduce((sum, one) => sum + one.cpu, 0);
const memory = (server: Server): number => tree(server.process.pid).reduce((sum, one) => sum + one.resident, 0);

function endTree(child: ChildProcess): void {
  for (const { pid } of [...tree(child.pid)].reverse())
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended already
    }
  child.kill('SIGKILL');
}

// the servers ----------------------------------------------------------------------------------------------------------
async function ours(folder: string): Promise<Server> {
  const workspace = mkdtempSync(path.join(folder, 'workspace-'));
  writeFileSync(path.join(workspace, 'modelyard.yaml'), 'name: bench\n');
  const server = await startServer(path.resolve('dist'), workspace);
  const file = path.join(workspace, '.modelyard/modelyard.db');
  return { name: 'modelyard', process: server.process, call: server.call, size: () => statSync(file).size };
}

async function mlflow(folder: string): Promise<Server | undefined> {
  try {
    execFileSync(python, ['-c', 'import mlflow.server'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const port = await freePort();
  const file = path.join(folder, 'mlflow.db');
  const child = spawn(
    python,
    ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)].concat([
      '--backend-store-uri',
      `sqlite:///${file}`,
      '--artifacts-destination',
      path.join(folder, 'artifacts'),
    ]),
    { cwd: folder, stdio: 'ignore' },
  );
  const call = caller(`http://127.0.0.1:${port}`);
  for (let turn = 0; turn < 600; turn++) {
    await delay(500);
    if ((await call('GET', '/health').catch(() => '')) === 'OK') break;
  }
  return { name: 'mlflow', process: child, call, size: () => statSync(file).size };
}

function freePort(): Promise<number> {
  const server = net.createServer();
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
