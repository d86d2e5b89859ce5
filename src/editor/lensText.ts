import * as vscode from 'vscode';
import type { DatasetStatus } from '../../engine/protocol/datasets';
import type { GateVerdict } from '../../engine/protocol/gates';
import type { PipelinePlan, PipelineRun, PlannedStep, StepRun } from '../../engine/protocol/pipelines';
import type { RegisteredModel } from '../../engine/protocol/registry';
import { statusWord } from '../views/statusIcon';
import { ago, duration, stepMessage } from '../views/text';

/** An icon and a text; a common blank between them is not shown in a lens. */
export const withIcon = (icon: string, text: string): string => `$(${icon})\u00a0${text}`;

/** `$(pass) 12 s ago · 3.4 s` */
export function pipelineResult(run: PipelineRun | undefined): string {
  if (run === undefined) return vscode.l10n.t('not run yet');
  const took = duration((run.endedAt ?? Date.now()) - run.startedAt);
  const when = ago(run.endedAt ?? run.startedAt);
  switch (run.status) {
    case 'running':
      return withIcon(
        'loading~spin',
        run.steps.find(({ status }) => status === 'running')?.name ?? statusWord('running'),
      );
    case 'succeeded':
      return withIcon('pass', `${when} · ${took}`);
    case 'failed':
      return withIcon(
        'error',
        `${vscode.l10n.t('failed at {0}', run.steps.find(({ status }) => status === 'failed')?.name ?? '?')} · ${when}`,
      );
    case 'cancelled':
      return withIcon('stop-circle', `${vscode.l10n.t('cancelled')} · ${when}`);
  }
}

const stepIcons: Readonly<Record<StepRun['status'], string>> = {
  waiting: 'circle-outline',
  running: 'loading~spin',
  succeeded: 'pass',
  failed: 'error',
  cached: 'history',
  skipped: 'circle-slash',
  cancelled: 'stop-circle',
};

/** `$(pass) 1,000 rows · 12 checks` */
export function stepResult(step: StepRun | undefined): string {
  if (step === undefined) return vscode.l10n.t('not run yet');
  return withIcon(stepIcons[step.status], cut(step.error?.message ?? stepMessage(step) ?? statusWord(step.status)));
}

/** `production v3 · staging v4` */
export function modelResult(model: RegisteredModel | undefined): string {
  if (model === undefined || model.versions.length === 0) return vscode.l10n.t('no version yet');
  const held = [...model.stages].reverse().flatMap(stage => {
    const version = model.holders[stage];
    return version === undefined ? [] : [`${stage} v${version}`];
  });
  return held.length > 0 ? held.join(' · ') : vscode.l10n.t('all versions are archived');
}

/** `1,000 rows, 21 columns · 3 versions · changed since r-12` */
export function datasetResult(status: DatasetStatus | undefined): string {
  if (status === undefined) return vscode.l10n.t('versions');
  const { rows, columns, versions } = status;
  const size =
    rows === undefined || columns === undefined
      ? []
      : [
          [rowsText(rows), columns === 1 ? vscode.l10n.t('1 column') : vscode.l10n.t('{0} columns', columns)].join(
            ', ',
          ),
        ];
  const known = versions === 1 ? vscode.l10n.t('1 version') : vscode.l10n.t('{0} versions', versions);
  return [...size, ...(versions > 0 ? [known] : []), stateText(status)].join(' · ');
}

const rowsText = (rows: number): string =>
  rows === 1 ? vscode.l10n.t('1 row') : vscode.l10n.t('{0} rows', rows.toLocaleString(vscode.env.language));

function stateText({ state, last }: DatasetStatus): string {
  const run = `r-${last?.run.number ?? ''}`;
  switch (state) {
    case 'unchanged':
      return vscode.l10n.t('as {0} read it', run);
    case 'changed':
      return vscode.l10n.t('changed since {0}', run);
    case 'unused':
      return vscode.l10n.t('never used');
    case 'missing':
      return withIcon('error', vscode.l10n.t('no such file'));
    case 'unreadable':
      return withIcon('error', vscode.l10n.t('cannot be read'));
  }
}

/** What the gates of a stage said last: `$(error) 3 of 4 · v4 · blocked: auc is 0.7, below the required 0.75.` */
export function gateResult(
  report: { readonly version?: number; readonly results: readonly ToldRule[] } | undefined,
): string {
  const judged = report?.results.filter(({ pending }) => pending !== true) ?? [];
  if (report === undefined || judged.length === 0) return vscode.l10n.t('not judged yet');
  const count = (...wanted: GateVerdict[]): number => judged.filter(({ verdict }) => wanted.includes(verdict)).length;
  const waived = count('waived');
  const told = [
    vscode.l10n.t('{0} of {1}', count('passed'), report.results.length),
    ...(report.version === undefined ? [] : [`v${report.version}`]),
    ...(waived === 0 ? [] : [vscode.l10n.t('{0} waived', waived)]),
  ];
  const bad = judged.find(({ verdict }) => verdict === 'failed' || verdict === 'unknown');
  const worst = bad ?? judged.find(({ verdict }) => verdict === 'warned');
  if (worst === undefined) return withIcon('pass', told.join(' · '));
  const why = cut(worst.sentence);
  return bad
    ? withIcon('error', [...told, vscode.l10n.t('blocked: {0}', why)].join(' · '))
    : withIcon('warning', [...told, vscode.l10n.t('warns: {0}', why)].join(' · '));
}

interface ToldRule {
  readonly verdict: GateVerdict;
  readonly sentence: string;
  readonly pending?: true;
}

/** `Plan: 3 of 7 will run (train.C changed)`; hardly ever more than 60 characters. */
export function planResult(plan: PipelinePlan | undefined): string {
  if (plan === undefined) return vscode.l10n.t('Plan');
  const { steps, runs } = plan;
  const changed = steps.find(({ decision }) => decision === 'runs');
  const first = changed ?? steps.find(({ decision }) => decision === 'always');
  if (first === undefined) return vscode.l10n.t('Plan: nothing will run');
  // what runs each time is not worth the place, unless there is nothing else
  if (changed === undefined && steps.some(({ decision }) => decision === 'cached'))
    return vscode.l10n.t('Plan: nothing has changed');
  const why = cut(planReason(first), 36);
  if (steps.length === 1) return vscode.l10n.t('Plan: will run ({0})', why);
  return runs === steps.length
    ? vscode.l10n.t('Plan: all {0} will run ({1})', runs, why)
    : vscode.l10n.t('Plan: {0} of {1} will run ({2})', runs, steps.length, why);
}

/** What has changed, short: a parameter by its step, else what it is. */
function planReason({ name, reason, changes, decision }: PlannedStep): string {
  const [change] = changes;
  const [, kind = '', part = ''] = /^(with\.|env\.|data |file )(.+)$/.exec(change?.name ?? '') ?? [];
  if (decision !== 'runs' || kind === '') return `${name}: ${reason}`;
  if (kind === 'with.' || kind === 'env.') return vscode.l10n.t('{0} changed', `${name}.${part}`);
  return vscode.l10n.t('{0} changed', part);
}

const cut = (text: string, most = 90): string => (text.length > most ? `${text.slice(0, most - 2)}…` : text);
