import { inputExample } from '../modelFiles';
import { readScoringRequest, scoringRequest } from '../../scoringRequest';
import { frameOfRecords } from '../records';
import type { ModelSignature } from '../signature';
import { takenRows } from './alteredFrame';
import { placedExamples, shown } from './examples';
import { sampleRows } from './sampleRows';
import { allScores } from './scoring';
import type { Subject } from './subject';
import type { ModelTest } from '../../protocol/modelTests';
import type { Found } from './subject';
import { counted } from '../../plural';

export interface ServedModel {
  readonly signature: ModelSignature;
  /** The same model in ONNX Runtime; absent where that is the only one there is. */
  readonly exported?: Subject['model'];
}

/**
 * Scores the rows three times: from the data as it was trained, from JSON as a server gets it, and that in ONNX
 * Runtime. Training and serving agree when the greatest difference is none but rounding.
 */
export async function parity(
  { rows: most }: ModelTest<'parity'>,
  subject: Subject,
  { signature, exported }: ServedModel,
): Promise<Found> {
  const { model, frame, rows, seed } = subject;
  const asked = sampleRows(rows, most, seed);
  const trained = await allScores(model, takenRows(frame, asked, model.preparation));
  const sent = scoringRequest(inputExample(signature, frame, asked));
  const served = frameOfRecords(signature.inputs, readScoringRequest(sent));
  const doors = [
    { name: 'as JSON', scores: await allScores(model, served) },
    ...(exported ? [{ name: 'in ONNX Runtime', scores: await allScores(exported, served) }] : []),
  ];
  const width = trained.length / Math.max(1, asked.length);
  let worst = { difference: 0, row: -1, what: '' };
  for (const { name, scores } of doors)
    for (const [i, score] of trained.entries()) {
      const difference = apart(score, scores[i] ?? Number.NaN);
      if (difference > worst.difference)
        worst = {
          difference,
          row: asked[Math.floor(i / width)]!,
          what: `trained ${shown(score)}, ${name} ${shown(scores[i] ?? Number.NaN)}`,
        };
    }
  const examples = worst.row < 0 ? [] : [{ row: worst.row, size: worst.difference, what: worst.what }];
  return {
    value: worst.difference,
    rows: asked.length,
    examples: await placedExamples(examples, subject),
    sentence: `The scores of ${counted(asked.length, 'row')} in training and as JSON${exported ? ', here and in ONNX Runtime,' : ''} ${worst.difference === 0 ? 'are the same' : 'differ'}`,
  };
}

/** Absolute below 1, relative above. */
function apart(a: number, b: number): number {
  if (Number.isNaN(a) && Number.isNaN(b)) return 0;
  const difference = Math.abs(a - b) / Math.max(1, Math.abs(a));
  return Number.isNaN(difference) ? Infinity : difference;
}
