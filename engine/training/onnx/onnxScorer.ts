import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { ModelyardError } from '../../errors';
import type { Frame } from '../../protocol/frame';
import { findColumn, modelInput } from '../columns';
import type { Preparation } from '../preparation';
import { outputNames } from './exportOnnx';
import { startOrt, type Ort } from './runtime';

export interface OnnxModel {
  readonly onnx: Uint8Array;
  readonly preparation: Preparation;
  /** Where the WASM file of ONNX Runtime is. */
  readonly assetsDir: string;
}

/** An exported model in ONNX Runtime. Holds WASM memory until `release`. */
export class OnnxScorer {
  private constructor(
    private readonly ort: Ort,
    private readonly session: InferenceSession,
    private readonly preparation: Preparation,
  ) {}

  /** @throws ModelyardError `training.parity` when ONNX Runtime refuses the file. */
  static async open({ onnx, preparation, assetsDir }: OnnxModel): Promise<OnnxScorer> {
    const ort = await startOrt(assetsDir);
    try {
      const session = await ort.InferenceSession.create(onnx, { executionProviders: ['wasm'], intraOpNumThreads: 1 });
      return new OnnxScorer(ort, session, preparation);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ModelyardError('training.parity', `ONNX Runtime does not take the exported model: ${reason}`, {
        cause,
        fix: 'The model is not kept. Please report this with the message.',
      });
    }
  }

  /** Rows × classes probabilities, or rows values, as the native scores are laid out. */
  async score(frame: Frame, rows: ArrayLike<number>): Promise<Float64Array> {
    const list = Array.from(rows);
    const feeds = this.preparation.columns.map(({ name }): [string, Tensor] => [name, this.tensor(frame, name, list)]);
    const results = await this.session.run(Object.fromEntries(feeds));
    const scores = results[outputNames(this.preparation).score]?.data;
    if (scores instanceof Float64Array) return scores;
    throw new ModelyardError('internal', 'The exported ONNX model has no scores in double.');
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private tensor(frame: Frame, name: string, rows: readonly number[]): Tensor {
    const column = findColumn(frame, name, modelInput);
    const { Tensor: OrtTensor } = this.ort;
    const dims = [rows.length, 1];
    if (column.kind === 'number')
      return new OrtTensor(
        'float64',
        Float64Array.from(rows, row => column.values[row]!),
        dims,
      );
    const texts = rows.map(row => column.categories[column.codes[row]!] ?? '');
    return new OrtTensor('string', texts, dims);
  }
}
