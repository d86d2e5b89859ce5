/**
 * Boosted trees beside LightGBM on one thread, when a Python with lightgbm is there (MODELYARD_PYTHON, else python3): AUC,
 * CPU, memory beside the rows, and the time of SHAP values, on Taiwan's credit cards, 200,000 and a million made-up rows.
 * Then what threads gain. Each size is measured in a process of its own, for its memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import type { TrainingData } from '../../engine/training/learner';
import { treeContributions } from '../../engine/training/explain/treeShap';
import { auc, rank } from '../../engine/training/metrics/ranking';
import { boostedTreesFit, fitBoostedTrees } from '../../engine/training/trees/boostedTrees';
import { boostingThreads } from '../../engine/training/trees/boostingThreads';
import { fitForest, forestFit } from '../../engine/training/trees/forest';
import { forestThreads } from '../../engine/training/trees/forestThreads';
import { rawScores } from '../../engine/training/trees/tree';
import type { TreeThreads } from '../../engine/training/trees/treeThreads';
import { listener } from '../engine/training/models';
import { boostedOptions, forestOptions } from '../engine/training/options';
import { rowsOf, taiwanCredit } from '../engine/training/taiwan';
import { madeRows, stretchOf } from './madeRows';

type Report = (line: string) => void;

/** Which size this process measures; absent: all, in processes of their own. */
const variable = 'MODELYARD_BENCH_TREES';
const explainedRows = 500;

interface Case {
  readonly name: string;
  readonly rows: () => TrainingData;
  readonly train: number;
  readonly trees: number;
  readonly leaves: number;
  readonly rate: number;
}

const cases: readonly Case[] = [
  { name: 'taiwan', rows: mixedTaiwan, train: 24_000, trees: 150, leaves: 15, rate: 0.05 },
  { name: '200k', rows: () => madeRows(250_000), train: 200_000, trees: 100, leaves: 31, rate: 0.1 },
  { name: '1m', rows: () => madeRows(1_050_000), train: 1_000_000, trees: 100, leaves: 31, rate: 0.1 },
];

export async function bench(report: Report): Promise<void> {
  const wanted = process.env[variable];
  const own = cases.find(({ name }) => name === wanted);
  if (own) return besideLightgbm(own, report);
  if (wanted === 'threads') return threads(report);
  report('Boosted trees and LightGBM, one thread each; the ratio is ours to theirs');
  for (const name of [...cases.map(one => one.name), 'threads']) {
    const env = { ...process.env, [variable]: name };
    const said = execFileSync(process.execPath, ['--expose-gc', process.argv[1]!], { encoding: 'utf8', env });
    for (const line of said.trimEnd().split('\n')) report(line);
  }
}

/** The rows in an order in which the last fifth is like the others. */
function mixedTaiwan(): TrainingData {
  const data = taiwanCredit();
  const all = Array.from({ length: data.x.rows }, (_, row) => row);
  return rowsOf(data, [...all.filter(row => row % 5 !== 0), ...all.filter(row => row % 5 === 0)]);
}

