import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from '../../../engine/protocol/frame';
import type { PrepareOptions } from '../../../engine/protocol/steps/preparation';
import { categoricalFeatures } from '../../../engine/training/categoricalFeatures';
import type { LearnerProgress, TrainingData } from '../../../engine/training/learner';
import { learnPreparation } from '../../../engine/training/learnPreparation';
import type { Preparation } from '../../../engine/training/preparation';
import { targetValues, transformRows } from '../../../engine/training/transform';

/** A folder with the WASM files as they lie next to the bundles. */
export const assetsDir = ((): string => {
  const dir = path.resolve('out/training-assets');
  const files = [
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  ];
  mkdirSync(dir, { recursive: true });
  for (const file of files) {
    const link = path.join(dir, path.basename(file));
    try {
      symlinkSync(path.join('../../node_modules', file), link);
    } catch (error) {
      if (!existsSync(link)) throw error; // else another test file was first
    }
  }
  return dir;
})();

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
    categorical: categoricalFeatures(preparation),
  };
}

export const prepared = (frame: Frame, rows: readonly number[], options: PrepareOptions): Preparation =>
  learnPreparation({ frame, rows, options }, new AbortController().signal).preparation;

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
