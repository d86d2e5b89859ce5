import path from 'node:path';
import type { ChampionModel, EarlierFolds, ModelTraining } from '../../protocol/jobs';
import type { CrossValidateOptions, EvaluateOptions } from '../../protocol/steps/evaluation';
import type { BuiltInStep } from '../../protocol/workspaceConfig';
import { rivals } from './rivals';
import type { StepWork } from './stepWork';
import { trainOptions } from './trainOptions';

/** Of the step's work what decides what it is compared with. */
interface Work extends Pick<StepWork, 'name' | 'inputs' | 'workDir'> {
  readonly loaded: Pick<StepWork['loaded'], 'config'>;
  readonly context: Pick<StepWork['context'], 'pipeline' | 'runId'>;
  readonly log: Pick<StepWork['log'], 'write'>;
  readonly ports: Pick<StepWork['ports'], 'champion' | 'rival' | 'earlierFolds' | 'trainingTimes' | 'tuned'>;
}

/** What there was before, for a step that judges a model. */
export interface Compared {
  readonly champion?: ChampionModel;
  readonly rivals?: readonly ChampionModel[];
  readonly earlier?: EarlierFolds;
  readonly training?: ModelTraining;
}

/** @throws ModelyardError `config.invalid`, `not-found`: what it is to be compared with cannot be had */
export async function comparedWith(work: Work, step: BuiltInStep): Promise<Compared> {
  if (step.uses === 'evaluate') return { ...(await champion(work, step.with)), ...(await rivals(work)) };
  if (step.uses === 'test')
    return { ...(await champion(work, { champion: step.with.model })), ...(await training(work)) };
  return step.uses === 'cross-validate' ? earlier(work, step.with) : {};
}

/** What a cross-validation is compared with. */
function earlier(work: Work, { against: wanted }: CrossValidateOptions): Compared {
  if (wanted === undefined) return {};
  const { pipeline, runId } = work.context;
  const found = work.ports.earlierFolds({ wanted, pipeline, runId });
  if (!found) work.log.write('No earlier run has folds to compare with yet.\n');
  return found ? { earlier: found } : {};
}

/** How the model came about that a step tests. */
async function training(work: Work): Promise<Compared> {
  const { pipeline, runId: own } = work.context;
  const model = work.inputs.find(({ kind }) => kind === 'model');
  if (model === undefined) return {};
  const step = work.loaded.config.pipelines[pipeline]?.steps[model.step];
  const options = step?.uses === 'train' ? await trainOptions(work, step.with) : undefined;
  const times = work.ports.trainingTimes({ pipeline, runId: model.runId ?? own });
  return { training: { ...times, ...(options && { options }) } };
}

/** The registered model that a step compares with, beside what the step writes. */
async function champion(work: Work, { champion: model }: Pick<EvaluateOptions, 'champion'>): Promise<Compared> {
  if (model === undefined) return {};
  const found = await work.ports.champion(model, path.join(work.workDir, '.champion'));
  if (!found) work.log.write(`No version of ${model} is there to compare with yet.\n`);
  return found ? { champion: found } : {};
}
