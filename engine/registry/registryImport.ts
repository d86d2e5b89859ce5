import { ModelyardError } from '../errors';
import { missingTexts, RegistryImportStore } from './importStore';
import type { KnownVersion, NewModel } from './importStore';
import type { BookOptions } from './models';
import { ModelStore } from './modelStore';
import type { ModelRecord, VersionRecord } from './records';
import { checkModelName, checkNewAlias, checkTag } from './rules';
import { archivedStage } from './stages';
import type { StageRules, Stages } from './stages';

export interface RegistryImportOptions extends BookOptions {
  readonly stages: Stages;
}

/** A model that is here. */
export interface KnownModel extends ModelRecord {
  /** Those that were deleted as well. */
  readonly versions: readonly KnownVersion[];
}

/** What a model gets that it has not. */
export interface ModelAdditions {
  /** Taken when it has none. */
  readonly description: string;
  readonly tags: ModelRecord['tags'];
  readonly aliases: ModelRecord['aliases'];
  readonly nextVersion: number;
}

/** A version with its number and times, made elsewhere; `run` need not be here. */
export type ImportedVersion = Omit<VersionRecord, 'aliases' | 'runId'> & { readonly reason: string };

/** Takes in models of other registries. What changes something belongs into a transaction of the caller. */
export class RegistryImport {
  private readonly models: ModelStore;
  private readonly store: RegistryImportStore;

  constructor(private readonly options: RegistryImportOptions) {
    this.models = new ModelStore(options.db);
    this.store = new RegistryImportStore(options.db);
  }

  /** @throws ModelyardError `config.invalid`: while modelyard.yaml cannot be read it is not known which gates there are */
  rules(): Promise<(model: string) => StageRules> {
    return this.options.stages.rules();
  }

  /**
   * The stage that another registry means: MLflow's `None` is the first one, others are found by their name, in any
   * case. Undefined: the model has no such stage.
   */
  stageOf(name: string, { stages }: StageRules): string | undefined {
    const wanted = name.toLowerCase();
    if (wanted === 'none' || wanted === '') return stages[0];
    if (wanted === archivedStage) return archivedStage;
    return stages.find(stage => stage === name) ?? stages.find(stage => stage.toLowerCase() === wanted);
  }

  /** Why the registry cannot take a name; undefined: it can. */
  refusal(
    what: { readonly model: string } | { readonly alias: string } | { readonly key: string; readonly value: string },
  ): string | undefined {
    try {
      if ('model' in what) checkModelName(what.model);
      else if ('alias' in what) checkNewAlias(what.alias);
      else checkTag(what.key, what.value);
      return undefined;
    } catch (error) {
      if (error instanceof ModelyardError && error.code === 'params.invalid') return error.message;
      throw error;
    }
  }

  find(name: string): KnownModel | undefined {
    const model = this.models.byName(name);
    return model && { ...model, versions: this.store.versions(model.id) };
  }

  /** Whether that model, or a version of it, was here and its model was deleted. */
  wasDeleted(name: string, times: { readonly model: number; readonly versions: readonly number[] }): boolean {
    return this.store.wasDeleted(name, times);
  }

  insert(model: NewModel): number {
    return this.store.insert(model);
  }

  /** Whether something was missing. */
  complete(model: KnownModel | undefined, id: number, additions: ModelAdditions): boolean {
    const tags = Object.entries(missingTexts(additions.tags, model?.tags ?? {}));
    for (const [key, value] of tags) this.models.setTag(id, key, value);
    const aliases = Object.entries(additions.aliases).filter(([alias]) => !Object.hasOwn(model?.aliases ?? {}, alias));
    for (const [alias, version] of aliases) {
      this.models.setAlias(id, alias, version);
      const move = { alias, from: null, to: version, at: this.options.now(), by: this.options.user() };
      this.options.store.moves.recordAlias(id, { ...move, reason: 'imported' });
    }
    this.store.reserve(id, additions.nextVersion);
    if (model === undefined) return true;
    const describes = model.description === '' && additions.description !== '';
    const { name, description } = { ...model, ...(describes && { description: additions.description }) };
    const isMore = describes || tags.length > 0 || aliases.length > 0;
    if (isMore) this.models.update(id, { name, description, at: this.options.now() });
    return isMore;
  }

  /** With a line in the history; its number must be free. */
  insertVersion(model: number, { reason, ...version }: ImportedVersion): void {
    const { store, now, user } = this.options;
    store.insertVersion(model, { ...version, aliases: [] });
    const move = { version: version.version, from: null, to: version.stage, at: now(), by: user(), reason };
    store.moves.record(model, move);
  }

  /** The run that a version names, or the files, have come since. */
  relocate(model: number, version: number, to: { readonly storage: string; readonly artifactPath: string }): void {
    this.store.linkRun(model, version);
    this.store.move(model, version, to);
  }

  touch(model: number): void {
    this.models.touch(model, this.options.now());
  }

  /** After the commit. */
  tell(names: Iterable<string>): void {
    for (const name of names) this.options.changed(name);
  }
}
