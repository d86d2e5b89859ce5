import type { Colors } from 'picocolors/types';
import type { PipelineRun } from '../../protocol/pipelines';
import type { TriggerEvent, TriggerList, TriggerState, UpcomingTime } from '../../protocol/triggers';
import { durationText, timeText } from './numbers';
import { plural } from '../../plural';
import { tableText } from './table';

export function triggersText({ triggers, active, problem }: TriggerList, colors: Colors): string {
  if (problem !== undefined) return `${colors.red(problem)}\nNo trigger works before that is put right.\n`;
  if (triggers.length === 0) return 'No triggers. A pipeline with `on:` in modelyard.yaml has some.\n';
  const head = ['pipeline', 'trigger', 'watches', 'next', 'last fired', 'last skipped'].map(title =>
    colors.bold(title),
  );
  const rows = triggers.map(trigger => [
    trigger.pipeline,
    trigger.kind,
    trigger.watches,
    nextText(trigger),
    trigger.lastFired ? timeText(trigger.lastFired.at) : '',
    trigger.lastSkip ? `${timeText(trigger.lastSkip.at)} ${trigger.lastSkip.reason}: ${trigger.lastSkip.message}` : '',
  ]);
  const idle = active
    ? ''
    : 'Nobody watches now: they work while the folder is open in the editor, or `modelyard watch` runs.\n';
  const notes = triggers.flatMap(({ pipeline, kind, problem: wrong, missed = 0 }) => [
    ...(wrong === undefined ? [] : [`${colors.yellow(`${pipeline}, ${kind}`)}: ${wrong}\n`]),
    ...(missed === 0 ? [] : [`${pipeline} has missed ${plural(missed, 'time')} while nothing ran.\n`]),
  ]);
  return `${tableText([head, ...rows])}${notes.join('')}${idle}`;
}

/** The next times, as the clock of the schedule's zone and that of this computer show them. */
export function upcomingText(times: readonly UpcomingTime[], colors: Colors): string {
  if (times.length === 0) return 'No schedule comes. A pipeline with `on: {schedule: …}` in modelyard.yaml has one.\n';
  const head = ['pipeline', 'there', 'zone', 'here', ''].map(title => colors.bold(title));
  const rows = times.map(({ pipeline, there, zone, here, paused }) => [
    ...[pipeline, there, zone, here],
    paused ? colors.dim('paused') : '',
  ]);
  return tableText([head, ...rows]);
}

function nextText({ kind, paused, queued, next, problem, coolsUntil }: TriggerState): string {
  if (paused) return 'paused';
  if (queued > 0) return `${plural(queued, 'run')} waiting`;
  if (kind === 'schedule') return next === undefined || problem !== undefined ? 'never' : timeText(next);
  return coolsUntil === undefined ? 'when it happens' : `not before ${timeText(coolsUntil)}`;
}

/** A line of `modelyard watch`: `2026-03-03 03:00  train  started: it was …`. */
export function eventLine({ at, what, reason, message }: TriggerEvent, colors: Colors): string {
  const word =
    what === 'skipped' ? colors.yellow(`skipped (${reason ?? ''})`) : what === 'started' ? colors.cyan(what) : what;
  return `${timeText(at)}  ${word}  ${message}\n`;
}

/** How a run that a trigger had started has ended. */
export function endLine(
  { pipeline, status, startedAt, endedAt = startedAt, error }: PipelineRun,
  colors: Colors,
): string {
  const word = status === 'succeeded' ? colors.green(status) : colors.red(status);
  const why = error ? `: ${error.message}` : '';
  return `${timeText(endedAt)}  ${word}  ${pipeline} ended after ${durationText(endedAt - startedAt)}${why}\n`;
}
