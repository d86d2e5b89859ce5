import type { NumberColumn, PlotColumn, PlotRun } from '../../engine/charts/plots/columns';
import { plotColumns } from '../../engine/charts/plots/columns';
import type { Course } from '../../engine/charts/plots/courses';
import type { Span } from '../../engine/charts/plots/timeline';
import type { Study, Trial } from '../../engine/protocol/tuning';
import { metric } from '../shared/format';
import { t } from '../shared/l10n';
import { paramText } from '../shared/searchSpace';
import { isBetter } from './specs';

/** For people: `C 0.5`, without the learner that stands before it. */
const paramName = (name: string): string => name.replace(/^[^.]*\./, '');

export const trialName = ({ number }: Trial): string => t('trial {0}', number);

/** The word for what became of a trial. */
export function stateWord(state: Trial['state']): string {
  switch (state) {
    case 'waiting':
      return t('waiting');
    case 'running':
      return t('running');
    case 'complete':
      return t('complete');
    case 'pruned':
      return t('pruned');
    case 'failed':
      return t('failed');
    case 'cancelled':
      return t('cancelled');
  }
}

export interface TrialPlots {
  readonly runs: readonly PlotRun[];
  readonly objectives: readonly NumberColumn[];
  readonly params: readonly PlotColumn[];
  /** 1 is the best by the objective. */
  readonly rank: (objective: number) => NumberColumn;
}

/** Complete trials as points of plots. */
export function plotTrials(study: Study): TrialPlots {
  const trials = study.trials.filter(({ state, values }) => state === 'complete' && !values.some(Number.isNaN));
  const runs = trials.map((trial): PlotRun => ({
    id: trial.runId ?? '',
    label: trialName(trial),
    params: Object.fromEntries(Object.entries(trial.params).map(([name, value]) => [name, paramText(value)])),
    metrics: Object.fromEntries(study.objectives.map((one, at) => [one.metric, trial.values[at] ?? Number.NaN])),
  }));
  const columns = plotColumns(runs);
  const ofMetric = (name: string): NumberColumn[] =>
    columns.filter((one): one is NumberColumn => one.id === `metrics.${name}` && one.kind === 'number');
  return {
    runs,
    objectives: study.objectives.flatMap(({ metric: name }) => ofMetric(name)),
    params: paramColumns(study, columns),
    rank: at => rankColumn(study, trials, at),
  };
}

/**
 * The learner first, its options together, under names as short as they can be told apart; on the scale that they were
 * searched on.
 */
function paramColumns({ space }: Study, columns: readonly PlotColumn[]): readonly PlotColumn[] {
  const found = space.flatMap(parameter => {
    const column = columns.find(({ id }) => id === `params.${parameter.name}`);
    if (column === undefined) return [];
    return [column.kind === 'number' ? { ...column, log: 'log' in parameter && parameter.log } : column];
  });
  const shorts = found.map(({ title }) => paramName(title));
  return found.map((column, at): PlotColumn => {
    const title = shorts[at] ?? column.title;
    return shorts.filter(other => other === title).length > 1 ? column : { ...column, title };
  });
}

/** Of fewer trials nothing can be interpolated. */
const fewestShared = 4;

/** The number that most trials share with another one; when they share too little, the one that most have. */
export function usualAxis(params: readonly PlotColumn[]): PlotColumn | undefined {
  const own = (column: PlotColumn): number => trialsWithBoth(column, column);
  const shared = (column: PlotColumn): number =>
    Math.max(0, ...numbersOf(params, column).map(other => trialsWithBoth(column, other)));
  const numbers = numbersOf(params);
  const most = Math.max(0, ...numbers.map(shared));
  return greatest(numbers, most < fewestShared ? own : shared) ?? params[0];
}

/** What is drawn against a parameter: the number that most trials have beside it; undefined: no trial has both. */
export function usualPartner(column: PlotColumn, others: readonly PlotColumn[]): PlotColumn | undefined {
  const both = (other: PlotColumn): number => trialsWithBoth(column, other);
  return greatest(
    [...numbersOf(others), ...others].filter(other => both(other) > 0),
    both,
  );
}

const numbersOf = (columns: readonly PlotColumn[], but?: PlotColumn): readonly PlotColumn[] =>
  columns.filter(one => one.kind === 'number' && one !== but);

const trialsWithBoth = (a: PlotColumn, b: PlotColumn): number =>
  a.values.filter((value, at) => !Number.isNaN(value + (b.values[at] ?? Number.NaN))).length;

/** The first of those with the greatest measure. */
function greatest(columns: readonly PlotColumn[], measure: (column: PlotColumn) => number): PlotColumn | undefined {
  let best: { readonly column: PlotColumn; readonly value: number } | undefined;
  for (const column of columns) {
    const value = measure(column);
    if (best === undefined || value > best.value) best = { column, value };
  }
  return best?.column;
}

function rankColumn(study: Study, trials: readonly Trial[], at: number): NumberColumn {
  const objective = study.objectives[at];
  const own = trials.map(({ values }) => values[at] ?? Number.NaN);
  const values = own.map(
    value => 1 + own.filter(other => objective !== undefined && isBetter(objective, other, value)).length,
  );
  return { kind: 'number', id: 'rank', title: t('Rank'), isMetric: true, values, log: false };
}

/** What is known of each trial after each fold, the mean so far; or what each round or epoch measured. */
export function trialCourses({ trials, best, reported }: Study): readonly Course[] {
  return trials.map((trial): Course => {
    let sum = 0;
    const points = trial.reports.map(({ step, value }, i) => ({
      x: step,
      y: reported.per === 'fold' ? (sum += value) / (i + 1) : value,
    }));
    const kind = trial.number === best?.number ? 'best' : trial.state === 'pruned' ? 'ended' : 'other';
    return { label: trialName(trial), points, kind, ...(trial.runId !== undefined && { run: trial.runId }) };
  });
}

const slots: Readonly<Record<Trial['state'], number>> = {
  complete: 0,
  pruned: 1,
  running: 2,
  failed: 6,
  cancelled: 11,
  waiting: 11,
};

export const trialSpans = ({ trials }: Study, now: number): readonly Span[] =>
  trials.flatMap((trial): Span[] => {
    const { startedAt, endedAt = now, state, runId } = trial;
    if (startedAt === undefined) return [];
    const run = runId !== undefined && { run: runId };
    return [
      { label: trialName(trial), from: startedAt, to: endedAt, state: stateWord(state), slot: slots[state], ...run },
    ];
  });

/** `forest · min_rows 5 · columns 0.3` */
export function paramsText({ learner, ...own }: Trial['params']): string {
  const parts = Object.entries(own).map(([name, value]) => {
    const text = typeof value === 'number' && !Number.isInteger(value) ? metric(value) : paramText(value);
    return `${paramName(name)} ${text}`;
  });
  return [...(learner === undefined ? [] : [paramText(learner)]), ...parts].join(' · ');
}
