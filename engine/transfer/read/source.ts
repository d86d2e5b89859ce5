import type { Digest } from '../../protocol/ids';
import type { TransferProblem } from '../../protocol/transfer';
import type { PointColumns } from '../content/points';
import type { ModelFacts } from '../content/model';
import type { ExperimentFacts, RunFacts } from '../content/run';

/** An artifact as a reader finds it: a file that may be read, or content that is in the store or beside it already. */
export type SourceArtifact = { readonly path: string } & (
  | { readonly file: string }
  | { readonly digest: Digest; readonly size: number }
);

/** A run as a reader finds it. */
export interface SourceRun {
  readonly facts: RunFacts;
  readonly artifacts: readonly SourceArtifact[];
  /** Artifacts that are missing here, and why. */
  readonly problems: readonly TransferProblem[];
  /** The points of all metrics, each time from the beginning. Those of one metric need not come together. */
  points(): Iterable<PointColumns> | AsyncIterable<PointColumns>;
}

export type SourceItem =
  /** Before the first of its runs. */
  | { readonly type: 'experiment'; readonly experiment: ExperimentFacts }
  | { readonly type: 'run'; readonly run: SourceRun }
  /** A run that cannot be read. */
  | { readonly type: 'broken'; readonly problem: TransferProblem }
  /** After all runs: a registered model, or a part of one. */
  | { readonly type: 'model'; readonly model: ModelFacts }
  | BrokenModel
  | { readonly type: 'note'; readonly text: string };

/** A registered model, or one of its versions, that cannot be read, or not wholly. */
export interface BrokenModel {
  readonly type: 'brokenModel';
  readonly what: 'model' | 'version';
  /** It comes without something. */
  readonly isIncomplete?: boolean;
  readonly problem: TransferProblem;
}

/** A run, and before the first one of an experiment that, of which only the name is known. */
export function* withExperiment(run: SourceRun, said: Set<string>): Generator<SourceItem> {
  const { experiment } = run.facts;
  if (!said.has(experiment))
    yield { type: 'experiment', experiment: { name: experiment, lifecycle: 'active', tags: {} } };
  said.add(experiment);
  yield { type: 'run', run };
}

/** One place with runs, opened for reading. */
export interface SourceReader {
  /** Number of runs, where that is known before they are read. */
  readonly total?: number;
  items(): Iterable<SourceItem> | AsyncIterable<SourceItem>;
}

export interface ReadOptions {
  /** Real path of the file or folder. */
  readonly source: string;
  /** Real paths of further folders from which artifacts may be taken. */
  readonly artifacts: readonly string[];
  /** A private empty folder. */
  readonly workDir: string;
  /** Where the WASM files are. */
  readonly assetsDir: string;
  /** Content of artifacts that need not be copied to be read; what is put here goes to the workspace with its run. */
  readonly staging: StagingStore;
  /** Says what is being done before the first item. */
  readonly progress: (text: string) => void;
}

/** Files by content on their way into the workspace. */
export interface StagingStore {
  has(digest: Digest): boolean;
  putStream(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<{ digest: Digest; size: number }>;
  putFile(file: string, signal: AbortSignal): Promise<{ digest: Digest; size: number }>;
}
