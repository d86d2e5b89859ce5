import type { PipelineFlow, PipelineRun, StepMade } from '../../engine/protocol/pipelines';
import type { RunId } from '../../engine/protocol/ids';
import type { ModelVersion } from '../../engine/protocol/registry';
import type { Channel } from '../shared/channel';
import { throttled } from '../shared/throttled';
import type { GraphStep } from './graphSteps';

/** What is read of the shown run only when somebody looks at it: lineage, and what a step was made of. */
export class StepDetails {
  flow: PipelineFlow | undefined;
  versions: readonly ModelVersion[] = [];
  made: StepMade | undefined;
  /** The run that `flow` is of. */
  private source: PipelineRun | undefined;
  /** What the answers are to: run, and step with its state. */
  private flowKey = '';
  private stepKey = '';
  private readonly readFlow = throttled(1000, () => void this.loadFlow());

  constructor(
    private readonly channel: Channel,
    private readonly changed: () => void,
  ) {}

  /** Says what is looked at; what is missing of it is read. `lineage`: the run whose data is shown. */
  look(run: PipelineRun | undefined, step: GraphStep | undefined, lineage: PipelineRun | undefined): void {
    this.lookAtFlow(lineage ?? (step && run));

    if (run === undefined) {
      this.made = undefined;
      this.stepKey = '';
      return;
    }
    const stepKey = step ? `${run.id} ${step.name} ${step.state}` : '';
    if (stepKey === this.stepKey) return;
    this.stepKey = stepKey;
    this.made = undefined;
    if (step) void this.loadStep(run, step);
  }

  /** The tracked run whose artifacts are what the step made. */
  runOf(step: string): RunId | undefined {
    return this.source?.steps.find(({ name }) => name === step)?.runId;
  }

  private lookAtFlow(source: PipelineRun | undefined): void {
    if (source?.id !== this.source?.id) {
      this.flow = undefined;
      this.versions = [];
      this.flowKey = '';
    }
    this.source = source;
    if (source === undefined) return;
    const flowKey = `${source.id} ${source.steps.filter(isEnded).length} ${source.status}`;
    if (flowKey === this.flowKey) return;
    this.flowKey = flowKey;
    this.readFlow();
  }

  private async loadFlow(): Promise<void> {
    const { source: run } = this;
    if (run === undefined) return;
    const runIds = new Set([run.runId, ...run.steps.flatMap(({ runId }) => runId ?? [])]);
    const [flow, models] = await Promise.all([
      this.channel.call('pipelines/flow', { id: run.id }).catch(() => undefined),
      this.channel.call('models/list', {}).catch(() => []),
    ]);
    if (this.source?.id !== run.id) return;
    this.flow = flow;
    this.versions = models.flatMap(({ versions }) =>
      versions.filter(({ runId }) => runId !== undefined && runIds.has(runId)),
    );
    this.changed();
  }

  private async loadStep(run: PipelineRun, step: GraphStep): Promise<void> {
    const key = this.stepKey;
    const made = await this.channel.call('pipelines/step', { id: run.id, step: step.name }).catch(() => undefined);
    if (this.stepKey !== key) return;
    this.made = made;
    this.changed();
  }
}

const isEnded = ({ status }: PipelineRun['steps'][number]): boolean => status !== 'running' && status !== 'waiting';
