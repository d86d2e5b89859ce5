/** Transfer: 10,000 runs of MLflow's file store and of a bundle brought in, beside reading and writing the same bytes. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { build } from 'esbuild';
import { importChild } from '../../engine/process/wiring/importChild';
import { modelPort } from '../../engine/process/wiring/modelPort';
import { RegistryService } from '../../engine/registry/service';
import { type Store, openStore } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';
import { TransferService } from '../../engine/transfer/service';

type Report = (line: string) => void;

const RUNS = Number(process.env['MODELYARD_BENCH_RUNS'] ?? 10_000);
const METRICS = 5;
const POINTS = 10;
const MODELS = 1_000;
const VERSIONS = 3;
const wasmDir = path.resolve('node_modules/sql.js/dist');

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    const importFile = await bundleChild(folder);
    const store = path.join(folder, 'mlruns');
    makeStore(store);
    report(
      `transfer: ${count(RUNS)} runs, each with ${METRICS} metrics of ${POINTS} points, 5 params, 6 tags and an artifact`,
    );
    report(`  reading the files, nothing else: ${seconds(timed(() => readAll(store)))} s`);
    await withTransfer(folder, importFile, async (transfer, workspace) => {
      const first = await measured(report, 'import of the folder', () =>
        transfer.import({ source: store }, ignore, never),
      );
      if (first.runs.imported !== RUNS) throw new Error(JSON.stringify(first));
      const again = await measured(report, 'the same once more', () =>
        transfer.import({ source: store }, ignore, never),
      );
      if (again.runs.unchanged !== RUNS) throw new Error(JSON.stringify(again));
      const file = path.join(folder, 'runs.tar.gz');
      await measured(report, 'export to a bundle', () =>
        transfer.export({ to: { kind: 'bundle', file } }, ignore, never),
      );
      report(
        `  the bundle has ${(statSync(file).size / 1e6).toFixed(1)} MB, the database ${(statSync(workspace.path).size / 1e6).toFixed(1)} MB`,
      );
      const table = path.join(folder, 'runs.csv');
      await measured(report, 'export to a table', () =>
        transfer.export({ to: { kind: 'csv', file: table } }, ignore, never),
      );
    });
    await withTransfer(folder, importFile, async transfer => {
      const file = path.join(folder, 'runs.tar.gz');
      await measured(report, 'import of the bundle', () => transfer.import({ source: file }, ignore, never));
    });
    const registry = path.join(folder, 'registry');
    for (let model = 0; model < MODELS; model++) makeModel(path.join(registry, 'models', `model-${model}`), model);
    report(`  registered models: ${count(MODELS)}, each with ${VERSIONS} versions, an alias and 3 tags`);
    report(`  reading their files, nothing else: ${seconds(timed(() => readAll(registry)))} s`);
    await withTransfer(folder, importFile, async transfer => {
      const source = registry;
      const first = await measured(report, 'import of the registry', () => transfer.import({ source }, ignore, never));
      if (first.versions.imported !== MODELS * VERSIONS) throw new Error(JSON.stringify(first));
      const again = await measured(report, 'the same once more', () => transfer.import({ source }, ignore, never));
      if (again.versions.unchanged !== MODELS * VERSIONS) throw new Error(JSON.stringify(again));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ignore = (): void => undefined;
const never = new AbortController().signal;

/** How long it takes, and how long this thread, which is the engine's, was not free meanwhile. */
async function measured<T>(report: Report, what: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  let memory = 0;
  const watch = setInterval(() => (memory = Math.max(memory, process.memoryUsage.rss())), 100);
  delay.enable();
  const start = performance.now();
  const result = await work();
  const wall = performance.now() - start;
  delay.disable();
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  const ms = (value: number): string => (value / 1e6).toFixed(0);
  report(
    `  ${what}: ${seconds(wall)} s (${seconds((user + system) / 1000)} s of CPU in the engine); its thread was kept for ` +
      `${ms(delay.percentile(50))} ms (median), ${ms(delay.percentile(99))} ms (99 %), ${ms(delay.max)} ms (longest); ` +
      `${(memory / 1e6).toFixed(0)} MB at most`,
  );
  return result;
}

