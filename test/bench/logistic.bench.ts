import { CholeskyDecomposition, Matrix as PeerMatrix } from 'ml-matrix';
import { solvePositive } from '../../engine/training/logistic/cholesky';
import { fitLogistic } from '../../engine/training/logistic';
import { learnPreparation } from '../../engine/training/learnPreparation';
import type { TrainingData } from '../../engine/training/learner';
import { Random } from '../../engine/random';
import { targetValues, transformRows } from '../../engine/training/transform';
import { allRows, germanPath, readCsvFrame, taiwanPath } from '../engine/training/csvFrame';
import { prepareOptions } from '../engine/training/options';

const options = {
  learner: 'logistic',
  C: 1,
  class_weight: 'none',
  max_iterations: 100,
  tolerance: 1e-8,
  seed: 0,
} as const;
const progress = { signal: new AbortController().signal, metric: () => {}, progress: () => {} };

/** Logistic regression on real data, and its Newton step against ml-matrix. */
export async function bench(report: (line: string) => void): Promise<void> {
  await fits(report, 'German Credit, 1,000 × 57 (one-hot)', trainingData(germanPath, 'creditability', []), 1);
  await fits(report, 'Taiwan, 30,000 × 23 (3,000 rows ten times)', trainingData(taiwanPath, 'Y', ['ID']), 10);
  for (const size of [58, 300, 1000]) step(report, size);
}

function trainingData(path: string, label: string, drop: readonly string[]): TrainingData {
  const frame = readCsvFrame(path);
  const { preparation } = learnPreparation(
    { frame, rows: allRows(frame), options: prepareOptions({ label, drop }) },
    progress.signal,
  );
  return {
    x: transformRows(preparation, frame, allRows(frame)),
    y: targetValues(preparation, frame, allRows(frame)),
    task: 'binary',
    classes: 2,
    features: preparation.features,
  };
}

async function fits(report: (line: string) => void, name: string, data: TrainingData, times: number): Promise<void> {
  const { rows, columns, values } = data.x;
  const repeat = (source: Float64Array): Float64Array => {
    const all = new Float64Array(source.length * times);
    for (let i = 0; i < times; i++) all.set(source, i * source.length);
    return all;
  };
  const large = { ...data, x: { rows: rows * times, columns, values: repeat(values) }, y: repeat(data.y) };
  const { notes } = await fitLogistic(large, options, progress);
  const took = await best(5, async () => void (await fitLogistic(large, options, progress)));
  report(`logistic regression, ${name}: ${took.toFixed(1)} ms of CPU, ${notes['iterations']} iterations to 1e-8`);
}

function step(report: (line: string) => void, size: number): void {
  const random = new Random(size);
  const b = Float64Array.from({ length: size }, () => random.normal());
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) a[i * size + j] = a[j * size + i] = i === j ? size : random.uniform() - 0.5;
  const rounds = size > 500 ? 3 : 20;
  const own = bestOf(rounds, () => void solvePositive(a.slice(), b));
  const peer = bestOf(rounds, () => {
    const matrix = PeerMatrix.from1DArray(size, size, a);
    new CholeskyDecomposition(matrix).solve(PeerMatrix.columnVector(b));
  });
  report(
    `Newton step of ${size} parameters: ${own.toFixed(2)} ms, ml-matrix ${peer.toFixed(2)} ms: ${(peer / own).toFixed(1)}× as fast`,
  );
}

/** CPU time: other work on the machine does not count. */
function cpuMilliseconds(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

async function best(rounds: number, run: () => Promise<void>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) {
    const from = process.cpuUsage();
    await run();
    least = Math.min(least, cpuMilliseconds(from));
  }
  return least;
}

function bestOf(rounds: number, run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) {
    const from = process.cpuUsage();
    run();
    least = Math.min(least, cpuMilliseconds(from));
  }
  return least;
}
