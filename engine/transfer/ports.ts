import type { ExperimentId, RunId } from '../protocol/ids';
import type { RunSearch, Experiment, RunSummary } from '../protocol/tracking';
import type { ArtifactFacts, ExperimentFacts, RunFacts } from './content/run';

/** What transfers ask of the other rooms; engine/process/wiring hands it over. */
export type Int64 = number | bigint;

export interface Point {
  readonly value: number;
  readonly step: Int64;
  /** ms since 1970 */
  readonly time: Int64;
}

export interface RunToWrite extends Omit<RunFacts, 'experiment'> {
  readonly experimentId: ExperimentId;
  readonly artifacts: readonly ArtifactFacts[];
}

/** A run that is here. */
export interface KnownRun extends RunToWrite {
  readonly row: number;
  readonly series: readonly { readonly id: number; readonly key: string; readonly points: number }[];
}

/** Tracking's part of an import. Changes belong into a `write`, which is one transaction. */
export interface ImportPort {
  write<T>(work: () => T): T;
  experiment(experiment: ExperimentFacts): { readonly id: ExperimentId; readonly isNew: boolean };
  find(id: RunId): KnownRun | undefined;
  insert(run: RunToWrite, isHidden?: boolean): number;
  reveal(run: RunToWrite, row: number): void;
  update(run: RunToWrite, row: number): void;
  addPoints(run: RunId, points: Iterable<Point & { readonly key: string }>, isKnown?: boolean): number;
  points(run: KnownRun, series: number, size: number): Iterable<readonly Point[]>;
  hasPoint(run: KnownRun, series: number, point: Point): boolean;
  removePiece(row: number, points: number): boolean;
  removeSeriesPiece(row: number, key: string, points: number): boolean;
  tell(id: RunId): void;
}

/** Tracking's part of an export. */
export interface ExportPort {
  experimentByName(name: string): Experiment;
  search(search: RunSearch): { readonly runs: readonly RunSummary[]; readonly nextPageToken?: string };
  getExperiment(id: ExperimentId): Experiment;
}
