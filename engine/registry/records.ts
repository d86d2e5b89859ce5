import type { RunId } from '../protocol/ids';
import type { Lineage, ModelVersion } from '../protocol/registry';

type Texts = Readonly<Record<string, string>>;

/** A registered model without its versions. */
export interface ModelRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Texts;
  /** Which version each alias names. */
  readonly aliases: Readonly<Record<string, number>>;
}

/** A step of a version's way through the stages. */
export interface RecordedMove {
  readonly id: number;
  readonly version: number;
  /** Absent: the version was registered. */
  readonly from?: string;
  readonly to: string;
  /** ms since 1970 */
  readonly at: number;
  /** Of the version. */
  readonly runId?: RunId;
}

export type VersionStatus = 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';

/** A version with all that clients of MLflow are told; `ModelVersion` is its view for user interfaces. */
export interface VersionRecord extends ModelVersion {
  /** The id that a client gave, when no run of this workspace has it. */
  readonly foreignRun?: string;
  /** URI of the files: `source`, unless that names another version or a logged model. */
  readonly storage: string;
  readonly loggedModel?: string;
  readonly runLink: string;
  readonly status: VersionStatus;
  /** `user.email` of git of who registered it; absent: not known. */
  readonly createdEmail?: string;
  readonly aliases: readonly string[];
}

/** What a client registers. */
export interface ClientVersion {
  readonly model: string;
  readonly source: string;
  readonly storage: string;
  /** Of this workspace or of another place. */
  readonly run?: string;
  readonly loggedModel?: string;
  readonly runLink: string;
  readonly description: string;
  readonly tags: Texts;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
}

/** The tag by which a registered model is known as a prompt: a text with versions, nothing to load. */
export const promptTag = 'mlflow.prompt.is_prompt';

export const isPrompt = (tags: Texts): boolean => tags[promptTag]?.toLowerCase() === 'true';

export function toVersion(record: VersionRecord): ModelVersion {
  const version = {
    model: record.model,
    version: record.version,
    artifactPath: record.artifactPath,
    source: record.source,
    stage: record.stage,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    createdBy: record.createdBy,
    description: record.description,
    metrics: record.metrics,
    lineage: record.lineage,
    tags: record.tags,
  };
  return record.runId === undefined ? version : { ...version, runId: record.runId };
}
