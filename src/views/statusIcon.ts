import * as vscode from 'vscode';
import type { PipelineStatus, StepStatus } from '../../engine/protocol/pipelines';
import type { RunStatus } from '../../engine/protocol/tracking';

type Status = PipelineStatus | StepStatus | RunStatus;

const icons: Readonly<Record<Status, readonly [icon: string, color?: string]>> = {
  waiting: ['circle-outline', 'disabledForeground'],
  running: ['loading~spin'],
  succeeded: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  cached: ['history', 'testing.iconPassed'],
  skipped: ['circle-slash', 'testing.iconSkipped'],
  cancelled: ['stop-circle', 'testing.iconSkipped'],
  RUNNING: ['loading~spin'],
  SCHEDULED: ['clock'],
  FINISHED: ['pass', 'testing.iconPassed'],
  FAILED: ['error', 'testing.iconFailed'],
  KILLED: ['stop-circle', 'testing.iconSkipped'],
};

/** The state of a run or step, by shape and theme colour. */
export function statusIcon(status: Status): vscode.ThemeIcon {
  const [icon, color] = icons[status];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** The state by shape alone, in the run's own colour: what has ended well is a plain dot. */
export function runIcon(status: RunStatus, color: vscode.ThemeColor): vscode.ThemeIcon {
  return new vscode.ThemeIcon(status === 'FINISHED' ? 'circle-filled' : icons[status][0], color);
}

/** The same as a word, for screen readers and tooltips. */
export function statusWord(status: Status): string {
  const words: Readonly<Record<Status, string>> = {
    waiting: vscode.l10n.t('waiting'),
    running: vscode.l10n.t('running'),
    succeeded: vscode.l10n.t('succeeded'),
    failed: vscode.l10n.t('failed'),
    cached: vscode.l10n.t('taken from an earlier run'),
    skipped: vscode.l10n.t('skipped'),
    cancelled: vscode.l10n.t('cancelled'),
    RUNNING: vscode.l10n.t('running'),
    SCHEDULED: vscode.l10n.t('waiting'),
    FINISHED: vscode.l10n.t('succeeded'),
    FAILED: vscode.l10n.t('failed'),
    KILLED: vscode.l10n.t('cancelled'),
  };
  return words[status];
}
