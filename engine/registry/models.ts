import type { Database } from '../store/database';
import { aliasChanged, modelCreated, modelTagChanged } from './events';
import type { RegistryEvent } from './events';
import { isDeployed, modelExists, nameTaken, noAlias, noLatest, noModel, noModelVersion, noVersion } from './failures';
import { ModelStore } from './modelStore';
import type { ModelRecord, VersionRecord } from './records';
import { isPrompt } from './records';
import { checkAlias, checkModelName, checkNewAlias, checkTag, checkTagKey, isLatest } from './rules';
import { searchModels } from './search';
import type { RegistrySearch } from './search';
import type { RegistryStore } from './store';

export interface BookOptions {
  readonly db: Database;
  readonly store: RegistryStore;
  readonly now: () => number;
  readonly user: () => string;
  /** Told after the commit. */
  readonly changed: (model: string, event?: RegistryEvent) => void;
  /** What runs on a version: `the deployment credit-api`; undefined: nothing does. */
  readonly inUse: (model: string, version: number) => string | undefined;
}

export interface AliasRequest {
  readonly name: string;
  readonly alias: string;
  /** Absent: the alias is deleted. */
  readonly version?: number;
  readonly reason: string;
}

export interface Deletion {
  readonly reason?: string;
  /** Throws when a version may not go; asked within the transaction. */
  readonly guard?: (version: VersionRecord) => void;
}

/** Registered models: their names, descriptions, tags and aliases. */
export class Models {
  private readonly models: ModelStore;

  constructor(private readonly options: BookOptions) {
    this.models = new ModelStore(options.db);
  }

  /** Without prompts, by name. */
  all(): readonly ModelRecord[] {
    return this.models.all().filter(({ tags }) => !isPrompt(tags));
  }

  find(name: string): ModelRecord | undefined {
    return this.models.byName(name);
  }

  /** @throws ModelyardError `not-found`, `params.invalid` */
  get(name: string): ModelRecord {
    checkModelName(name);
    const model = this.find(name);
    if (model) return model;
    throw noModel(name, this.names());
  }

  /** The model of a version. @throws ModelyardError `not-found`, `params.invalid` */
  ofVersion(name: string, version: number): ModelRecord {
    checkModelName(name);
    const model = this.find(name);
    if (model) return model;
    throw noModelVersion(name, version, this.names());
  }

  search(search: RegistrySearch): { readonly models: readonly ModelRecord[]; readonly nextPageToken?: string } {
    const { keys, ...rest } = searchModels(this.options.db, search);
    return { models: this.models.byIds(keys), ...rest };
  }

  /** @throws ModelyardError `conflict` (exists), `params.invalid` */
  create({ name, description, tags }: Pick<ModelRecord, 'name' | 'description' | 'tags'>): ModelRecord {
    checkModelName(name);
    for (const [key, value] of Object.entries(tags)) checkTag(key, value);
    const model = this.options.db.transaction(() => {
      const existing = this.find(name);
      if (existing) throw nameTaken(name, { prompt: isPrompt(existing.tags), newPrompt: isPrompt(tags) });
      return this.insert(name, description, tags);
    });
    this.options.changed(name, modelCreated(model));
    return model;
  }

  /** The model of that name, made when there is none; within a transaction. */
  ensure(name: string, description: string): { readonly model: ModelRecord; readonly isNew: boolean } {
    const model = this.find(name);
    return { model: model ?? this.insert(name, description, {}), isNew: model === undefined };
  }

  describe(name: string, description: string): ModelRecord {
    return this.change(name, ({ id }) => this.models.update(id, { name, description, at: this.options.now() }));
  }

  /** @throws ModelyardError `conflict` (exists), `not-found`, `params.invalid` */
  rename(name: string, newName: string): ModelRecord {
    checkModelName(newName, 'new_name');
    const renamed = this.options.db.transaction(() => {
      const { id, description } = this.get(name);
      if (newName !== name && this.find(newName)) throw modelExists(newName);
      const at = this.options.now();
      this.models.update(id, { name: newName, description, at });
      this.options.store.touchAll(id, at);
      return this.get(newName);
    });
    this.options.changed(name);
    this.options.changed(newName);
    return renamed;
  }

