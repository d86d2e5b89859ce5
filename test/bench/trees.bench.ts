/**
 * Boosted trees beside LightGBM on one thread, when a Python with lightgbm is there (MODELYARD_PYTHON, else python3):
 * the same 160,000 made-up rows × 30 features, 100 trees of 31 leaves; CPU seconds and AUC on 40,000 further rows.
 * Then a million rows, for the memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BoostedTreesOptions } from '../../engine/protocol/steps';
import type { Matrix, TrainingData } from '../../engine/training/learner';
import { auc, rank } from '../../engine/training/metrics/ranking';
import { Random } from '../../engine/random';
import { fitBoostedTrees } from '../../engine/training/trees/boostedTrees';
import { fitForest, forestFit } from '../../engine/training/trees/forest';
import { forestThreads } from '../../engine/training/trees/forestThreads';
import { rawScores } from '../../engine/training/trees/tree';
import { listener } from '../engine/training/models';
import { boostedOptions, forestOptions } from '../engine/training/options';

type Report = (line: string) => void;

const FEATURES = 30;
const TRAIN = 160_000;
const HELD = 40_000;
const options = boostedOptions({ trees: 100, validation: 0 });

const lightgbm = `
import os
for name in ('OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'): os.environ.pop(name, None)
import sys, time, numpy as np, lightgbm as lgb
folder, train, features = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
x = np.fromfile(folder + '/x').reshape(-1, features)
y = np.fromfile(folder + '/y')
start = time.process_time()
data = lgb.Dataset(x[:train], y[:train], params={'num_threads': 1, 'verbose': -1}).construct()
binned = time.process_time()
settings = dict(objective='binary', num_leaves=31, learning_rate=0.1, num_threads=1, verbose=-1)
model = lgb.train(settings, data, 100)
end = time.process_time()
model.predict(x[train:], num_threads=1, raw_score=True).astype('f8').tofile(folder + '/scores')
print(lgb.__version__, binned - start, end - binned)
`;

export async function bench(report: Report): Promise<void> {
  const whole = made(TRAIN + HELD);
  const train = part(whole, 0, TRAIN);
  const held = part(whole, TRAIN, HELD);
  report(`trees: ${count(TRAIN)} rows × ${FEATURES} features, 100 trees of 31 leaves, one thread`);
  const own = await boosted(train, options);
  report(
    `  modelyard: ${own.seconds.toFixed(2)} s of CPU, AUC ${aucOf(rawScores(own.model, held.x), held).toFixed(4)}`,
  );
  const peer = besideLightgbm(whole, held);
  if (peer === undefined) report('  lightgbm: not in this Python (set MODELYARD_PYTHON)');
  else
    report(
      `  lightgbm ${peer.version}: ${peer.seconds.toFixed(2)} s of CPU, AUC ${peer.auc.toFixed(4)}; ratio ${(own.seconds / peer.seconds).toFixed(2)}`,
    );
  await forest(train, held, report);
  await threads(train, report);
  await memory(report);
}

async function boosted(data: TrainingData, given: BoostedTreesOptions) {
  const before = process.cpuUsage();
  const { model } = await fitBoostedTrees(data, given, listener());
  const { user, system } = process.cpuUsage(before);
  return { model, seconds: (user + system) / 1e6 };
}

async function forest(train: TrainingData, held: TrainingData, report: Report): Promise<void> {
  const some = part(train, 0, 20_000);
  const before = process.cpuUsage();
  const { model } = await fitForest(some, forestOptions({ trees: 100 }), listener());
  const { user, system } = process.cpuUsage(before);
  const reached = aucOf(rawScores(model, held.x), held);
  report(
    `  forest of 100 trees on ${count(some.x.rows)} of the rows: ${((user + system) / 1e6).toFixed(2)} s of CPU, AUC ${reached.toFixed(4)}`,
  );
}

/** The same forest in this thread and on all there are, when `npm run build` has made their code. */
async function threads(train: TrainingData, report: Report): Promise<void> {
  const own = forestThreads(path.resolve('dist'));
  if (own === undefined) return report('  threads: no dist/forest.js (npm run build)');
  const some = part(train, 0, 30_000);
  const given = forestOptions({ trees: 64 });
  const seconds: number[] = [];
  for (const fit of [fitForest, forestFit({ ...own, worth: 0 })]) {
    const before = performance.now();
    await fit(some, given, listener());
    seconds.push((performance.now() - before) / 1000);
  }
  const [alone = NaN, shared = NaN] = seconds;
  report(
    `  forest of 64 trees on ${count(some.x.rows)} of the rows: ${alone.toFixed(1)} s in one thread, ${shared.toFixed(1)} s on ${own.count}; ratio ${(alone / shared).toFixed(2)}`,
  );
}

/** A million rows: what training takes beside the rows themselves, and the bytes of their bins. */
async function memory(report: Report): Promise<void> {
  const data = made(1_000_000);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const { seconds } = await boosted(data, { ...options, trees: 10 });
  const after = process.memoryUsage().rss;
  const binned = (data.x.rows * FEATURES) / 2 ** 20;
  report(
    `  ${count(data.x.rows)} rows, 10 trees: ${seconds.toFixed(1)} s of CPU, ${((after - before) / 2 ** 20).toFixed(0)} MB beside the rows (bins: ${binned.toFixed(0)} MB)`,
  );
}

function besideLightgbm(whole: TrainingData, held: TrainingData) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    writeFileSync(path.join(folder, 'x'), bytesOf(whole.x.values));
    writeFileSync(path.join(folder, 'y'), bytesOf(whole.y));
    const python = process.env['MODELYARD_PYTHON'] ?? 'python3';
    const said = execFileSync(python, ['-c', lightgbm, folder, String(TRAIN), String(FEATURES)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [version = '', bins = '', training = ''] = said.trim().split(' ');
    const scores = Float64Array.from({ length: HELD });
    new Uint8Array(scores.buffer).set(readFileSync(path.join(folder, 'scores')));
    return { version, seconds: Number(bins) + Number(training), auc: aucOf(scores, held) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Normal features, and a label that hangs on them by bends and products. */
function made(rows: number): TrainingData {
  const random = new Random(1);
  const weights = Array.from({ length: FEATURES }, () => random.normal() / 2);
  const x: Matrix = { rows, columns: FEATURES, values: new Float64Array(rows * FEATURES) };
  const y = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = x.values.subarray(row * FEATURES, (row + 1) * FEATURES);
    let margin = 0;
    for (let at = 0; at < FEATURES; at++) margin += (values[at] = random.normal()) * weights[at]!;
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = values;
    margin += 1.5 * Math.sin(2 * a) + b * c + (d > 0.5 ? e : 0);
    y[row] = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  return { x, y, task: 'binary', classes: 2, features: Array.from({ length: FEATURES }, (_, at) => `x${at}`) };
}

const part = (data: TrainingData, from: number, rows: number): TrainingData => ({
  ...data,
  x: { ...data.x, rows, values: data.x.values.subarray(from * FEATURES, (from + rows) * FEATURES) },
  y: data.y.subarray(from, from + rows),
});

const aucOf = (scores: Float64Array, { y }: TrainingData): number => auc(rank(y, scores));
const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
const count = (value: number): string => value.toLocaleString('en-US');