async function withTransfer(
  folder: string,
  importFile: string,
  work: (transfer: TransferService, store: Store) => Promise<void>,
): Promise<void> {
  const workspace = mkdtempSync(path.join(folder, 'workspace-'));
  const store = await openStore({ root: workspace, wasmDir });
  const tracking = new TrackingService({ store, events: { runsChanged: ignore, points: ignore } });
  const registry = new RegistryService({
    db: store.db,
    config: () =>
      Promise.resolve({ name: '', datasets: {}, pipelines: {}, models: {}, tracking: { system_metrics: false } }),
    judge: () => Promise.reject(new Error('There are no gates.')),
    reports: () => new Map(),
    user: () => 'ada',
    changed: ignore,
  });
  const transfer = new TransferService({
    db: store.db,
    objects: store.objects,
    workspace,
    imports: tracking.imports,
    models: modelPort(registry, tracking, { refusal: () => Promise.resolve(undefined) }),
    runs: tracking,
    startReader: signal => importChild(importFile, workspace, signal),
  });
  try {
    await work(transfer, store);
  } finally {
    tracking.close();
    store.close();
  }
}

/** The child as it ships. */
async function bundleChild(folder: string): Promise<string> {
  const outfile = path.join(folder, 'import.js');
  await build({
    entryPoints: ['engine/process/importMain.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    loader: { '.sql': 'text' },
    logLevel: 'error',
  });
  return outfile;
}

function makeStore(folder: string): void {
  const experiment = path.join(folder, '1');
  mkdirSync(experiment, { recursive: true });
  writeFileSync(
    path.join(experiment, 'meta.yaml'),
    "artifact_location: ''\nexperiment_id: '1'\nlifecycle_stage: active\nname: many\ncreation_time: 1700000000000\n",
  );
  for (let run = 0; run < RUNS; run++) makeRun(experiment, run);
}

function makeRun(experiment: string, run: number): void {
  const id = run.toString(16).padStart(32, '0');
  const home = path.join(experiment, id);
  const start = 1_700_000_000_000 + run * 1000;
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  };
  write(
    'meta.yaml',
    `artifact_uri: /nowhere/1/${id}/artifacts\nend_time: ${start + 900}\nentry_point_name: ''\nexperiment_id: '1'\n` +
      `lifecycle_stage: active\nrun_id: ${id}\nrun_name: run-${run}\nsource_name: ''\nsource_type: 4\n` +
      `source_version: ''\nstart_time: ${start}\nstatus: 3\ntags: []\nuser_id: ada\n`,
  );
  for (let metric = 0; metric < METRICS; metric++) {
    const lines = Array.from(
      { length: POINTS },
      (_, step) => `${start + step} ${Math.sin(run + step * metric)} ${step}\n`,
    );
    write(`metrics/m${metric}`, lines.join(''));
  }
  for (let param = 0; param < 5; param++) write(`params/p${param}`, String((run * (param + 1)) % 97));
  for (let tag = 0; tag < 6; tag++) write(`tags/t${tag}`, `value ${run % 7}`);
  write('artifacts/notes.txt', `notes of ${run}\n`);
}

function makeModel(folder: string, model: number): void {
  const name = path.basename(folder);
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write('meta.yaml', `creation_timestamp: ${1_700_000_000_000 + model}\ndescription: about ${name}\nname: ${name}\n`);
  write('aliases/champion', String(VERSIONS));
  for (let tag = 0; tag < 3; tag++) write(`tags/t${tag}`, `value ${model % 7}`);
  for (let version = 1; version <= VERSIONS; version++)
    write(
      `version-${version}/meta.yaml`,
      `creation_timestamp: ${1_700_000_000_000 + version}\ncurrent_stage: None\nname: ${name}\nrun_id: ''\n` +
        `source: s3://bucket/${name}/${version}\nstatus: READY\nversion: ${version}\n`,
    );
}

function readAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) readFileSync(path.join(entry.parentPath, entry.name));
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
const count = (value: number): string => value.toLocaleString('en-US');
