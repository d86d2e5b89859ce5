import type { Colors } from 'picocolors/types';
import type { Params, ParamValue, Study, StudyStatus, StudySummary, Trial } from '../../protocol/tuning';
import { durationText, numberText, timeText } from './numbers';
import { plural } from '../../plural';
import { tableText } from './table';

const statusWords: Readonly<Record<StudyStatus, string>> = {
  running: '⟳ running',
  interrupted: '– interrupted',
  stopped: '✓ stopped',
  finished: '✓ finished',
  failed: '✗ failed',
};

export function studiesText(studies: readonly StudySummary[], colors: Colors): string {
  if (studies.length === 0) return 'No studies. A pipeline with a `tune` step makes one.\n';
  const head = ['study', 'status', 'step', 'started', 'trials', 'best'].map(title => colors.bold(title));
  const rows = studies.map(study => [
    `s-${study.number}`,
    statusWords[study.status],
    `${study.pipeline}/${study.step}`,
    timeText(study.startedAt),
    trialCount(study),
    study.best ? `${valuesText(study.best, study)} · ${paramsText(study.best.params)}` : '',
  ]);
  return tableText([head, ...rows]);
}

export function studyText(
  study: Study,
  { colors, limit }: { readonly colors: Colors; readonly limit: number },
): string {
  const { number, pipeline, step, status, objectives, sampler, pruner, msUsed, constraints, message } = study;
  const wanted = objectives.map(
    ({ metric, maximize }) => `${metric} ${maximize ? 'as great' : 'as small'} as possible`,
  );
  const lines = [
    `${colors.bold(`s-${number}`)}  ${statusWords[status]} · ${pipeline}/${step}`,
    `${wanted.join(', ')}${constraints.length > 0 ? `, ${constraints.join(', ')}` : ''} · ${sampler}, pruner ${pruner}`,
    `${trialCount(study)} in ${durationText(msUsed)}`,
    ...(message === undefined ? [] : [colors.red(message)]),
    '',
  ];
  const front = new Set(study.front);
  const rows = bestFirst(study)
    .slice(0, limit)
    .map(trial => [
      `${front.has(trial.number) ? '★' : ' '} ${trial.number}`,
      trial.state,
      valuesText(trial, study),
      trial.startedAt === undefined || trial.endedAt === undefined ? '' : durationText(trial.endedAt - trial.startedAt),
      paramsText(trial.params),
    ]);
  const head = ['  trial', 'state', objectives.map(({ metric }) => metric).join(', '), 'took', 'parameters'];
  const more = study.trials.length - rows.length;
  return `${lines.join('\n')}\n${tableText([head.map(title => colors.bold(title)), ...rows])}${more > 0 ? `  and ${plural(more, 'trial')} more with --limit or --json\n` : ''}`;
}

function trialCount({ counts, trialsWanted }: StudySummary): string {
  const { complete, pruned, failed, waiting, running } = counts;
  const parts = [`${complete + pruned + failed} of ${trialsWanted.toLocaleString('en')}`];
  if (running > 0) parts.push(`${running} running`);
  if (pruned > 0) parts.push(`${pruned} pruned`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (waiting > 0) parts.push(`${waiting} waiting`);
  return parts.join(', ');
}

/** The front, then by the first objective; then those without a value, newest first. */
function bestFirst({ trials, objectives, front }: Study): readonly Trial[] {
  const sign = objectives[0]?.maximize === true ? -1 : 1;
  const place = new Map(front.map((number, i) => [number, i]));
  const rank = (trial: Trial): readonly [number, number] => {
    const at = place.get(trial.number);
    if (at !== undefined) return [0, at];
    const [value] = trial.values;
    return value === undefined || Number.isNaN(value) ? [2, -trial.number] : [1, sign * value];
  };
  return trials.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x[0] - y[0] || x[1] - y[1];
  });
}

const valuesText = ({ values }: Trial, { objectives }: Pick<StudySummary, 'objectives'>): string =>
  values.length === 0 ? '' : objectives.map((_, i) => numberText(values[i] ?? Number.NaN)).join(', ');

/** `forest · min_rows 5 · columns 0.3` */
function paramsText({ learner, ...own }: Params): string {
  const parts = Object.entries(own).map(([name, value]) => `${name.replace(/^[^.]*\./, '')} ${shown(value)}`);
  return [...(learner === undefined ? [] : [shown(learner)]), ...parts].join(' · ');
}

const shown = (value: ParamValue): string =>
  typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : typeof value === 'object'
      ? value.join(', ')
      : String(value);
