import { existsSync } from 'node:fs';
import { CurrentFiles } from '../../../data/currentFiles';
import type { ConfigService } from '../../../config/service';
import type { DataService } from '../../../data/service';
import { isDigest } from '../../../ids';
import type { LockFile } from '../../../pipelines/outputs/lockFile';
import { filesMade } from '../../../pipelines/outputs/madeFiles';
import type { Digest } from '../../../protocol/ids';
import type { DatasetSource } from '../../../protocol/jobs';
import type { TrackingService } from '../../../tracking/service';
import type { DataCalls } from '../../services';
import type { CompareVersions } from '../driftPort';
import { DatasetComparer } from './compareDatasets';
import type { RecordOptions } from './recordVersion';
import { failingRows } from './failingRows';
import { proposals } from './proposals';
import { recordVersion } from './recordVersion';
import type { FindReferences } from './references';
import { withReferences } from './references';
import { validateDatasets } from './validateDatasets';
import { VersionBook } from './versionBook';

export interface DatasetRooms {
  readonly workspace: string;
  readonly jobFile: string;
  readonly data: DataService;
  readonly tracking: TrackingService;
  readonly lockFile: LockFile;
  readonly sources: () => Promise<readonly DatasetSource[]>;
  readonly config: Pick<ConfigService, 'editExpect' | 'load'>;
  readonly recorded: (name: string) => void;
}

export interface OpenedDatasets {
  readonly calls: DataCalls;
  /** Of the file as it is now; undefined when there is none. */
  readonly digest: (dataset: string, signal: AbortSignal) => Promise<Digest | undefined>;
  /** A version of `trainedOn` beside the file of another dataset, or of the same, as it is now. */
  readonly compareWith: CompareVersions;
  /** A dataset with the versions that its rules compare it with. */
  readonly references: FindReferences;
  /** Keeps the versions that a run has read and of which nothing is kept yet, as long as their files are there. */
  readonly keepRead: (read: readonly { dataset: string; digest: Digest }[], signal: AbortSignal) => Promise<void>;
}

/** All datasets, but those that a step has yet to make. */
async function namesThere({ config, sources }: Pick<DatasetRooms, 'config' | 'sources'>): Promise<readonly string[]> {
  const loaded = await config.load();
  const steps = Object.values(loaded.config.pipelines).flatMap(pipeline => Object.values(pipeline.steps));
  const made = new Set(steps.flatMap(step => filesMade(step, loaded.config)));
  return (await sources())
    .filter(source => !made.has(source.file ?? '') || existsSync(source.path))
    .map(({ name }) => name);
}

/** Datasets as the protocol's methods and the pipelines see them. */
export function openDatasets(given: DatasetRooms): OpenedDatasets {
  const { data, tracking, lockFile, sources } = given;
  const files = new CurrentFiles((name, stamp) => data.stamped(name, stamp));
  const references: FindReferences = (source, signal) => withReferences({ ...given, files }, source, signal);
  const rooms = { ...given, references };
  const lock = () => lockFile.read();
  const use = tracking.datasetUse;
  const book = new VersionBook({ data, use, files, sources, lock });
  const readBy = (run: string, dataset: string) => {
    const read = tracking.getRun(run).inputs.filter(input => input.dataset === dataset);
    return [...new Set(read.map(({ digest }) => digest))].filter(isDigest);
  };
  const comparer = new DatasetComparer({ ...rooms, book, lock, readBy });
  return {
    calls: {
      list: () => data.list(),
      get: (name, digest) => data.get(name, digest),
      validate: async (names, progress, signal) =>
        validateDatasets(rooms, { names: names ?? (await namesThere(given)), progress }, signal),
      status: signal => book.status(signal),
      versions: ({ name, limit = 50, pageToken }, signal) => book.versions({ name, limit, pageToken }, signal),
      runs: ({ name, digest, limit = 50, pageToken }) => use.runs({ dataset: name, digest, limit, pageToken }),
      failing: (query, progress, signal) => failingRows(rooms, { ...query, progress }, signal),
      propose: (query, progress, signal) => proposals(rooms, { ...query, progress }, signal),
      compare: ({ name, before, after }, progress, signal) =>
        comparer.compare({ name, before, after, progress }, signal),
    },
    compareWith: ({ name, trainedOn, digest }, signal) =>
      comparer.compare({ name, before: digest, beforeOf: trainedOn, progress: () => undefined }, signal),
    references,
    digest: async (dataset, signal) => {
      const source = (await sources()).find(({ name }) => name === dataset);
      return source && (await files.look(source, signal))?.digest;
    },
    keepRead: async (read, signal) => {
      for (const { dataset, digest } of read) await keepOne({ ...rooms, files }, { dataset, digest }, signal);
    },
  };
}

async function keepOne(
  rooms: RecordOptions & { readonly files: CurrentFiles },
  { dataset, digest }: { readonly dataset: string; readonly digest: Digest },
  signal: AbortSignal,
): Promise<void> {
  const isKept = (): boolean => rooms.data.versions(dataset).some(version => version.digest === digest);
  if (isKept()) return;
  const source = (await rooms.sources()).find(({ name }) => name === dataset);
  if (!source || (await rooms.files.look(source, signal))?.digest !== digest || isKept()) return;
  await recordVersion(rooms, { source, judged: false, report: () => undefined }, signal);
}
