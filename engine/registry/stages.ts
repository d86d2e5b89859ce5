import { ModelyardError } from '../errors';
import type { ModelConfig, WorkspaceConfig } from '../protocol/workspaceConfig';

/** Where versions go that made room for another, or that nobody wants any more; every model has it. */
export const archivedStage = 'archived';
const defaultStages: readonly string[] = ['dev', 'staging', 'production'];

/** The stages that versions of a model may have. */
export interface StageRules {
  /** In their order; versions begin in the first one. */
  readonly stages: readonly string[];
  readonly gated: readonly string[];
}

type ModelConfigs = WorkspaceConfig['models'];

/** The stages of models, as modelyard.yaml says; a model that it does not name has the usual ones. */
export class Stages {
  /** Of the last modelyard.yaml that could be read. */
  private known: ModelConfigs = {};

  constructor(private readonly config: () => Promise<WorkspaceConfig>) {}

  /** To be shown: while modelyard.yaml has a mistake, as it was before. */
  async lookup(): Promise<(model: string) => readonly string[]> {
    const models = await this.modelsOrKnown();
    return model => configOf(models, model)?.stages ?? defaultStages;
  }

  async of(model: string): Promise<readonly string[]> {
    return (await this.lookup())(model);
  }

  async first(model: string): Promise<string> {
    return (await this.of(model))[0] ?? 'dev';
  }

  /** @throws ModelyardError `config.invalid`: nothing moves while it is not known by which gates. */
  async toMoveThrough(model: string): Promise<readonly string[]> {
    await this.config();
    return this.of(model);
  }

  async hasGates(model: string): Promise<boolean> {
    await this.config();
    const gates = configOf(await this.modelsOrKnown(), model)?.gates ?? {};
    return Object.values(gates).some(rules => rules.length > 0);
  }

  /** The stages of models and which of them have gates, as modelyard.yaml is now. @throws ModelyardError `config.invalid` */
  async rules(): Promise<(model: string) => StageRules> {
    const { models } = await this.config();
    return model => {
      const { stages = defaultStages, gates = {} } = configOf(models, model) ?? {};
      return { stages, gated: Object.keys(gates).filter(stage => (gates[stage] ?? []).length > 0) };
    };
  }

  /** @throws ModelyardError `not-found` */
  async check(model: string, stage: string): Promise<void> {
    const stages = [...(await this.of(model)), archivedStage];
    if (stages.includes(stage)) return;
    throw new ModelyardError('not-found', `Model ${model} has no stage ${stage}.`, {
      fix: `Its stages are ${stages.join(', ')}.`,
    });
  }

  private async modelsOrKnown(): Promise<ModelConfigs> {
    try {
      this.known = (await this.config()).models;
    } catch (error) {
      if (!(error instanceof ModelyardError)) throw error;
    }
    return this.known;
  }
}

const configOf = (models: ModelConfigs, model: string): ModelConfig | undefined =>
  Object.hasOwn(models, model) ? models[model] : undefined;
