import type { PipelineStatus } from '../../engine/protocol/pipelines';
import type { OutputKind } from '../../engine/protocol/jobs';
import type { IconName } from '../shared/icons';
import { duration } from '../shared/format';
import { t } from '../shared/l10n';
import { withoutMarks } from './codeText';
import type { GraphStep, StepState } from './graphSteps';
import { timeOf } from './graphSteps';
import type { StepGroup } from './groups';
import { countsOf } from './groups';

type Tone = 'good' | 'bad' | 'warn' | 'live' | 'idle';

/** A state by shape and tone; the word stands beside it. */
export const looks: Readonly<Record<StepState, readonly [icon: IconName, tone: Tone]>> = {
  'will-run': ['play', 'live'],
  'will-cache': ['history', 'good'],
  'will-skip': ['skip', 'idle'],
  unknown: ['ring', 'idle'],
  waiting: ['ring', 'idle'],
  running: ['arc', 'live'],
  succeeded: ['pass', 'good'],
  cached: ['history', 'good'],
  failed: ['fail', 'bad'],
  skipped: ['skip', 'idle'],
  cancelled: ['stop', 'warn'],
};

function stateWord(state: StepState): string {
  const words: Readonly<Record<StepState, string>> = {
    'will-run': t('will run'),
    'will-cache': t('from an earlier run'),
    'will-skip': t('will be skipped'),
    unknown: t('not planned'),
    waiting: t('waiting'),
    running: t('running'),
    succeeded: t('done'),
    cached: t('taken from an earlier run'),
    failed: t('failed'),
    skipped: t('skipped'),
    cancelled: t('cancelled'),
  };
  return words[state];
}

export function runWord(status: PipelineStatus): string {
  const words: Readonly<Record<PipelineStatus, string>> = {
    running: t('running'),
    succeeded: t('done'),
    failed: t('failed'),
    cancelled: t('cancelled'),
  };
  return words[status];
}

export function outputWord(kind: OutputKind): string {
  const words: Readonly<Record<OutputKind, string>> = {
    'training-set': t('training set'),
    'feature-set': t('features'),
    'feature-check': t('check of features'),
    dataset: t('data'),
    split: t('split'),
    preparation: t('preparation'),
    tuning: t('tuning'),
    model: t('model'),
    'cross-validation': t('cross-validation'),
    evaluation: t('evaluation'),
    'model-tests': t('model tests'),
    'gate-report': t('gate report'),
    'model-version': t('model version'),
    file: t('file'),
  };
  return words[kind];
}

/** `will run · about 3.1 s`, `from r-12`, `running · attempt 2 · 40 %` */
export function stateText(step: GraphStep, now: number): string {
  const time = timeOf(step, now);
  const shown =
    time === undefined || isTaken(step) ? [] : [step.state === 'will-run' ? `≈ ${duration(time)}` : duration(time)];
  return [...parts(step), ...shown].join(' · ');
}

const isTaken = ({ state }: GraphStep): boolean => state === 'will-cache' || state === 'cached';

function parts(step: GraphStep): readonly string[] {
  const { state, from, attempt, progress } = step;
  return [
    isTaken(step) && from ? t('from {0}', `r-${from.run}`) : stateWord(state),
    ...(attempt === undefined ? [] : [t('attempt {0}', attempt)]),
    ...(state === 'running' && progress !== undefined ? [`${Math.round(progress * 100)} %`] : []),
  ];
}

/** The same without the time, which stands in a column of its own. */
export const stateWords = (step: GraphStep): string => parts(step).join(' · ');

/** All that is to be heard of a step: name, kind, state, why, what it needs. */
export function spoken(step: GraphStep, now: number): string {
  const { name, uses, needs, text } = step;
  const kind = uses === name ? [] : [uses];
  const needed = needs.length === 0 ? [] : [t('needs {0}', needs.join(', '))];
  const said = text === undefined ? [] : [withoutMarks(text)];
  // first what is to be seen, word for word: whoever speaks to the computer says that
  return [name, stateText(step, now), ...said, ...kind, ...needed].join(', ');
}

/** `12 instances: 3 running, 9 done` */
export function groupText(group: StepGroup): string {
  const counts = countsOf(group).map(([state, count]) => `${count} ${stateWord(state)}`);
  return t('{0} instances: {1}', group.steps.length, counts.join(', '));
}
