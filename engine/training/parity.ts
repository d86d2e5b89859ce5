import { ModelyardError, throwIfAborted } from '../errors';
import type { Frame } from '../protocol/frame';
import { predict, type Model } from './model';
import { OnnxScorer, type OnnxModel } from './onnx/onnxScorer';
import { probeFrame } from './onnx/probeFrame';
import { transformRows } from './transform';

/** Largest difference that is let through: absolute below 1, relative above. */
export const parityTolerance = 1e-5;
/** Rows compared at most. */
const parityRows = 1000;

export interface ParityCheck extends OnnxModel {
  readonly model: Model;
  readonly frame: Frame;
  /** Rows to compare; more than `parityRows` are thinned out evenly. */
  readonly rows: ArrayLike<number>;
}

export interface Parity {
  readonly rows: number;
  readonly greatestDifference: number;
}

/**
 * Runs the exported model in ONNX Runtime and compares its scores with the native ones, on given rows and on two made
 * up: unknown categories, missing values.
 * @throws ModelyardError `training.parity` naming the row and both values.
 */
export async function checkParity(check: ParityCheck, signal: AbortSignal): Promise<Parity> {
  const chosen = thinned(check.rows, parityRows);
  const frame = probeFrame(check.frame, chosen, check.preparation);
  const rows = Int32Array.from({ length: frame.rows }, (_, row) => row);
  const native = predict(check.model, transformRows(check.preparation, frame, rows));
  throwIfAborted(signal);
  const scorer = await OnnxScorer.open(check);
  try {
    const exported = await scorer.score(frame, rows);
    throwIfAborted(signal);
    const names = [
      ...Array.from(chosen, row => `data row ${row + 1}`),
      'a row of unknown values',
      'a row of missing values',
    ];
    return { rows: rows.length, greatestDifference: compare(native, exported, names) };
  } finally {
    await scorer.release();
  }
}

/** @returns the greatest difference. @throws ModelyardError `training.parity` when it is above the tolerance. */
export function compare(native: Float64Array, exported: Float64Array, rowNames: readonly string[]): number {
  const width = native.length / rowNames.length;
  let greatest = 0;
  for (let i = 0; i < native.length; i++) {
    const difference = differenceOf(native[i]!, exported[i] ?? NaN);
    if (difference > parityTolerance) {
      const row = rowNames[Math.floor(i / width)] ?? '';
      throw new ModelyardError(
        'training.parity',
        `The exported ONNX model scores ${row} with ${exported[i]}, the model itself with ${native[i]!}.`,
        {
          fix: 'The model is not kept, because it would decide differently elsewhere. Please report this with the data row.',
          data: { row, native: native[i]!, onnx: exported[i] ?? null, tolerance: parityTolerance },
        },
      );
    }
    greatest = Math.max(greatest, difference);
  }
  return greatest;
}

/** Both NaN (a missing value that is not filled in) is no difference; one NaN is an infinite one. */
function differenceOf(a: number, b: number): number {
  if (Number.isNaN(a) && Number.isNaN(b)) return 0;
  const difference = Math.abs(a - b) / Math.max(1, Math.abs(a));
  return Number.isNaN(difference) ? Infinity : difference;
}

function thinned(rows: ArrayLike<number>, most: number): Int32Array {
  const length = Math.min(rows.length, most);
  return Int32Array.from({ length }, (_, i) => rows[Math.floor((i * rows.length) / length)]!);
}
