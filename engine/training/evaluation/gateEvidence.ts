import type { Evaluation } from '../../protocol/evaluation';
import type { ChampionModel, JobContext } from '../../protocol/jobs';
import type { DataAccess } from '../../protocol/frame';
import type { DecisionOptions, EvaluateOptions } from '../../protocol/steps/evaluation';
import { throwIfAborted } from '../../errors';
import type { AnyScoringModel } from '../scoringModel';
import type { SplitData } from '../stepData';
import { calibrationTests } from './calibrationTests';
import type { Decision } from './decision';
import { boostingOf, byClassOf, errorsOf } from './details';
import { allGroups } from './groups';
import { compareWithRivals } from './rivals';
import { lastScore, scoreAnyRows, type Scored } from './scored';
import { sampleOf } from './simpleDesign';
import { mostTrainingRows, trainingPart } from './trainingPart';
import { trivialModels } from './trivial';

export interface EvidenceWork {
  readonly data: DataAccess;
  readonly loadModel: (folder: string) => Promise<AnyScoringModel>;
  readonly model: AnyScoringModel;
  readonly input: SplitData;
  readonly scored: Scored;
  /** The training part, where it was scored already. */
  readonly training: Scored | undefined;
  readonly decision: Decision;
  readonly stratified: boolean;
  readonly options: EvaluateOptions & DecisionOptions;
  readonly rivals: readonly ChampionModel[];
}

type Evidence = Pick<
  Evaluation,
  'training' | 'groups' | 'trivial' | 'rivals' | 'calibration' | 'errors' | 'byClass' | 'boosting'
>;

/**
 * What gates judge by beside metrics and slices: the training part, groups, models without art, versions to compare with,
 * calibration, errors.
 */
export async function gateEvidence(work: EvidenceWork, context: JobContext): Promise<Evidence> {
  const { data, model, input, scored, decision, options } = work;
  const { frame, split } = input;
  const { preparation } = model;
  const sample = sampleOf(split.train, mostTrainingRows, options.seed);
  const training = work.training ?? (await scoreAnyRows(model, frame, sample));
  throwIfAborted(context.signal);
  const simple = { frame, training: sample, test: split.test, preparation, seed: options.seed };
  const groups = await allGroups(
    { data, frame, rows: split.test, scored, decision, options, proxy: { ...simple, data } },
    context,
  );
  const trivial = await trivialModels({ ...work, ...simple }, context);
  const rivals = await compareWithRivals({ ...work, slices: sliceRows(work) }, context);
  const calibration = scored.task === 'binary' ? calibrationTests(scored.y, lastScore(scored)) : undefined;
  const errors = scored.task === 'regression' ? errorsOf(scored) : undefined;
  const boosting = boostingOf(model, { frame, rows: split.test, scored, decision });
  return {
    training: trainingPart(training, scored, decision),
    ...(groups.length > 0 && { groups }),
    ...(trivial.length > 0 && { trivial }),
    ...(rivals.length > 0 && { rivals }),
    ...(calibration && { calibration }),
    ...(errors && { errors }),
    ...(scored.task !== 'regression' && { byClass: byClassOf(scored, decision, preparation.classes) }),
    ...(boosting && { boosting }),
  };
}

/** Only where versions are compared: the slices have been looked at by then, so that their conditions are right. */
function sliceRows({ rivals, options, data, input }: EvidenceWork): ReadonlyMap<string, readonly number[]> {
  if (rivals.length === 0) return new Map();
  const { frame, split } = input;
  return new Map(
    [...new Set(options.slices)].map(slice => {
      const holds = data.condition(slice, frame);
      return [slice, [...split.test.keys()].filter(at => holds(split.test[at]!))];
    }),
  );
}
