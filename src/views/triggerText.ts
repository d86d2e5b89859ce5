import * as vscode from 'vscode';
import type { SkipReason, TriggerKind, TriggerState } from '../../engine/protocol/triggers';
import { ago, escapeMarkdown } from './text';

export function kindWord(kind: TriggerKind): string {
  switch (kind) {
    case 'schedule':
      return vscode.l10n.t('schedule');
    case 'change':
      return vscode.l10n.t('data');
    case 'files':
      return vscode.l10n.t('files');
    case 'model':
      return vscode.l10n.t('model');
    case 'metric':
      return vscode.l10n.t('metric');
    case 'drift':
      return vscode.l10n.t('drift');
  }
}

function reasonWord(reason: SkipReason): string {
  switch (reason) {
    case 'running':
      return vscode.l10n.t('it was running');
    case 'queued':
      return vscode.l10n.t('it was about to start');
    case 'cool-down':
      return vscode.l10n.t('it cooled down');
    case 'budget':
      return vscode.l10n.t('its budget was spent');
    case 'missed':
      return vscode.l10n.t('nobody watched');
    case 'paused':
      return vscode.l10n.t('it was paused');
    case 'duplicate':
      return vscode.l10n.t('it had run for that');
    case 'loop':
      return vscode.l10n.t('pipelines start each other');
    case 'clock':
      return vscode.l10n.t('the clock was moved back');
    case 'quiet':
      return vscode.l10n.t('there was no reason');
    case 'unreadable':
      return vscode.l10n.t('something cannot be read');
    case 'refused':
      return vscode.l10n.t('it cannot be started');
  }
}

const week = 7 * 86_400_000;

/** `Mon 03:00`, from a week on `9 Mar, 03:00` */
export function timeOf(time: number, now = Date.now()): string {
  const day: Intl.DateTimeFormatOptions = time - now < week ? { weekday: 'short' } : { day: 'numeric', month: 'short' };
  const date = new Date(time).toLocaleDateString(vscode.env.language, day);
  const clock = new Date(time).toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  return `${date} ${clock}`;
}

/** When it fires next: `next Mon 03:00`, `paused`, `waits for applications`. */
export function nextText(trigger: TriggerState): string {
  const { kind, watches, paused, queued, next, problem } = trigger;
  if (paused) return vscode.l10n.t('paused');
  if (queued > 0) return vscode.l10n.t('about to start');
  if (kind === 'schedule' && problem !== undefined) return vscode.l10n.t('never comes');
  if (kind === 'schedule') return next === undefined ? '' : vscode.l10n.t('next {0}', timeOf(next));
  return vscode.l10n.t('waits for {0}', watches);
}

/** Why it started nothing the last time; empty when it has started something since. */
export function skipText({ lastSkip, lastFired }: TriggerState): string {
  if (!lastSkip || (lastFired && lastFired.at > lastSkip.at)) return '';
  return vscode.l10n.t('skipped {0}: {1}', ago(lastSkip.at), reasonWord(lastSkip.reason));
}

/** Above `on:`: what comes next, the schedule first; `paused` when all are. */
export function triggersText(triggers: readonly TriggerState[] | undefined): string {
  if (triggers === undefined) return vscode.l10n.t('not looked at yet');
  const [first] = triggers;
  if (!first) return vscode.l10n.t('starts by hand only');
  if (triggers.every(({ paused }) => paused)) return vscode.l10n.t('paused');
  const texts = triggers.filter(({ paused }) => !paused).map(nextText);
  const skipped = triggers.map(skipText).find(text => text !== '');
  return [...new Set(texts), ...(skipped === undefined ? [] : [skipped])].join(' · ');
}

export function triggerTooltip(trigger: TriggerState): vscode.MarkdownString {
  const { kind, watches, fired, skipped, budget, lastFired, lastSkip, problem, next } = trigger;
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escapeMarkdown(kindWord(kind))}** — ${escapeMarkdown(watches)}`);
  const add = (line: string): void => void text.appendMarkdown(`\n\n${escapeMarkdown(line)}`);
  if (problem !== undefined) add(problem);
  if (next !== undefined) add(vscode.l10n.t('next: {0}', new Date(next).toLocaleString(vscode.env.language)));
  if (lastFired) add(vscode.l10n.t('fired {0}: {1}', ago(lastFired.at), lastFired.cause));
  if (lastSkip) add(vscode.l10n.t('skipped {0}: {1}', ago(lastSkip.at), lastSkip.message));
  if (budget)
    add(
      budget.runs === 1
        ? vscode.l10n.t('{0} of 1 run used', budget.used)
        : vscode.l10n.t('{0} of {1} runs used', budget.used, budget.runs),
    );
  const times = (count: number): string => (count === 1 ? vscode.l10n.t('once') : vscode.l10n.t('{0} times', count));
  add(vscode.l10n.t('fired {0}, skipped {1}', times(fired), times(skipped)));
  return text;
}
