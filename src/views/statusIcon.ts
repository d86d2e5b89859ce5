import * as vscode from 'vscode';
import type { PipelineStatus, StepStatus } from '../../engine/protocol/pipelines';
import type { RunStatus } from '../../engine/protocol/tracking';

type Status = PipelineStatus | StepStatus | RunStatus;

const icons: Readonly<Record<Status, readonly [icon: string, color?: string]>> = {
  waiting: ['circle-outline', 'disabledForeground'],
  running: ['loading~spin'],
  succeeded: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
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

/** The same as a word, for screen readers and tooltips. */
export function statusWord(status: Status): string {
  const { t } = vscode.l10n;
  const words: Readonly<Record<Status, string>> = {
    waiting: t('waiting'),
    running: t('running'),
    succeeded: t('succeeded'),
    failed: t('failed'),
    skipped: t('skipped'),
    cancelled: t('cancelled'),
    RUNNING: t('running'),
    SCHEDULED: t('waiting'),
    FINISHED: t('succeeded'),
    FAILED: t('failed'),
    KILLED: t('cancelled'),
  };
  return words[status];
}
