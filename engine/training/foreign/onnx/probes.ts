import { Random } from '../../../random';
import type { Frame, FrameColumn } from '../../../protocol/frame';
import type { OnnxScorer } from '../../onnx/onnxScorer';
import type { Preparation } from '../../preparation';
import type { OnnxFile } from './onnxFile';
import { texts64 } from './onnxFile';

const tries = 200;
const enough = 40;

/** Made-up rows that a model takes: one of a category that it does not know may be refused. */
export interface Probes {
  readonly frame: Frame;
  /** Of these rows the model says something, and what: rows × `width`. */
  readonly taken: readonly number[];
  readonly scores: readonly number[];
  readonly width: number;
  /** Why a row was refused, when none was taken. */
  readonly refusal: string;
}

/** Asks a model about made-up rows, one after the other; the same model is asked the same. */
export async function probe(file: OnnxFile, preparation: Preparation, scorer: OnnxScorer): Promise<Probes> {
  const random = new Random(1);
  const texts = textsIn(file);
  const isWhole = new Set(
    file.inputs.flatMap(({ kind, name }) => (kind === 'int64' || kind === 'int32' ? [name] : [])),
  );
  const frame: Frame = {
    rows: tries,
    columns: preparation.columns.map(({ kind, name, type }): FrameColumn => {
      if (kind === 'text')
        return {
          kind,
          name,
          type,
          categories: texts,
          codes: Int32Array.from({ length: tries }, () => random.below(texts.length)),
        };
      const draw = (): number => (isWhole.size > 0 ? random.below(6) : Number((2 * random.normal()).toFixed(3)));
      return { kind, name, type, values: Float64Array.from({ length: tries }, draw) };
    }),
  };
  const taken: number[] = [];
  const scores: number[] = [];
  let refusal = '';
  for (let row = 0; row < tries && taken.length < enough; row++) {
    try {
      scores.push(...(await scorer.score(frame, [row])));
      taken.push(row);
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
    }
  }
  return { frame, taken, scores, width: scores.length / Math.max(1, taken.length), refusal };
}

/** The categories that encoders in the file know. */
function textsIn({ proto }: OnnxFile): string[] {
  const found = (proto.graph?.node ?? []).flatMap(({ attribute }) =>
    (attribute ?? []).flatMap(({ name, strings }) =>
      name === 'cats_strings' || name === 'keys_strings' ? texts64(strings) : [],
    ),
  );
  return found.length > 0 ? [...new Set(found)] : ['a', 'b'];
}
