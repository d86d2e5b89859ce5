import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobContext } from '../../protocol/jobs';
import type { TrainOptions } from '../../protocol/steps';
import { ModelyardError } from '../../errors';
import { fitModel } from '../fitModel';
import { writeModel } from '../modelFile';
import { weightsFile } from '../mlmodel';
import type { Preparation } from '../preparation';
import type { SplitData } from '../stepData';
import type { Found } from './subject';

export interface Trained {
  readonly folder: string;
  readonly preparation: Preparation;
  readonly input: SplitData;
  /** What the step that made the model was told. */
  readonly options: TrainOptions | undefined;
  readonly assetsDir: string;
  /** For the second model. */
  readonly workDir: string;
}

/** Trains once more as the model was trained, and compares the files. */
export async function reproducible(trained: Trained, context: JobContext): Promise<Found> {
  const { folder, preparation, input, options, assetsDir, workDir } = trained;
  if (options === undefined)
    throw new ModelyardError(
      'config.invalid',
      'It was not made by a step `uses: train` of this pipeline, so it cannot be trained again.',
    );
  const { frame, split } = input;
  const task = { frame, rows: split.train, preparation, options, split, assetsDir };
  const { model } = await fitModel(task, {
    signal: context.signal,
    metric: () => undefined,
    progress: () => undefined,
  });
  const again = path.join(workDir, 'again.json');
  await writeModel(again, model);
  const [first, second] = await Promise.all([path.join(folder, weightsFile), again].map(digestOf));
  const same = first === second;
  return {
    value: same ? 0 : 1,
    rows: split.train.length,
    examples: [],
    sentence: same
      ? `A second training gave the same model, bit for bit (${first?.slice(0, 12) ?? ''})`
      : `A second training gave another model (${first?.slice(0, 12) ?? ''}, then ${second?.slice(0, 12) ?? ''})`,
  };
}

const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
