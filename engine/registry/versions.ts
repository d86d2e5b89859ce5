import { versionCreated, versionTagChanged } from './events';
import type { BookOptions, Deletion, Models } from './models';
import type { ClientVersion, ModelRecord, VersionRecord } from './records';
import { checkModelName, checkTag, checkTagKey } from './rules';
import { searchVersions } from './search';
import type { RegistrySearch } from './search';

/** Versions: made, described, tagged, found and deleted; who moves them is the service. */
export class Versions {
  constructor(
    private readonly options: BookOptions,
    private readonly models: Models,
  ) {}

  /** @throws ModelyardError `not-found`, `params.invalid` */
  get(name: string, number: number): VersionRecord {
    return this.models.version(this.models.ofVersion(name, number), number);
  }

  /** Within a transaction: takes the next number. */
  add(
    model: ModelRecord,
    draft: Omit<VersionRecord, 'version' | 'createdAt' | 'updatedAt' | 'createdBy'>,
  ): VersionRecord {
    const { store, now, user } = this.options;
    const at = now();
    const version = {
      ...draft,
      version: store.takeVersionNumber(model.id),
      createdAt: at,
      updatedAt: at,
      createdBy: user(),
    };
    store.insertVersion(model.id, version);
    const first = { version: version.version, from: null, to: version.stage, at, by: version.createdBy };
    store.moves.record(model.id, { ...first, reason: 'registered' });
    this.models.touch(model, at);
    return this.models.version(model, version.version);
  }

  /** @throws ModelyardError `not-found`, `params.invalid` */
  create(input: ClientVersion, begin: { readonly stage: string; readonly createdEmail?: string }): VersionRecord {
    checkModelName(input.model);
    for (const [key, value] of Object.entries(input.tags)) checkTag(key, value);
    const { run, ...rest } = input;
    const version = this.options.db.transaction(() =>
      this.add(this.models.get(input.model), {
        ...rest,
        ...(run !== undefined && { foreignRun: run }),
        ...{ artifactPath: '', status: 'READY', aliases: [], ...begin },
      }),
    );
    this.options.changed(input.model, versionCreated(version));
    return version;
  }

  describe(name: string, number: number, description: string): VersionRecord {
    const described = this.options.db.transaction(() => {
      const model = this.models.ofVersion(name, number);
      this.models.version(model, number);
      this.options.store.describe(model.id, number, { description, at: this.options.now() });
      return this.models.version(model, number);
    });
    this.options.changed(name);
    return described;
  }

  /**
   * Its number is not given again, its moves stay in the history.
   * @throws ModelyardError `not-found`, `conflict` when it is deployed
   */
  delete(name: string, number: number, { reason = 'the version was deleted', guard }: Deletion = {}): void {
    this.options.db.transaction(() => {
      const model = this.models.ofVersion(name, number);
      const version = this.models.version(model, number);
      guard?.(version);
      this.models.hide(model, version, reason);
    });
    this.options.changed(name);
  }

  setTag(name: string, number: number, tag: { readonly key: string; readonly value: string }): void {
    checkTag(tag.key, tag.value);
    const model = this.onVersion(name, number, ({ id }) => this.options.store.setTag(id, number, tag));
    this.options.changed(name, versionTagChanged(model, { version: number, ...tag }));
  }

  /** An unknown tag is as good as deleted. */
  deleteTag(name: string, number: number, key: string): void {
    checkTagKey(key);
    const model = this.onVersion(name, number, ({ id }) => this.options.store.deleteTag(id, number, key));
    this.options.changed(name, versionTagChanged(model, { version: number, key }));
  }

  search(search: RegistrySearch): { readonly versions: readonly VersionRecord[]; readonly nextPageToken?: string } {
    const { keys, ...rest } = searchVersions(this.options.db, search);
    return { versions: this.options.store.byKeys(keys), ...rest };
  }

  /** The newest of each stage, of each model. */
  latest(models: readonly Pick<ModelRecord, 'id'>[]): readonly VersionRecord[] {
    return this.options.store.latest(models.map(({ id }) => id));
  }

  private onVersion(name: string, number: number, work: (model: ModelRecord) => void): ModelRecord {
    return this.options.db.transaction(() => {
      const model = this.models.ofVersion(name, number);
      this.models.version(model, number);
      work(model);
      return model;
    });
  }
}
