import { ModelyardError } from '../errors';
import type { GateReport } from '../protocol/gates';
import type { ModelConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import type { Judged } from './evaluationFile';
import { readEvaluation } from './evaluationFile';
import type { Holder } from './judge';
import { judge } from './judge';
import { GateStore } from './store';

export interface GateServiceOptions {
  readonly db: Database;
  readonly config: () => Promise<WorkspaceConfig>;
  /** The registry's: which version of a model holds a stage now. */
  readonly holder: (model: string, stage: string) => Holder | undefined;
  readonly now?: () => number;
}

/** Judges the `gates:` of a model's stage by a run's evaluation. */
export class GateService {
  private readonly store: GateStore;

  constructor(private readonly options: GateServiceOptions) {
    this.store = new GateStore(options.db);
  }

  /** A registered version: the report is kept. `evaluationPath`: its run's evaluation.json, asked for when there are rules. */
  async judgeVersion(subject: {
    model: string;
    version: number;
    stage: string;
    evaluationPath: () => string;
  }): Promise<GateReport> {
    const { model, version, stage } = subject;
    const rules = (await this.modelConfig(model))?.gates[stage] ?? [];
    const evaluation: Judged = rules.length === 0 ? { metrics: {} } : await readEvaluation(subject.evaluationPath());
    const report = judge({ model, version, stage, rules, evaluation, holder: this.holderOf(model), now: this.now() });
    this.store.record({ ...report, version });
    return report;
  }

  /** A model that is not registered yet: the reports of the asked stages, by default of all that have gates. */
  async judgeCandidate(subject: {
    model: string;
    stages: readonly string[];
    evaluationPath: string;
  }): Promise<readonly GateReport[]> {
    const { model } = subject;
    const gates = (await this.modelConfig(model))?.gates;
    if (gates === undefined) {
      throw new ModelyardError('not-found', `modelyard.yaml has no model ${model}.`, {
        fix: 'Add it under `models:`.',
      });
    }
    const evaluation = await readEvaluation(subject.evaluationPath);
    const stages = subject.stages.length > 0 ? subject.stages : Object.keys(gates);
    return stages.map(stage =>
      judge({ model, stage, rules: gates[stage] ?? [], evaluation, holder: this.holderOf(model), now: this.now() }),
    );
  }

  /** The newest report of each stage of a model. */
  latest(model: string): readonly GateReport[] {
    return this.store.latest(model);
  }

  private async modelConfig(model: string): Promise<ModelConfig | undefined> {
    const { models } = await this.options.config();
    return Object.hasOwn(models, model) ? models[model] : undefined;
  }

  private readonly holderOf =
    (model: string) =>
    (stage: string): Holder | undefined =>
      this.options.holder(model, stage);

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
