import type { Database } from '../store/database';
import { integer } from '../store/row';
import { ModelStore } from './modelStore';
import type { ModelRecord, VersionRecord } from './records';
import type { Stages } from './stages';
import type { RegistryStore } from './store';

/** A model as other registries may have it. */
export interface ExportedModel extends Omit<ModelRecord, 'id'> {
  /** The number that the next version gets. */
  readonly nextVersion: number;
  /** In their order; versions begin in the first one. */
  readonly stages: readonly string[];
  /** By number. */
  readonly versions: readonly VersionRecord[];
}

/** Gives models away, prompts as well. */
export class RegistryExport {
  private readonly models: ModelStore;

  constructor(
    private readonly options: { readonly db: Database; readonly store: RegistryStore; readonly stages: Stages },
  ) {
    this.models = new ModelStore(options.db);
  }

  names(): readonly string[] {
    return this.models.all().map(({ name }) => name);
  }

  /** Reads a model; undefined: it is gone meanwhile. */
  async reader(): Promise<(name: string) => ExportedModel | undefined> {
    const { db, store, stages } = this.options;
    const stagesOf = await stages.lookup();
    return name => {
      const model = this.models.byName(name);
      if (model === undefined) return undefined;
      const row = db.prepare('SELECT next_version FROM registered_model WHERE id = ?').get([model.id]);
      const { id: _, ...rest } = model;
      return {
        ...rest,
        nextVersion: integer(row ?? {}, 'next_version'),
        stages: stagesOf(name),
        versions: [...store.versions(model)].reverse(),
      };
    };
  }
}
