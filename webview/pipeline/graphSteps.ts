import type {
  PipelinePlan,
  PipelineRun,
  PipelineSummary,
  PlanChange,
  PlannedStep,
  StepOrigin,
  StepRun,
  StepStatus,
} from '../../engine/protocol/pipelines';
import { t } from '../shared/l10n';
import type { RunId } from '../../engine/protocol/ids';
import type { StepResources } from '../../engine/protocol/resources';
import type { WireError } from '../../engine/protocol/errors';

/** How a step stands: in a plan, in a run, or not known. */
export type StepState = StepStatus | 'will-run' | 'will-cache' | 'will-skip' | 'unknown';

/** A step as graph, table and details show it, of a plan and of a run alike. Times are ms since 1970. */
export interface GraphStep {
  readonly name: string;
  readonly uses: string;
  readonly needs: readonly string[];
  readonly state: StepState;
  /** What it does, found or failed with; in a plan, why. */
  readonly text?: string;
  readonly changes: readonly PlanChange[];
  /** ms it usually takes. */
  readonly usually?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** 0..1 */
  readonly progress?: number;
  readonly attempt?: number;
  readonly error?: WireError;
  readonly from?: StepOrigin;
  readonly runId?: RunId;
  readonly logSize: number;
  readonly resources?: StepResources;
}

const plannedStates = {
  runs: 'will-run',
  always: 'will-run',
  cached: 'will-cache',
  skipped: 'will-skip',
} as const satisfies Record<PlannedStep['decision'], StepState>;

/** What a run would do. */
export const planSteps = ({ steps }: PipelinePlan): readonly GraphStep[] =>
  steps.map(({ name, uses, needs, decision, reason, changes, from, usually, unless }) => ({
    ...{
      name,
      uses,
      needs,
      changes,
      text: withDoubt(reason, decision, unless),
      state: plannedStates[decision],
      logSize: 0,
    },
    ...(from && { from }),
    ...(usually !== undefined && { usually }),
  }));

/** What cannot be told beforehand is said, too. */
function withDoubt(reason: string, decision: PlannedStep['decision'], unless: string | undefined): string {
  if (unless === undefined) return reason;
  return decision === 'cached'
    ? t('{0}, unless {1} changes what it reads', reason, unless)
    : t('{0}, unless it makes the same as before', reason);
}

/** How a run goes, or went. `usually`: ms by step, as far as it is known. */
export const runSteps = ({ steps }: PipelineRun, usually: ReadonlyMap<string, number>): readonly GraphStep[] =>
  steps.map(step => runStep(step, usually.get(step.name)));

function runStep(step: StepRun, usually: number | undefined): GraphStep {
  const { name, uses, needs, status, cachedFrom, message, error, ...rest } = step;
  const text = error === undefined ? message : firstLine(error.message);
  return {
    ...{ name, uses, needs, state: status, changes: [], ...rest },
    ...(text !== undefined && { text }),
    ...(error && { error }),
    ...(cachedFrom && { from: cachedFrom }),
    ...(usually !== undefined && { usually }),
  };
}

/** As modelyard.yaml has them, while nothing else is known. */
export const plainSteps = ({ steps }: PipelineSummary): readonly GraphStep[] =>
  steps.map(step => ({ ...step, state: 'unknown', changes: [], logSize: 0 }));

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** ms that a step has taken so far; undefined when it did not run (itself). */
export function tookOf({ state, startedAt, endedAt }: GraphStep, now: number): number | undefined {
  if (startedAt === undefined) return undefined;
  if (state !== 'running' && endedAt === undefined) return undefined;
  return Math.max(0, (endedAt ?? now) - startedAt);
}

/** ms that stand beside a step: what it took, or takes usually if it will run. */
export function timeOf(step: GraphStep, now: number): number | undefined {
  return step.state === 'will-run' ? step.usually : tookOf(step, now);
}

/** Whether the step is over, one way or another. */
export const isOver = ({ state }: Pick<GraphStep, 'state'>): boolean => state !== 'running' && state !== 'waiting';
