import type { Json, JsonObject } from './json';
import type { Model, Registry, Version } from './registryPorts';
import { shownStage } from './stages';

const unlessEmpty = (list: readonly Json[]): readonly Json[] | undefined => (list.length > 0 ? list : undefined);

const pairs = (texts: Readonly<Record<string, string>>): readonly Json[] | undefined =>
  unlessEmpty(Object.entries(texts).map(([key, value]) => ({ key, value })));

/** How registered models and versions look to clients, with the stages of the moment. */
export class RegistryView {
  private constructor(
    private readonly registry: Registry,
    private readonly stagesOf: (model: string) => readonly string[],
  ) {}

  static async of(registry: Registry): Promise<RegistryView> {
    return new RegistryView(registry, await registry.stages.lookup());
  }

  model(model: Model): JsonObject {
    return this.models([model])[0] ?? {};
  }

  models(models: readonly Model[]): readonly JsonObject[] {
    const latest = this.registry.versions.latest(models);
    return models.map(model => ({
      name: model.name,
      creation_timestamp: model.createdAt,
      last_updated_timestamp: model.updatedAt,
      description: model.description === '' ? undefined : model.description,
      latest_versions: unlessEmpty(
        latest.filter(version => version.model === model.name).map(one => this.version(one)),
      ),
      tags: pairs(model.tags),
      aliases: unlessEmpty(
        Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) })),
      ),
    }));
  }

  readonly version = (version: Version): JsonObject => {
    const run = version.runId ?? version.foreignRun;
    return {
      name: version.model,
      version: String(version.version),
      creation_timestamp: version.createdAt,
      last_updated_timestamp: version.updatedAt,
      user_id: version.createdBy,
      current_stage: shownStage(version.stage, this.stagesOf(version.model)),
      description: version.description,
      source: version.source,
      run_id: run ?? '',
      status: version.status,
      tags: pairs(version.tags),
      run_link: version.runLink,
      aliases: unlessEmpty(version.aliases),
      model_id: version.loggedModel,
      model_metrics: unlessEmpty(
        Object.entries(version.metrics).map(([key, value]) => ({
          key,
          value,
          run_id: run,
          model_id: version.loggedModel,
        })),
      ),
    };
  };

  stages(model: string): readonly string[] {
    return this.stagesOf(model);
  }
}
