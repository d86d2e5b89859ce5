import * as vscode from 'vscode';
import type { StepRun } from '../../engine/protocol/pipelines';

/** `12 s ago`, `3 h ago`, `12 Nov`, `30 Sep 2005` */
export function ago(time: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  if (seconds < 5) return vscode.l10n.t('now');
  if (seconds < 60) return vscode.l10n.t('{0} s ago', seconds);
  if (seconds < 3600) return vscode.l10n.t('{0} min ago', Math.round(seconds / 60));
  if (seconds < 86_400) return vscode.l10n.t('{0} h ago', Math.round(seconds / 3600));
  const day = new Date(time);
  const year = day.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return day.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short', ...year });
}

/** `0.8 s`, `12 s`, `3:05 min` */
export function duration(ms: number): string {
  if (ms < 10_000) return vscode.l10n.t('{0} s', (ms / 1000).toFixed(1));
  if (ms < 60_000) return vscode.l10n.t('{0} s', Math.round(ms / 1000));
  const minutes = Math.floor(ms / 60_000);
  return vscode.l10n.t('{0} min', `${minutes}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`);
}

/** What a step has said; of one that was not run again, where that comes from. */
export function stepMessage({ cachedFrom, message }: Pick<StepRun, 'cachedFrom' | 'message'>): string | undefined {
  if (cachedFrom === undefined) return message;
  const from = vscode.l10n.t('as in {0}', `r-${cachedFrom.run}`);
  return message === undefined ? from : `${from} · ${message}`;
}

/** Why a step failed, or what it says; the sentences of a gate are in its tooltip, at its rules and in the log. */
export function stepText(step: StepRun): string | undefined {
  const { error, message } = step;
  return error?.code === 'gate.failed' && message !== undefined ? message : (error?.message ?? stepMessage(step));
}

/** A metric as people read it: at most four decimals, never an exponent for ordinary sizes. */
export function metric(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) return value.toPrecision(3);
  return String(Number(value.toFixed(size >= 100 ? 1 : 4)));
}

/** Text that a Markdown tooltip shows as it is. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
