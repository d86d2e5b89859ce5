import type { Colors } from 'picocolors/types';
import type { PipelinePlan, PlannedStep } from '../../protocol/pipelines';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { durationText } from '../text/numbers';
import { cut } from '../text/table';
import { firstPipeline } from './run';

export interface PlanOptions {
  /** Default: the first of modelyard.yaml. */
  readonly pipeline: string | undefined;
  readonly fresh: boolean;
  readonly params: Readonly<Record<string, string>>;
  /** Steps at a time. */
  readonly parallel?: number;
  readonly partition?: string;
}

/** `modelyard plan`: what a run would do now with each step, and why. */
export async function planCommand(invocation: Invocation, { pipeline, fresh, ...asked }: PlanOptions): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const plan = await interruptible(signal =>
    withEngine(
      place,
      async client => {
        const name = pipeline ?? (await firstPipeline(client));
        return client.call('pipelines/plan', { pipeline: name, ...asked, ...(fresh && { fresh }) }, { signal });
      },
      { signal },
    ),
  );
  answer(invocation, { json: plan, text: () => planText(plan, { colors: colors.out, width: io.width }) });
  return exitCodes.ok;
}

const words: Readonly<Record<PlannedStep['decision'], string>> = {
  runs: 'runs',
  always: 'runs',
  cached: 'as before',
  skipped: 'skipped',
};

/** A line for each step: name, what happens to it, why, how long it usually takes. Below it the whole in one sentence. */
function planText(plan: PipelinePlan, { colors, width }: { colors: Colors; width: number }): string {
  const nameWidth = Math.max(...plan.steps.map(({ name }) => name.length));
  const lines = plan.steps.map(({ name, decision, reason, unless, usually }) => {
    const word = words[decision].padEnd(9);
    const shown =
      decision === 'cached' || decision === 'skipped'
        ? colors.dim(word)
        : decision === 'runs'
          ? colors.cyan(word)
          : word;
    const time = decision === 'cached' || decision === 'skipped' || usually === undefined ? '' : durationText(usually);
    const room = Math.max(10, width - nameWidth - 17 - time.length);
    const why = cut(unless === undefined ? reason : `${reason}${unlessText(decision, unless)}`, room);
    return `  ${name.padEnd(nameWidth)}  ${shown}  ${time === '' ? why : `${why.padEnd(room)} ${colors.dim(time)}`}\n`;
  });
  return `${lines.join('')}${colors.bold(plan.summary)}\n`;
}

const unlessText = (decision: PlannedStep['decision'], unless: string): string =>
  decision === 'cached' ? `, unless ${unless} changes what it reads` : ', unless it makes the same as before';
