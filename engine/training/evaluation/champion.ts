import path from 'node:path';
import type { ChampionComparison } from '../../protocol/evaluation';
import type { ChampionModel, JobContext, JobOutput } from '../../protocol/jobs';
import type { DecisionOptions, EvaluateOptions } from '../../protocol/steps/evaluation';
import { ModelyardError } from '../../errors';
import { delongDifference } from '../../statistics/delong';
import { plural } from '../../plural';
import { readSplitFile, writeJson } from '../files';
import type { AnyScoringModel } from '../scoringModel';
import type { SplitData } from '../stepData';
import { bootstrapDifferences } from './bootstrap';
import { decide, type Decision } from './decision';
import { metricSet } from './metricSet';
import { lastScore, scoreAnyRows, type Scored } from './scored';

export interface ChampionWork {
  readonly job: {
    readonly with: EvaluateOptions & DecisionOptions;
    readonly champion?: ChampionModel;
    /** Where files are written. */
    readonly workDir: string;
  };
  readonly loadModel: (folder: string) => Promise<AnyScoringModel>;
  readonly model: AnyScoringModel;
  readonly input: SplitData;
  readonly scored: Scored;
  readonly decision: Decision;
  readonly stratified: boolean;
}

const resultFile = 'champion.json';

/**
 * A registered model on the same rows, when the job has one: differences of all metrics by the same draws, that of the AUC by DeLong's test too.
 * A champion that cannot score these rows is no reason to fail: the log says why.
 */
export async function compareWithChampion(work: ChampionWork, context: JobContext): Promise<readonly JobOutput[]> {
  const { champion, workDir } = work.job;
  if (!champion) return [];
  const name = nameOf(champion);
  context.progress(`Comparing with ${name}`, 0.38);
  try {
    const other = await work.loadModel(champion.path);
    requireSameQuestion(work.model, other, champion);
    const comparison = await compared({ ...work, champion }, other, context.signal);
    if (comparison.seen > 0)
      context.log(
        `${name} has learnt from ${plural(comparison.seen, 'row')} of this test part, so it looks better than it is.`,
      );
    await writeJson(path.join(workDir, resultFile), comparison);
    return [{ kind: 'file', path: resultFile, artifactPath: resultFile }];
  } catch (error) {
    if (!(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
    context.log(`${name} cannot be compared: ${error.message}`);
    return [];
  }
}

export const nameOf = ({ model, version }: ChampionModel): string => `version ${version} of ${model}`;

export function requireSameQuestion(
  model: AnyScoringModel,
  { preparation }: AnyScoringModel,
  champion: ChampionModel,
): void {
  const { label, classes, positive } = model.preparation;
  const isSame =
    preparation.label.name === label.name &&
    preparation.positive === positive &&
    preparation.classes.join('\n') === classes.join('\n');
  if (!isSame)
    throw new ModelyardError('training.label', `${nameOf(champion)} predicts something else than ${label.name}.`);
}

async function compared(
  work: ChampionWork & { readonly champion: ChampionModel },
  other: AnyScoringModel,
  signal: AbortSignal,
): Promise<ChampionComparison> {
  const { champion, input, scored, stratified } = work;
  const options = work.job.with;
  const { frame, split } = input;
  const theirs = await scoreAnyRows(other, frame, split.test);
  const training = options.threshold === 'best' ? await scoreAnyRows(other, frame, split.train) : theirs;
  const decision = decide(options, other.preparation, () => training);
  const decisions = [work.decision, decision] as const;
  const [own, rival] = [metricSet(scored, work.decision), metricSet(theirs, decision)];
  const drawn = await bootstrapDifferences(
    [scored, theirs],
    { decisions, rounds: options.bootstrap, seed: options.seed, stratified },
    signal,
  );
  const delong =
    scored.task === 'binary' ? delongDifference(scored.y, [lastScore(scored), lastScore(theirs)]) : undefined;
  const seen = await seenRows(champion, input);
  return {
    version: 1,
    model: champion.model,
    modelVersion: champion.version,
    stage: champion.stage,
    rows: scored.y.length,
    seen,
    metrics: Object.fromEntries(
      Object.keys(own).flatMap(key => {
        const [value, their] = [own[key], rival[key]];
        if (value === undefined || their === undefined) return [];
        const { interval, higher } = drawn[key] ?? {};
        const chance = interval && higher !== undefined ? { interval, higher } : {};
        return [[key, { own: value, champion: their, difference: value - their, ...chance }]];
      }),
    ),
    ...(delong && { delong }),
  };
}

/** Rows of the test part that the champion learnt from, as far as its split is known and of the same data. */
export async function seenRows({ split }: ChampionModel, input: SplitData): Promise<number> {
  if (split === undefined) return 0;
  const theirs = await readSplitFile(split);
  if (theirs.digest !== input.digest) return 0;
  const learnt = new Set(theirs.train);
  return input.split.test.filter(row => learnt.has(row)).length;
}