  /**
   * With its versions. Its history stays, its name is free.
   * @throws ModelyardError `not-found`, `conflict` when one of them is deployed
   */
  delete(name: string, { reason = 'the model was deleted', guard }: Deletion = {}): void {
    this.options.db.transaction(() => {
      const model = this.get(name);
      for (const version of this.options.store.versions(model)) {
        guard?.(version);
        this.hide(model, version, reason);
      }
      this.models.delete(model.id, this.options.now());
    });
    this.options.changed(name);
  }

  /** Within a transaction: hides a version, and the aliases that name it. */
  hide(model: ModelRecord, version: VersionRecord, reason: string): void {
    const { now, user, store, inUse } = this.options;
    const deployment = inUse(model.name, version.version);
    if (deployment !== undefined) throw isDeployed(version, deployment);
    const at = now();
    this.models.deleteAliasesOf(model.id, version.version);
    for (const alias of version.aliases)
      store.moves.recordAlias(model.id, { alias, from: version.version, to: null, at, by: user(), reason });
    store.delete(model.id, version.version, at);
    const move = { version: version.version, from: version.stage, to: deletedStage, at, by: user(), reason };
    store.moves.record(model.id, move);
    this.models.touch(model.id, at);
  }

  /** Within a transaction. */
  touch(model: ModelRecord, at: number): void {
    this.models.touch(model.id, at);
  }

  setTag(name: string, key: string, value: string): void {
    checkTag(key, value);
    const model = this.change(name, ({ id }) => this.models.setTag(id, key, value), false);
    this.options.changed(name, modelTagChanged(model, key, value));
  }

  /** An unknown tag is as good as deleted. */
  deleteTag(name: string, key: string): void {
    checkTagKey(key);
    const model = this.change(name, ({ id }) => this.models.deleteTag(id, key), false);
    this.options.changed(name, modelTagChanged(model, key));
  }

  /** Moves the alias if another version has it. */
  setAlias(name: string, alias: string, version: number): ModelRecord {
    return this.moveAlias({ name, alias, version, reason: '' });
  }

  /** An unknown alias is as good as deleted. */
  deleteAlias(name: string, alias: string): ModelRecord {
    return this.moveAlias({ name, alias, reason: '' });
  }

  /** Gives, moves or deletes an alias. What changes nothing is no line of the history. @throws ModelyardError `not-found`, `params.invalid` */
  moveAlias({ name, alias, version, reason }: AliasRequest): ModelRecord {
    if (version === undefined) checkAlias(alias);
    else checkNewAlias(alias);
    const { now, user, store } = this.options;
    const model = this.options.db.transaction(() => {
      const owner = version === undefined ? this.get(name) : this.ofVersion(name, version);
      if (version === undefined) this.models.deleteAlias(owner.id, alias);
      else {
        this.version(owner, version);
        this.models.setAlias(owner.id, alias, version);
      }
      const from = Object.hasOwn(owner.aliases, alias) ? (owner.aliases[alias] ?? null) : null;
      const to = version ?? null;
      if (from !== to) store.moves.recordAlias(owner.id, { alias, from, to, at: now(), by: user(), reason });
      return this.get(name);
    });
    this.options.changed(name, aliasChanged(model, alias, version));
    return model;
  }

  /** `latest`, in any case: the newest version. @throws ModelyardError `not-found`, `params.invalid` */
  byAlias(name: string, alias: string): VersionRecord {
    checkAlias(alias);
    const model = this.get(name);
    if (isLatest(alias)) {
      const newest = this.options.store.newest(model);
      if (newest) return newest;
      throw noLatest(name);
    }
    const version = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined;
    if (version === undefined) throw noAlias(alias);
    return this.version(model, version);
  }

  /** @throws ModelyardError `not-found` */
  version(model: ModelRecord, number: number): VersionRecord {
    const found = Number.isSafeInteger(number) ? this.options.store.version(model, number) : undefined;
    if (found) return found;
    throw noVersion(model.name, number, this.options.store.newest(model)?.version);
  }

  private names(): readonly string[] {
    return this.all().map(model => model.name);
  }

  private insert(name: string, description: string, tags: ModelRecord['tags']): ModelRecord {
    const id = this.models.insert(name, description, this.options.now());
    for (const [key, value] of Object.entries(tags)) this.models.setTag(id, key, value);
    return this.get(name);
  }

  private change(name: string, work: (model: ModelRecord) => void, isTold = true): ModelRecord {
    const changed = this.options.db.transaction(() => {
      work(this.get(name));
      return this.get(name);
    });
    if (isTold) this.options.changed(name);
    return changed;
  }
}

/** Where the history says a version went that was deleted. */
export const deletedStage = 'deleted';
