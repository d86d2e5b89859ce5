import type { RivalEvaluation } from '../../protocol/evaluationParts';
import type { ChampionModel, JobContext } from '../../protocol/jobs';
import type { DecisionOptions, EvaluateOptions } from '../../protocol/steps/evaluation';
import { ModelyardError } from '../../errors';
import { plural } from '../../plural';
import type { AnyScoringModel } from '../scoringModel';
import type { SplitData } from '../stepData';
import { bootstrapPairs } from './bootstrap';
import { nameOf, requireSameQuestion, seenRows } from './champion';
import { decide, type Decision } from './decision';
import { metricSet } from './metricSet';
import { pick, scoreAnyRows, type Scored } from './scored';

export interface RivalsWork {
  readonly rivals: readonly ChampionModel[];
  readonly loadModel: (folder: string) => Promise<AnyScoringModel>;
  readonly model: AnyScoringModel;
  readonly input: SplitData;
  readonly scored: Scored;
  readonly decision: Decision;
  readonly stratified: boolean;
  readonly options: EvaluateOptions & DecisionOptions;
  /** Of each slice that is named, the positions of its rows. */
  readonly slices: ReadonlyMap<string, readonly number[]>;
}

/** More rows of a comparison are not drawn from. */
const mostDrawn = 20_000;

/**
 * The versions that gates compare with, each on the same rows by the same draws. One that cannot score these rows is left
 * out, and the log says why: the gate then goes by what it was evaluated with itself.
 */
export async function compareWithRivals(work: RivalsWork, context: JobContext): Promise<readonly RivalEvaluation[]> {
  const found: RivalEvaluation[] = [];
  for (const rival of work.rivals) {
    context.progress(`Comparing with ${nameOf(rival)}`, 0.39);
    try {
      const other = await work.loadModel(rival.path);
      requireSameQuestion(work.model, other, rival);
      found.push(await beside(work, { rival, other }, context.signal));
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
      context.log(`${nameOf(rival)} cannot be compared: ${error.message}`);
    }
  }
  for (const { model, version, seen } of found)
    if (seen > 0)
      context.log(
        `Version ${version} of ${model} has learnt from ${plural(seen, 'row')} of this test part, so it looks better than it is.`,
      );
  return found;
}

async function beside(
  work: RivalsWork,
  { rival, other }: { readonly rival: ChampionModel; readonly other: AnyScoringModel },
  signal: AbortSignal,
): Promise<RivalEvaluation> {
  const { input, scored, options, stratified, slices } = work;
  const { frame, split } = input;
  const theirs = await scoreAnyRows(other, frame, split.test);
  const training = options.threshold === 'best' ? await scoreAnyRows(other, frame, split.train) : theirs;
  const decision = decide(options, other.preparation, () => training);
  const drawing = {
    ...{ rounds: options.bootstrap, seed: options.seed, levels: options.confidence, most: mostDrawn },
    decisions: [work.decision, decision],
    combine: (_: string, own: number, rivals: number) => own - rivals,
  } as const;
  const inSlices: RivalEvaluation['slices'][number][] = [];
  for (const [slice, positions] of slices) {
    if (positions.length === 0) continue;
    const both = [pick(scored, positions), pick(theirs, positions)] as const;
    inSlices.push({
      slice,
      rows: positions.length,
      metrics: metricSet(both[1], decision),
      intervals: await bootstrapPairs(both, { ...drawing, stratified: false }, signal),
    });
  }
  return {
    model: rival.model,
    version: rival.version,
    rows: scored.y.length,
    seen: await seenRows(rival, input),
    metrics: metricSet(theirs, decision),
    intervals: await bootstrapPairs([scored, theirs], { ...drawing, stratified }, signal),
    slices: inSlices,
  };
}
