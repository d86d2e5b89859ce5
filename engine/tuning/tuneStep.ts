import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { JobResult, TuneContext } from '../protocol/jobs';
import type { TuneOptions } from '../protocol/steps/search';
import type { Params, Trial } from '../protocol/tuning';
import { learnerSpace, optionsOf, paramsOf, readValue } from './learnerSpace';
import { bestTrials, objective, reportedBy } from './objectives';
import type { TuningPorts } from './ports';
import type { StudyDetail } from './stored';
import { paramsText } from './texts';
import { valueText } from './values';

export function detailOf(options: TuneOptions): StudyDetail {
  const { parameters, fixed } = learnerSpace(options);
  return {
    objectives: options.metric.map(objective),
    reported: reportedBy(options),
    constraints: options.constraints,
    parameters,
    fixed,
    sampler: options.sampler,
    pruner: options.pruner,
    seed: options.seed,
    steps: options.holdout === undefined ? options.folds : 1,
  };
}

/**
 * What all trials of a study have in common: the same value, and what trials have measured can be compared. Neither the
 * budget nor how trials are chosen is part of it.
 * @throws ModelyardError `config.invalid` when the step does not come after a split and a preparation
 */
export async function fingerprintOf(options: TuneOptions, context: TuneContext): Promise<string> {
  const hash = createHash('sha256');
  for (const kind of ['split', 'preparation'] as const) {
    const input = context.inputs.find(one => one.kind === kind);
    if (input === undefined)
      throw new ModelyardError(
        'config.invalid',
        `Step ${context.step} needs a ${kind}, and no step before makes one.`,
        {
          fix: `Name a step that makes one under \`needs\` of ${context.step}.`,
        },
      );
    hash.update(await readFile(input.path)).update('\0');
  }
  const { objectives, constraints, parameters, fixed, seed, steps } = detailOf(options);
  const { holdout = 0, cost = null } = options;
  hash.update(JSON.stringify([objectives, constraints, parameters, fixed, seed, steps, holdout, cost]));
  return hash.digest('hex');
}

/** What is tried first: what modelyard.yaml says, then the best earlier runs of the same learners. */
export function firstTrials(options: TuneOptions, { tracking }: Pick<TuningPorts, 'tracking'>): readonly FirstTrial[] {
  const enqueued = options.enqueue.map((one): FirstTrial => ({ source: 'enqueued', params: paramsOf(one) }));
  return [...enqueued, ...earlier(options, tracking)];
}

export type FirstTrial = Pick<Trial, 'source' | 'params'>;

function earlier(options: TuneOptions, tracking: TuningPorts['tracking']): readonly FirstTrial[] {
  const { warm_start: limit, metric } = options;
  const first = metric[0];
  if (limit === 0 || first === undefined) return [];
  const { parameters } = learnerSpace(options);
  const { maximize } = objective(first);
  const seen = new Set<string>();
  const found = options.learner.flatMap(learner =>
    tracking.best({ learner, metric: first, maximize, limit: 4 * limit }).flatMap(({ params: logged, value }) => {
      const entries = parameters.flatMap(parameter => {
        const [owner, option = ''] = parameter.name.split('.');
        const text = owner === learner ? logged[option] : undefined;
        const read = text === undefined ? undefined : readValue(parameter, text);
        return read === undefined ? [] : [[parameter.name, read] as const];
      });
      const params: Params = { learner, ...Object.fromEntries(entries) };
      const key = JSON.stringify(params);
      if (entries.length === 0 || seen.has(key)) return [];
      seen.add(key);
      return [{ params, value }];
    }),
  );
  found.sort((a, b) => (maximize ? b.value - a.value : a.value - b.value));
  return found.slice(0, limit).map(({ params }) => ({ source: 'earlier', params }));
}

/** What the step makes of a study: the options that its best trial had. */
export async function tuningResult(
  study: {
    readonly id: string;
    readonly number: number;
    readonly detail: StudyDetail;
    readonly trials: readonly Trial[];
  },
  { ports, context }: { readonly ports: TuningPorts; readonly context: TuneContext },
): Promise<JobResult> {
  const { detail, trials } = study;
  const { objectives, fixed } = detail;
  const front = bestTrials(trials, objectives);
  const [best] = front;
  if (best === undefined)
    throw new ModelyardError('step.failed', `No trial of study s-${study.number} has come to its end.`, {
      fix: 'Give it more trials or time, or look at the log for what they failed with.',
    });
  const options = ports.trainOptions(optionsOf(best.params, fixed));
  const file = {
    version: 1,
    trial: best.number,
    values: Object.fromEntries(objectives.map(({ metric }, i) => [metric, best.values[i]])),
    options,
    front: front.map(({ number, params, values }) => ({ trial: number, params, values })),
  };
  await writeFile(path.join(context.workDir, 'tuning.json'), `${JSON.stringify(file, null, 2)}\n`);
  const states = (state: Trial['state']): number => trials.filter(trial => trial.state === state).length;
  const values = objectives.map(({ metric }, i) => `${metric} ${(best.values[i] ?? Number.NaN).toPrecision(4)}`);
  return {
    outputs: [{ kind: 'tuning', path: 'tuning.json', artifactPath: 'tuning.json' }],
    // the study's id is another one each time: where it stands, nothing repeats bit for bit
    params: {
      sampler: detail.sampler,
      pruner: detail.pruner,
      ...Object.fromEntries(
        Object.entries(optionsOf(best.params, fixed)).map(([name, value]) => [name, valueText(value)]),
      ),
    },
    metrics: {
      tune_trials: trials.length,
      ...Object.fromEntries(objectives.map(({ metric }, i) => [`tune_${metric}`, best.values[i] ?? Number.NaN])),
    },
    tags: { 'modelyard.study': study.id },
    inputs: [],
    summary: [
      `s-${study.number}`,
      counted(states('complete'), 'trial'),
      ...(states('pruned') > 0 ? [`${states('pruned')} pruned`] : []),
      ...(states('failed') > 0 ? [`${states('failed')} failed`] : []),
      `best ${values.join(', ')}: ${paramsText(best.params)}`,
    ].join(' · '),
  };
}

const counted = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;