async function besideLightgbm(own: Case, report: Report): Promise<void> {
  const whole = own.rows();
  const train = stretchOf(whole, 0, own.train);
  const held = stretchOf(whole, own.train, whole.x.rows - own.train);
  const { columns } = whole.x;
  report(`${count(own.train)} × ${columns}, ${own.trees} trees of ${own.leaves} leaves`);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const options = boostedOptions({ ...own, learning_rate: own.rate, validation: 0 });
  const { value: model, seconds } = await cpu(async () => (await fitBoostedTrees(train, options, listener())).model);
  const peak = (process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20;
  const area = aucOf(rawScores(model, held.x), held);
  const some = stretchOf(held, 0, explainedRows).x;
  const explaining = await cpu(() => treeContributions(model, some, listener().signal));
  const peer = lightgbm(own, whole, held);
  const beside = (name: string, value: number, theirs: number | undefined): void =>
    report(
      `  ${name.padEnd(28)}${value.toFixed(2).padStart(8)}${theirs === undefined ? '' : `${theirs.toFixed(2).padStart(9)}   ratio ${(value / theirs).toFixed(2)}`}`,
    );
  report(
    peer ? `${' '.repeat(30)}modelyard lightgbm ${peer.version}` : '  lightgbm: not in this Python (MODELYARD_PYTHON)',
  );
  report(
    `  ${'AUC of held rows'.padEnd(28)}${area.toFixed(4).padStart(8)}${peer ? peer.auc.toFixed(4).padStart(9) : ''}`,
  );
  beside('CPU, s', seconds, peer?.seconds);
  beside('memory beside the rows, MB', peak, peer?.memory);
  report(
    `  ${'allowed: 1.5 × bins + 100'.padEnd(28)}${((1.5 * own.train * columns) / 2 ** 20 + 100).toFixed(2).padStart(8)}`,
  );
  beside(`SHAP values of ${explainedRows}, s`, explaining.seconds, peer?.explaining);
}

const said = v.object({ version: v.string(), seconds: v.number(), memory: v.number(), explaining: v.number() });

function lightgbm(own: Case, whole: TrainingData, held: TrainingData) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    writeFileSync(path.join(folder, 'x'), bytesOf(whole.x.values));
    writeFileSync(path.join(folder, 'y'), bytesOf(whole.y));
    const python = process.env['MODELYARD_PYTHON'] ?? 'python3';
    const numbers = [own.train, whole.x.columns, own.trees, own.leaves, own.rate, explainedRows].map(String);
    // some machines have these set to slow ones
    const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
    const text = execFileSync(python, ['test/bench/peer_lightgbm.py', folder, ...numbers], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const scores = new Float64Array(held.x.rows);
    new Uint8Array(scores.buffer).set(readFileSync(path.join(folder, 'scores')));
    return { ...v.parse(said, JSON.parse(text)), auc: aucOf(scores, held) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same trees in this thread and on all there are, when `npm run build` has made their code; the best of three. */
async function threads(report: Report): Promise<void> {
  const [boosting, forest] = [boostingThreads(path.resolve('dist')), forestThreads(path.resolve('dist'))];
  if (!boosting || !forest) return report('threads: no dist/boosting.js (npm run build)');
  const data = madeRows(200_000);
  const options = boostedOptions({ trees: 100, validation: 0 });
  const trees = forestOptions({ trees: 64 });
  const some = stretchOf(data, 0, 30_000);
  await compare(
    'boosted trees, 200,000 rows',
    boosting,
    async own => void (await boostedTreesFit(own)(data, options, listener())),
  );
  await compare(
    'forest of 64 trees, 30,000 rows',
    forest,
    async own => void (await (own ? forestFit(own) : fitForest)(some, trees, listener())),
  );

  async function compare(what: string, own: TreeThreads, fit: (own?: TreeThreads) => Promise<void>): Promise<void> {
    const times = [Infinity, Infinity];
    const used = [Infinity, Infinity];
    for (let round = 0; round < 3; round++)
      for (const at of [0, 1]) {
        const start = performance.now();
        const { seconds } = await cpu(() => fit(at === 0 ? undefined : { ...own, worth: 1 }));
        times[at] = Math.min(times[at]!, (performance.now() - start) / 1000);
        used[at] = Math.min(used[at]!, seconds);
      }
    const [alone, shared] = times.map(time => time.toFixed(1));
    const [cpuAlone, cpuShared] = used.map(time => time.toFixed(1));
    report(
      `${what}: ${alone} s in one thread (CPU ${cpuAlone}), ${shared} s on ${own.count} (CPU ${cpuShared}); ${(times[0]! / times[1]!).toFixed(2)} times as fast`,
    );
  }
}

async function cpu<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

const aucOf = (scores: Float64Array, { y }: TrainingData): number => auc(rank(y, scores));
const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
const count = (value: number): string => value.toLocaleString('en-US');
