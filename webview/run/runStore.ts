import type { DatasetVersion } from '../../engine/protocol/data';
import type { DataCheckReport } from '../../engine/protocol/dataChecks';
import type { CrossValidation } from '../../engine/protocol/crossValidation';
import type { ChampionComparison, Evaluation } from '../../engine/protocol/evaluation';
import type { Explanation } from '../../engine/protocol/explanation';
import type { GateReport } from '../../engine/protocol/gates';
import type { RunId } from '../../engine/protocol/ids';
import type { LearningCurve } from '../../engine/protocol/learningCurve';
import type { ModelTests } from '../../engine/protocol/modelTests';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { ModelVersion } from '../../engine/protocol/registry';
import type { ArtifactEntry, RunSummary } from '../../engine/protocol/tracking';
import type { Channel } from '../shared/channel';
import { isPipelineRunId } from '../shared/ids';
import { parseJson } from '../shared/json';
import { isModelTests } from '../shared/modelTestsFile';
import { throttled } from '../shared/throttled';
import {
  isChampion,
  isCrossValidation,
  isDataChecks,
  isEvaluation,
  isExplanation,
  isGateReports,
  isLearningCurve,
} from './files';

/** All that is known of the run, as far as it has been read. */
export interface RunData {
  readonly run: RunSummary;
  readonly pipeline?: PipelineRun;
  /** The top level. */
  readonly artifacts: readonly ArtifactEntry[];
  readonly evaluation?: Evaluation;
  readonly explanation?: Explanation;
  readonly champion?: ChampionComparison;
  readonly crossValidation?: CrossValidation;
  readonly learningCurve?: LearningCurve;
  /** What the step `test` has measured. */
  readonly modelTests?: ModelTests;
  readonly gates: readonly GateReport[];
  /** What the checks of its datasets say, those of tables before those of the parts of splits. */
  readonly dataChecks: readonly DataCheckReport[];
  /** Model versions that came from it. */
  readonly versions: readonly ModelVersion[];
  readonly stages: Readonly<Record<string, readonly string[]>>;
  readonly datasets: readonly DatasetVersion[];
}

/** Reads a run, and again whenever the engine says that something of it has changed. */
export class RunStore {
  private data: RunData | undefined;
  private readonly refresh = throttled(300, () => void this.load());

  constructor(
    private readonly channel: Channel,
    private readonly runId: RunId,
    private readonly listener: { readonly changed: (data: RunData) => void; readonly failed: (error: unknown) => void },
  ) {
    channel.on('runs/changed', ({ runIds }) => {
      if (runIds.includes(runId)) this.refresh();
    });
    channel.on('pipeline/changed', ({ run }) => {
      if (run.runId !== runId || !this.data) return;
      this.change({ ...this.data, pipeline: run });
      this.refresh();
    });
    channel.on('model/changed', () => this.refresh());
    channel.onSaid('reconnected', () => this.refresh());
  }

  /** A change that the page made itself is shown at once. */
  take(run: RunSummary): void {
    if (this.data) this.change({ ...this.data, run });
  }

  async load(): Promise<void> {
    try {
      const run = await this.channel.call('runs/get', { run: this.runId });
      const before = this.data ?? { artifacts: [], gates: [], dataChecks: [], versions: [], stages: {}, datasets: [] };
      this.change({ ...before, run });
      await this.loadRest(run);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  private async loadRest(run: RunSummary): Promise<void> {
    const { channel, runId } = this;
    const [artifacts, models, datasets, pipeline] = await Promise.all([
      channel.call('runs/artifacts', { runId }),
      channel.call('models/list', {}),
      channel.call('datasets/list', {}),
      this.pipelineRun(run),
    ]);
    const has = (path: string): boolean => artifacts.some(entry => entry.path === path);
    const isOver = run.status !== 'RUNNING';
    const known = isOver ? this.data : undefined;
    const read = <T>(path: string, is: (value: unknown) => value is T): Promise<T | undefined> | undefined =>
      has(path) ? this.file(path, is) : undefined;
    const [evaluation, explanation, champion, crossValidation, learningCurve, modelTests, gates, dataChecks] =
      await Promise.all([
        known?.evaluation ?? read('evaluation.json', isEvaluation),
        known?.explanation ?? read('explanation.json', isExplanation),
        known?.champion ?? read('champion.json', isChampion),
        known?.crossValidation ?? read('cross_validation.json', isCrossValidation),
        known?.learningCurve ?? read('learning_curve.json', isLearningCurve),
        known?.modelTests ?? read('model-tests.json', isModelTests),
        read('gates.json', isGateReports),
        has('data-checks') ? this.dataChecks() : [],
      ]);
    this.change({
      run: this.data?.run ?? run,
      artifacts,
      datasets,
      versions: models.flatMap(({ versions }) => versions.filter(version => version.runId === runId)),
      stages: Object.fromEntries(models.map(({ name, stages }) => [name, stages])),
      gates: gates ?? [],
      dataChecks,
      ...(pipeline && { pipeline }),
      ...(evaluation && { evaluation }),
      ...(explanation && { explanation }),
      ...(champion && { champion }),
      ...(crossValidation && { crossValidation }),
      ...(learningCurve && { learningCurve }),
      ...(modelTests && { modelTests }),
    });
  }

  private async dataChecks(): Promise<readonly DataCheckReport[]> {
    const entries = await this.channel.call('runs/artifacts', { runId: this.runId, path: 'data-checks' });
    const reports = await Promise.all(entries.map(({ path }) => this.file(path, isDataChecks)));
    return reports.filter(report => report !== undefined).sort((a, b) => (a.suite < b.suite ? -1 : 1));
  }

  private async pipelineRun(run: RunSummary): Promise<PipelineRun | undefined> {
    const id = run.tags['modelyard.pipelineRun'];
    if (id === undefined || !isPipelineRunId(id)) return undefined;
    // A run that was copied from elsewhere has the tag, but the pipeline's run is not here.
    return this.channel.call('pipelines/get', { id }).catch(() => undefined);
  }

  private async file<T>(path: string, is: (value: unknown) => value is T): Promise<T | undefined> {
    const { text } = await this.channel.call('runs/artifact', { runId: this.runId, path, maxBytes: 16 << 20 });
    const value = text === undefined ? undefined : parseJson(text);
    return is(value) ? value : undefined;
  }

  private change(data: RunData): void {
    this.data = data;
    this.listener.changed(data);
  }
}
