import type { Colors } from 'picocolors/types';
import type { PipelineRun, StepRun, StepStatus } from '../../protocol/pipelines';
import { durationText } from './numbers';
import { cut } from './table';

const marks: Readonly<Record<StepStatus, string>> = {
  waiting: '○',
  running: '⟳',
  succeeded: '✓',
  failed: '✗',
  cached: '↺',
  skipped: '–',
  cancelled: '–',
};

function colored(status: StepStatus, text: string, colors: Colors): string {
  if (status === 'succeeded' || status === 'cached') return colors.green(text);
  if (status === 'failed') return colors.red(text);
  return status === 'running' ? colors.cyan(text) : colors.dim(text);
}

export interface StepLinesOptions {
  readonly colors: Colors;
  readonly width: number;
  /** ms since 1970: the end of what has not ended. */
  readonly now: number;
}

/** A line for each step: name, mark, what it does or found, how long it took. The same live and in the end. */
export function stepLines(run: PipelineRun, options: StepLinesOptions): readonly string[] {
  const nameWidth = Math.max(...run.steps.map(step => step.name.length));
  return run.steps.map(step => stepLine(step, nameWidth, options));
}

function stepLine(step: StepRun, nameWidth: number, { colors, width, now }: StepLinesOptions): string {
  const time = step.startedAt === undefined ? '' : durationText((step.endedAt ?? now) - step.startedAt);
  const room = Math.max(10, width - nameWidth - 8 - time.length);
  const head = `  ${step.name.padEnd(nameWidth)}  ${colored(step.status, marks[step.status], colors)} `;
  const message = cut(messageOf(step), room);
  return time === '' ? `${head}${colors.dim(message)}` : `${head}${message.padEnd(room)} ${colors.dim(time)}`;
}

function messageOf(step: StepRun): string {
  // the sentences of a gate stand below
  if (step.error?.code === 'gate.failed' && step.message !== undefined) return step.message;
  if (step.status === 'failed') return step.error?.message ?? step.message ?? 'failed';
  if (step.status === 'running') {
    const share = step.progress === undefined ? '' : `${Math.round(step.progress * 100)} % `;
    return `${share}${step.message ?? ''}`.trim();
  }
  if (step.cachedFrom !== undefined) return `as in r-${step.cachedFrom.run} · ${step.message ?? ''}`;
  return step.message ?? step.status;
}

/** Of very many steps those that run or have failed, then the last that have ended, so many in all; the rest in words. */
export function fewSteps(run: PipelineRun, most: number): { readonly run: PipelineRun; readonly rest: string } {
  const { steps } = run;
  if (steps.length <= most) return { run, rest: '' };
  const count = (...statuses: readonly StepStatus[]): number =>
    steps.filter(({ status }) => statuses.includes(status)).length;
  const telling = steps.toSorted((a, b) => rank(a) - rank(b) || (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const shown = new Set(telling.slice(0, Math.max(1, most - 1)));
  const done = steps.length - count('waiting', 'running');
  const failed = count('failed');
  const of = `${done.toLocaleString('en')} of ${steps.length.toLocaleString('en')} steps done`;
  const rest = `${of}${failed > 0 ? `, ${failed.toLocaleString('en')} failed` : ''}`;
  return { run: { ...run, steps: steps.filter(step => shown.has(step)) }, rest };
}

const rank = ({ status }: StepRun): number =>
  status === 'running' ? 0 : status === 'failed' ? 1 : status === 'waiting' ? 3 : 2;
