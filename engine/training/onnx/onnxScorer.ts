import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { ModelyardError } from '../../errors';
import type { Frame, FrameColumn } from '../../protocol/frame';
import { findColumn } from '../columns';
import type { ModelSignature, SignatureType } from '../signature';
import { startOrt, type Ort } from './runtime';

/** An ONNX file in ONNX Runtime. Holds WASM memory until `release`. */
export class OnnxScorer {
  private constructor(
    private readonly ort: Ort,
    private readonly session: InferenceSession,
    private readonly signature: ModelSignature,
  ) {}

  /** @throws ModelyardError `training.parity` when ONNX Runtime refuses the file. */
  static async open(bytes: Uint8Array, signature: ModelSignature, assetsDir: string): Promise<OnnxScorer> {
    const ort = await startOrt(assetsDir);
    try {
      const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], intraOpNumThreads: 1 });
      return new OnnxScorer(ort, session, signature);
    } catch (cause) {
      throw new ModelyardError('training.parity', `ONNX Runtime does not take the exported model: ${said(cause)}`, {
        cause,
      });
    }
  }

  /** Rows × classes probabilities, or rows values, as the native scores are laid out. */
  async score(frame: Frame, rows: ArrayLike<number>): Promise<Float64Array> {
    const { inputs, outputs } = this.signature;
    const dims = inputs.length === 1 ? [rows.length, 1] : [rows.length];
    const feeds = inputs.map(({ name, type }): [string, Tensor] => {
      const column = findColumn(frame, name, 'an input of the model');
      return [name, this.tensor(type, column, { rows, dims })];
    });
    const results = await this.session.run(Object.fromEntries(feeds));
    const scores = outputs.filter(output => output.type === 'double' && !isLabel(outputs, output.name));
    const values = new Float64Array(rows.length * scores.length);
    for (const [index, { name }] of scores.entries()) {
      const data = results[name]?.data;
      if (!(data instanceof Float64Array))
        throw new ModelyardError('training.parity', `The exported model has no output ${name}.`);
      for (let row = 0; row < rows.length; row++) values[row * scores.length + index] = data[row]!;
    }
    return values;
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private tensor(type: SignatureType, column: FrameColumn, shape: { rows: ArrayLike<number>; dims: number[] }): Tensor {
    const { Tensor: OrtTensor } = this.ort;
    const rows = Array.from(shape.rows);
    if (column.kind === 'text') {
      const texts = rows.map(row => column.categories[column.codes[row]!] ?? '');
      return type === 'boolean'
        ? new OrtTensor(
            'bool',
            texts.map(text => text === 'true'),
            shape.dims,
          )
        : new OrtTensor('string', texts, shape.dims);
    }
    const numbers = rows.map(row => column.values[row]!);
    return type === 'long'
      ? new OrtTensor(
          'int64',
          BigInt64Array.from(numbers, value => BigInt(value)),
          shape.dims,
        )
      : new OrtTensor('float64', Float64Array.from(numbers), shape.dims);
  }
}

/** The first output of a classifier is its label; a regression has only its value. */
const isLabel = (outputs: ModelSignature['outputs'], name: string): boolean =>
  outputs.length > 1 && outputs[0]?.name === name;

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
