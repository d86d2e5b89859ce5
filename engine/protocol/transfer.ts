import type { Place } from './errors';

/** Where runs can come from. */
export type SourceKind =
  | 'mlruns' // a folder of MLflow's file store, one experiment of it, or one run
  | 'mlflow-db' // MLflow's SQLite database
  | 'dvc' // a project with dvc.yaml or a dvclive folder
  | 'wandb' // offline runs of Weights & Biases
  | 'csv' // a table of runs, as MLflow writes them
  | 'bundle'; // runs of another workspace, exported by Modelyard

/** A source that lies in or beside the workspace. */
export interface FoundSource {
  readonly kind: SourceKind;
  /** Absolute. */
  readonly path: string;
}

export interface ImportRequest {
  /** Absolute path of a folder or file. */
  readonly source: string;
  /** Absent: found out from what is there. */
  readonly kind?: SourceKind;
  /** Further folders (absolute) from which artifacts may be taken. */
  readonly artifacts?: readonly string[];
  /** The experiment that all runs go to; absent: that of the source, by name. */
  readonly experiment?: string;
}

/** Something that could not be taken over, or not wholly; the rest was. */
export interface TransferProblem {
  /** A sentence. */
  readonly message: string;
  /** `file` is absolute. */
  readonly place?: Place;
  readonly fix?: string;
  /** The run it is about, by its id in the source. */
  readonly run?: string;
}

export interface ArtifactCount {
  readonly files: number;
  readonly bytes: number;
}

/** What has become of runs, models or versions. */
export interface ImportCounts {
  /** Made here. */
  readonly imported: number;
  /** They were here already and have grown, or changed, in the source. */
  readonly updated: number;
  /** They were here already, with all that the source has. */
  readonly unchanged: number;
  /** They are here with other content, or were deleted here; nothing of them was changed. */
  readonly conflicting: number;
  /** They could not be read and were left out. */
  readonly broken: number;
  /** Of all but those: something of them, such as an artifact, is missing here. */
  readonly incomplete: number;
}

export interface ImportReport {
  readonly source: string;
  readonly kind: SourceKind;
  readonly runs: ImportCounts;
  /** Registered models, with prompts. */
  readonly models: ImportCounts;
  readonly versions: ImportCounts;
  /** Made here. */
  readonly experiments: number;
  readonly points: number;
  readonly artifacts: ArtifactCount;
  /** At most 1,000. */
  readonly problems: readonly TransferProblem[];
  /** Beyond those. */
  readonly moreProblems: number;
  /** What a reader had to decide by itself, as sentences. */
  readonly notes: readonly string[];
}

export type ExportTarget =
  /** One file with everything, that another workspace merges. */
  | { readonly kind: 'bundle'; readonly file: string }
  /** A table of runs as MLflow's `search_runs().to_csv()` writes it. */
  | { readonly kind: 'csv'; readonly file: string }
  /** An MLflow server. `token`: its bearer token; with `user`, the password of that user. */
  | { readonly kind: 'mlflow'; readonly url: string; readonly token?: string; readonly user?: string };

export interface ExportRequest {
  readonly to: ExportTarget;
  /** Names of experiments; absent: all. */
  readonly experiments?: readonly string[];
  /** In the filter language of searches. */
  readonly filter?: string;
  /** With the deleted runs, or only them. */
  readonly deleted?: boolean | 'only';
  /** Replace the file if it is there. */
  readonly overwrite?: boolean;
}

export interface ExportCounts {
  readonly exported: number;
  /** They were there already, with the same content. */
  readonly unchanged: number;
  /** They could not be exported, or not wholly. */
  readonly broken: number;
}

export interface ExportReport {
  /** The file, or the address of the server. */
  readonly to: string;
  readonly kind: ExportTarget['kind'];
  readonly runs: ExportCounts;
  /** Registered models, with prompts; a table has none. */
  readonly models: ExportCounts;
  readonly versions: ExportCounts;
  readonly points: number;
  readonly artifacts: ArtifactCount;
  readonly problems: readonly TransferProblem[];
  readonly moreProblems: number;
  /** What was not asked for and was left out, as sentences. */
  readonly notes: readonly string[];
}
