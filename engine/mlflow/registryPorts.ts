import type { Lineage, ModelVersion, Promotion } from '../protocol/registry';

type Texts = Readonly<Record<string, string>>;

export interface Model {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Texts;
  readonly aliases: Readonly<Record<string, number>>;
}

export interface Version extends ModelVersion {
  /** The id that a client gave, when no run of the workspace has it. */
  readonly foreignRun?: string;
  /** URI of the files. */
  readonly storage: string;
  readonly loggedModel?: string;
  readonly runLink: string;
  readonly status: string;
  readonly aliases: readonly string[];
}

export interface NewVersion {
  readonly model: string;
  readonly source: string;
  readonly storage: string;
  readonly run?: string;
  readonly loggedModel?: string;
  readonly runLink: string;
  readonly description: string;
  readonly tags: Texts;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
}

export interface Search {
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly limit: number;
  readonly pageToken?: string;
}

/** What the REST API needs of the registry; its errors are `not-found`, `conflict` and `params.invalid`. */
export interface Registry {
  readonly models: {
    get(name: string): Model;
    create(model: Pick<Model, 'name' | 'description' | 'tags'>): Model;
    describe(name: string, description: string): Model;
    delete(name: string, deletion?: { readonly reason: string }): void;
    setTag(name: string, key: string, value: string): void;
    deleteTag(name: string, key: string): void;
    /** Without a version: the alias is deleted. */
    moveAlias(request: {
      readonly name: string;
      readonly alias: string;
      readonly version?: number;
      readonly reason: string;
    }): unknown;
    byAlias(name: string, alias: string): Version;
    search(search: Search): { readonly models: readonly Model[]; readonly nextPageToken?: string };
  };
  readonly versions: {
    get(name: string, version: number): Version;
    describe(name: string, version: number, description: string): Version;
    delete(name: string, version: number, deletion?: { readonly reason: string }): void;
    setTag(name: string, version: number, tag: { readonly key: string; readonly value: string }): void;
    deleteTag(name: string, version: number, key: string): void;
    search(search: Search): { readonly versions: readonly Version[]; readonly nextPageToken?: string };
    /** The newest of each stage, of each model. */
    latest(models: readonly Pick<Model, 'id'>[]): readonly Version[];
  };
  readonly stages: {
    /** The stages of a model, the first one first; `archived` is not among them. */
    lookup(): Promise<(model: string) => readonly string[]>;
  };
  create(version: NewVersion): Promise<Version>;
  rename(name: string, newName: string): Promise<Model>;
  /** Not moved because of its gates is a result. */
  transition(
    version: { readonly name: string; readonly version: number },
    request: { readonly to: string; readonly reason: string; readonly makeRoom: boolean },
  ): Promise<Promotion>;
}

/** What is asked of logged models when one is registered. */
export interface LoggedModels {
  find(id: string): { readonly artifactUri: string; readonly sourceRunId?: string } | undefined;
  /** Notes in its tags that a version was made of it. */
  registered(id: string, version: { readonly name: string; readonly version: number }): void;
}

export const noLoggedModels: LoggedModels = { find: () => undefined, registered: () => undefined };
