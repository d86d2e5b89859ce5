import type { ModelyardError } from '../errors';
import type { RunId } from '../protocol/ids';
import type { Lineage } from '../protocol/registry';
import type { VersionFacts } from './content/model';
import type { ArtifactFacts, Texts } from './content/run';

/** What transfers of models ask of the registry, and of tracking about their runs; handed over by engine/process. */
export interface StageRules {
  /** In their order; versions begin in the first one. */
  readonly stages: readonly string[];
  readonly gated: readonly string[];
}

/** A version that is or was here, by what tells it from another. */
export interface KnownVersion {
  readonly version: number;
  readonly createdAt: number;
  readonly source: string;
  readonly run: string | undefined;
  /** Whether that run is here. */
  readonly hasRun: boolean;
  readonly storage: string;
  readonly stage: string;
  readonly isDeleted: boolean;
}

export interface KnownModel {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Texts;
  readonly aliases: Readonly<Record<string, number>>;
  readonly versions: readonly KnownVersion[];
}

export interface ModelAdditions {
  readonly description: string;
  readonly tags: Texts;
  readonly aliases: Readonly<Record<string, number>>;
  readonly nextVersion: number;
}

export interface VersionToWrite extends Omit<
  VersionFacts,
  'user' | 'run' | 'place' | 'updatedAt' | 'metrics' | 'lineage'
> {
  readonly model: string;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly foreignRun?: string;
  /** The model's folder among the artifacts of its run; empty: it is not there. */
  readonly artifactPath: string;
  /** URI of its files. */
  readonly storage: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
  readonly reason: string;
}

/** A run that is here, as versions of models see it. */
export interface VersionRun {
  /** URI of its artifacts. */
  readonly artifacts: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
}

/** Changes belong into a `write` of the import of runs, which is one transaction. */
export interface ModelPort {
  /** As modelyard.yaml is now. @throws ModelyardError `config.invalid` */
  rules(): Promise<(model: string) => StageRules>;
  /** The stage here that another registry means; undefined: there is none. */
  stageOf(name: string, rules: StageRules): string | undefined;
  /** Why the registry cannot take a name, as a sentence. */
  refusal(
    what: { readonly model: string } | { readonly alias: string } | { readonly key: string; readonly value: string },
  ): string | undefined;
  find(name: string): KnownModel | undefined;
  wasDeleted(name: string, times: { readonly model: number; readonly versions: readonly number[] }): boolean;
  insert(model: { name: string; description: string; createdAt: number; updatedAt?: number }): number;
  /** Whether something was missing. */
  complete(model: KnownModel | undefined, id: number, additions: ModelAdditions): boolean;
  insertVersion(model: number, version: VersionToWrite): void;
  relocate(model: number, version: number, to: { readonly storage: string; readonly artifactPath: string }): void;
  touch(model: number): void;
  tell(names: Iterable<string>): void;
  /** Undefined: it is not here. */
  run(id: string): VersionRun | undefined;
  /** Whether a run has artifacts at or below a path; empty: any. */
  hasFiles(run: string, path: string): boolean;
}

/** A version that is here, as it is given away. */
export interface ExportedVersion {
  readonly version: number;
  readonly runId?: RunId;
  /** The id that a client gave, when no run here has it. */
  readonly foreignRun?: string;
  readonly artifactPath: string;
  readonly source: string;
  /** URI of its files. */
  readonly storage: string;
  readonly runLink: string;
  readonly status: VersionFacts['status'];
  readonly stage: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly description: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
  readonly tags: Texts;
}

export interface ExportedModel {
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Texts;
  readonly aliases: Readonly<Record<string, number>>;
  readonly nextVersion: number;
  /** In their order; versions begin in the first one. */
  readonly stages: readonly string[];
  /** By number. */
  readonly versions: readonly ExportedVersion[];
}

/** The registry's part of an export. */
export interface ModelExportPort extends Pick<ModelPort, 'run'> {
  names(): readonly string[];
  /** Reads a model; undefined: it is gone. */
  reader(): Promise<(name: string) => ExportedModel | undefined>;
  /** Why a version may not leave this workspace; undefined: it may. */
  heldBack(name: string, version: number, signal: AbortSignal): Promise<ModelyardError | undefined>;
  /** The files of a logged model; none: it is not here. */
  loggedFiles(model: string): readonly ArtifactFacts[];
}
