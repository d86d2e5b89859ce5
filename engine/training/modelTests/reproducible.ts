import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobContext } from '../../protocol/jobs';
import type { TrainOptions } from '../../protocol/steps/learners';
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
  /** With the one that made the model. */
  readonly trainings: number;
  /** For the other models. */
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
  const first = await digestOf(path.join(folder, weightsFile));
  const others: string[] = [];
  for (let training = 2; training <= trained.trainings; training++) {
    const { model } = await fitModel(task, {
      signal: context.signal,
      metric: () => undefined,
      progress: () => undefined,
    });
    const again = path.join(workDir, 'again.json');
    await writeModel(again, model);
    others.push(await digestOf(again));
  }
  const different = others.filter(other => other !== first);
  const again = others.length === 1 ? 'A second training' : `${others.length} more trainings`;
  return {
    value: different.length,
    rows: split.train.length,
    examples: [],
    sentence:
      different[0] === undefined
        ? `${again} gave the same model, bit for bit (${first.slice(0, 12)})`
        : `${again} gave ${others.length === 1 ? 'another model' : `another model ${different.length} times`} (${first.slice(0, 12)}, then ${different[0].slice(0, 12)})`,
  };
}

const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
