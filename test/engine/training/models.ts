import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from '../../../engine/protocol/frame';
import type { PrepareOptions } from '../../../engine/protocol/steps';
import type { LearnerProgress, TrainingData } from '../../../engine/training/learner';
import { learnPreparation } from '../../../engine/training/learnPreparation';
import type { Preparation } from '../../../engine/training/preparation';
import { targetValues, transformRows } from '../../../engine/training/transform';

const temporary: string[] = [];
process.on('exit', () => temporary.forEach(folder => rmSync(folder, { recursive: true, force: true })));

/** A folder with the WASM files as they lie next to the bundles. */
export const assetsDir = ((): string => {
  const dir = temporaryFolder();
  const files = [
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  ];
  for (const file of files) symlinkSync(path.resolve('node_modules', file), path.join(dir, path.basename(file)));
  return dir;
})();

/** A new empty folder that goes when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-training-'));
  temporary.push(folder);
  return folder;
}

export interface Point {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}

/** Listens to a learner; `onMetric` is called for each point. */
export function listener(
  onMetric: (point: Point) => void = () => {},
  signal = new AbortController().signal,
): LearnerProgress {
  return { signal, metric: (key, value, step) => onMetric({ key, value, step }), progress: () => {} };
}

export function trainingData(preparation: Preparation, frame: Frame, rows: ArrayLike<number>): TrainingData {
  return {
    x: transformRows(preparation, frame, rows),
    y: targetValues(preparation, frame, rows),
    task: preparation.task,
    classes: preparation.task === 'regression' ? 1 : preparation.classes.length,
    features: preparation.features,
  };
}

export const prepared = (frame: Frame, rows: readonly number[], options: PrepareOptions): Preparation =>
  learnPreparation(frame, rows, options, new AbortController().signal).preparation;

/** Prepared numbers made by hand: a row a list, the target beside it. */
export function table(
  task: TrainingData['task'],
  rows: readonly (readonly number[])[],
  y: readonly number[],
): TrainingData {
  const columns = rows[0]?.length ?? 0;
  return {
    x: { rows: rows.length, columns, values: Float64Array.from(rows.flat()) },
    y: Float64Array.from(y),
    task,
    classes: task === 'regression' ? 1 : Math.max(...y) + 1,
    features: Array.from({ length: columns }, (_, i) => `x${i}`),
  };
}
