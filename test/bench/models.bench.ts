import type { NeuralNetworkOptions } from '../../engine/protocol/steps/learners';
import { predict } from '../../engine/training/model';
import type { DenseModel, TrainingData } from '../../engine/training/learner';
import { fitLogistic } from '../../engine/training/logistic';
import { neuralNetworkFit } from '../../engine/training/neuralNetwork';
import { exportOnnx } from '../../engine/training/onnx/exportOnnx';
import { OnnxScorer } from '../../engine/training/onnx/onnxScorer';
import { startOrt } from '../../engine/training/onnx/runtime';
import { startTf } from '../../engine/training/network/tfBackend';
import type { Preparation } from '../../engine/training/preparation';
import { transformRows } from '../../engine/training/transform';
import { allRows, germanPath, readCsvFrame, taiwanPath } from '../engine/training/csvFrame';
import { assetsDir, listener, prepared, trainingData } from '../engine/training/models';
import { logisticOptions, networkOptions, prepareOptions } from '../engine/training/options';

type Report = (line: string) => void;

/** Loading the runtimes, training a network, and native scores beside ONNX Runtime's. CPU time of the process. */
export async function bench(report: Report): Promise<void> {
  await loading(report, 'TensorFlow.js', () => startTf(assetsDir));
  await loading(report, 'ONNX Runtime', () => startOrt(assetsDir));
  const german = data(germanPath, 'creditability', []);
  const taiwan = data(taiwanPath, 'Y', ['ID']);
  await training(report, 'German Credit, 1,000 × 61', german.training);
  await training(report, 'Taiwan, 3,000 × 23', taiwan.training);
  const logistic = await fitLogistic(german.training, logisticOptions, listener());
  await scoring(report, 'logistic, German Credit', logistic.model, german);
  const network = await neuralNetworkFit(assetsDir)(german.training, networkOptions({ epochs: 5 }), listener());
  await scoring(report, 'network 64-32, German Credit', network.model, german);
}

type Data = ReturnType<typeof data>;

function data(path: string, label: string, drop: readonly string[]) {
  const frame = readCsvFrame(path);
  const rows = allRows(frame);
  const preparation: Preparation = prepared(frame, rows, prepareOptions({ label, drop }));
  return { frame, rows, preparation, training: trainingData(preparation, frame, rows) };
}

async function loading(report: Report, name: string, load: () => Promise<unknown>): Promise<void> {
  const before = process.memoryUsage().rss;
  const ms = await cpu(load);
  const mb = (process.memoryUsage().rss - before) / 2 ** 20;
  report(`${name}: loaded in ${ms.toFixed(0)} ms of CPU, ${mb.toFixed(0)} MB`);
}

async function training(report: Report, name: string, rows: TrainingData): Promise<void> {
  for (const batch_size of [64, 1024]) {
    const options: NeuralNetworkOptions = networkOptions({ epochs: 10, batch_size, validation: 0 });
    const fit = neuralNetworkFit(assetsDir);
    await fit(rows, { ...options, epochs: 1 }, listener());
    const ms = await cpu(() => fit(rows, options, listener()));
    const perSecond = (rows.x.rows * options.epochs) / (ms / 1000);
    report(`network 64-32, ${name}, batches of ${batch_size}: ${count(perSecond)} rows a CPU second`);
  }
}

async function scoring(report: Report, name: string, model: DenseModel, { frame, rows, preparation }: Data) {
  const scorer = await OnnxScorer.open({ onnx: exportOnnx(model, preparation), preparation, assetsDir });
  for (const size of [1, 1000]) {
    const some = rows.slice(0, size);
    const rounds = size === 1 ? 2000 : 20;
    const own = await cpu(() => repeat(rounds, () => predict(model, transformRows(preparation, frame, some))));
    const onnx = await cpu(() => repeat(rounds, () => scorer.score(frame, some)));
    const [each, other] = [own, onnx].map(ms => ((ms * 1000) / rounds / size).toFixed(2));
    report(
      `${name}, ${size} at once: native ${each} µs a row, ONNX Runtime ${other} µs, ratio ${(onnx / own).toFixed(1)}`,
    );
  }
  await scorer.release();
}

async function repeat(rounds: number, work: () => unknown): Promise<void> {
  for (let i = 0; i < rounds; i++) await work();
}

/** ms of CPU */
async function cpu(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
