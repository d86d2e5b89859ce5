import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Evaluation } from '../../protocol/evaluation';
import type { DependenceFile, DependenceOfColumn } from '../../protocol/explanation';
import type { JobContext, JobOutput } from '../../protocol/jobs';
import type { EvaluateOptions } from '../../protocol/steps/evaluation';
import { writeJson } from '../files';
import { Random } from '../../random';
import type { AnyScoringModel } from '../scoringModel';
import type { SplitData } from '../stepData';
import { partialDependence } from './dependence';
import { explain, type Explained } from './explanation';
import { reasonCodes } from './reasons';

export interface ExplainWork {
  readonly model: AnyScoringModel;
  readonly input: SplitData;
  readonly options: Pick<EvaluateOptions, 'explain' | 'dependence' | 'seed'>;
  /** Of the class that is good for a person. */
  readonly favourable: number | undefined;
  /** Of permutations, the most important first. */
  readonly importance: Evaluation['importance'];
  /** Where files are written. */
  readonly folder: string;
}

export interface ExplainResult {
  readonly evaluation: Pick<Evaluation, 'explanation' | 'dependence'>;
  readonly outputs: readonly JobOutput[];
}

/**
 * What the step `evaluate` says of why a model scores as it does: `explanation.json`, `reason_codes.csv` and
 * `partial_dependence.json`, and their short forms for `evaluation.json`.
 */
export async function explainModel(work: ExplainWork, context: JobContext): Promise<ExplainResult> {
  const { options } = work;
  const files: Record<string, string | object> = {};
  const explained = options.explain === 0 ? undefined : await contributions(work, context);
  if (explained) {
    files['explanation.json'] = explained.explanation;
    const { preparation } = work.model;
    const { frame } = work.input;
    const reasons = reasonCodes(explained, { preparation, frame, favourable: work.favourable });
    if (reasons !== undefined) files['reason_codes.csv'] = reasons;
  }
  const dependence = options.dependence === 0 ? undefined : await dependences(work, explained, context);
  if (dependence) files['partial_dependence.json'] = dependence;
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(work.folder, name);
    await (typeof content === 'string' ? writeFile(file, content) : writeJson(file, content));
  }
  const short = explained && withoutSample(explained);
  return {
    evaluation: {
      ...(short && { explanation: short }),
      ...(dependence && {
        dependence: {
          rows: dependence.rows,
          outputs: dependence.outputs,
          columns: dependence.columns.map(withoutCurves),
        },
      }),
    },
    outputs: Object.keys(files).map(name => ({ kind: 'file', path: name, artifactPath: name })),
  };
}

function withoutCurves(column: DependenceFile['columns'][number]): DependenceOfColumn {
  const { curves: _, ...rest } = column;
  return rest;
}

function withoutSample({ explanation }: Explained): Evaluation['explanation'] {
  const { sample: _, ...summary } = explanation;
  return summary;
}

async function contributions(work: ExplainWork, context: JobContext): Promise<Explained | undefined> {
  const { model, input, options } = work;
  if (!model.model) return undefined;
  context.progress('Explaining scores', 0.95);
  const { frame, split } = input;
  return explain(
    {
      model: model.model,
      preparation: model.preparation,
      frame,
      train: split.train,
      test: split.test,
      ...(options.explain !== undefined && { most: options.explain }),
      random: new Random(options.seed),
    },
    context.signal,
  );
}

async function dependences(work: ExplainWork, explained: Explained | undefined, context: JobContext) {
  const { model, input, options, importance } = work;
  context.progress('Partial dependence', 0.97);
  const ranking =
    explained?.explanation.columns.map(({ column }) => column) ??
    importance?.map(({ feature }) => feature) ??
    model.preparation.columns.map(({ name }) => name);
  const columns = ranking.slice(0, options.dependence);
  const { frame, split } = input;
  const settings = { frame, test: split.test, columns, random: new Random(options.seed) };
  return partialDependence(model, settings, context.signal);
}
