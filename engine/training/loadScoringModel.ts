import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { onnxFile, preparationFile, weightsFile } from './mlmodel';
import { describeModel, loadModel } from './modelFiles';
import { OnnxScorer } from './onnx/onnxScorer';
import { readPreparation } from './preparationFile';
import type { AnyScoringModel } from './scoringModel';

/** Rows that ONNX Runtime is handed at a time. */
const batch = 4_096;

/**
 * Loads a model folder to score with it: one of ours, or one of which only the ONNX file can say anything.
 * @param assetsDir where the WASM file of ONNX Runtime is
 * @throws ModelyardError as `loadModel`
 */
export async function loadScoringModel(dir: string, assetsDir: string): Promise<AnyScoringModel> {
  const { learner } = await describeModel(dir);
  const hasWeights = await access(path.join(dir, weightsFile)).then(
    () => true,
    () => false,
  );
  if (hasWeights || learner !== 'onnx') return loadModel(dir);
  const preparation = await readPreparation(path.join(dir, preparationFile));
  const onnx = await readFile(path.join(dir, onnxFile));
  const scorer = await OnnxScorer.open({ onnx, preparation, assetsDir });
  const width = Math.max(1, preparation.classes.length);
  return {
    preparation,
    score: async (frame, rows) => {
      const scores = new Float64Array(rows.length * width);
      const all = Array.from(rows);
      for (let from = 0; from < all.length; from += batch)
        scores.set(await scorer.score(frame, all.slice(from, from + batch)), from * width);
      return scores;
    },
  };
}
