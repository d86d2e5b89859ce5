import type { Cell } from '../protocol/data';
import type { Scorer } from '../serving/scoringHandler';
import { loadScoringModel } from '../training/loadScoringModel';
import { describeModel } from '../training/modelFiles';
import { frameOfRecords } from '../training/records';

/** The model of a folder, as a server asks it. @throws ModelyardError when it cannot be loaded */
export async function loadScorer(version: number, folder: string): Promise<Scorer> {
  const [model, { signature, features: use }] = await Promise.all([
    loadScoringModel(folder, __dirname),
    describeModel(folder),
  ]);
  const { classes, task } = model.preparation;
  const width = Math.max(1, classes.length);
  return {
    version,
    ...(use && { features: { inputs: signature.inputs.map(({ name }) => name), use } }),
    answer: async rows => {
      const frame = frameOfRecords(signature.inputs, rows);
      const scores = await model.score(
        frame,
        Int32Array.from({ length: frame.rows }, (_, row) => row),
      );
      return Array.from({ length: frame.rows }, (_, row) => {
        const own = scores.subarray(row * width, (row + 1) * width);
        return task === 'regression' ? { value: own[0] ?? null } : classAnswer(own, classes);
      });
    },
  };
}

/** As the model's Python function answers: the likeliest class, and the probability of each. */
function classAnswer(probabilities: Float64Array, classes: readonly string[]): Record<string, Cell> {
  let best = 0;
  for (const [i, probability] of probabilities.entries()) if (probability > probabilities[best]!) best = i;
  const each = classes.map((name, i): [string, Cell] => [`probability_${name}`, probabilities[i] ?? null]);
  return { label: classes[best] ?? null, ...Object.fromEntries(each) };
}
