import type { CurrentFile, CurrentFiles } from '../../../data/currentFiles';
import type { DataService } from '../../../data/service';
import type { VersionEntry } from '../../../data/store';
import { ModelyardError, isAbort } from '../../../errors';
import type { Lock } from '../../../pipelines/outputs/lockFile';
import type { DatasetStatus, DatasetVersionRow, DatasetVersions } from '../../../protocol/datasets';
import type { Digest } from '../../../protocol/ids';
import type { DatasetSource } from '../../../protocol/jobs';
import { pageToken, readPageToken } from '../../../search/pageToken';
import type { DatasetUse, DigestUse } from '../../../tracking/datasetUse';
import { isDigest } from '../../../ids';

export interface BookOptions {
  readonly data: DataService;
  readonly use: DatasetUse;
  readonly files: CurrentFiles;
  readonly sources: () => Promise<readonly DatasetSource[]>;
  readonly lock: () => Promise<Lock | undefined>;
}

export interface VersionsRequest {
  readonly name: string;
  readonly limit: number;
  readonly pageToken?: string | undefined;
}

/** A version that is recorded, or that a run has used, or both. */
export interface KnownVersion {
  readonly digest: Digest;
  readonly entry: VersionEntry | undefined;
  readonly use: DigestUse | undefined;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

const shownRuns = 5;

/** What is known of datasets: how their files stand, their versions, and who has used which. */
export class VersionBook {
  readonly #options: BookOptions;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Each dataset of modelyard.yaml. @throws ModelyardError `config.*`, `cancelled` */
  async status(signal: AbortSignal): Promise<readonly DatasetStatus[]> {
    const [sources, lock] = await Promise.all([this.#options.sources(), this.#options.lock()]);
    const found: DatasetStatus[] = [];
    for (const source of sources) found.push(await this.#statusOf(source, lock, signal));
    return found;
  }

  async #statusOf(source: DatasetSource, lock: Lock | undefined, signal: AbortSignal): Promise<DatasetStatus> {
    const { name } = source;
    const versions = this.known(name);
    const last = this.#options.use.last(name);
    const locked = lockedDigest(lock, name);
    const known = {
      name,
      path: source.file ?? source.path,
      format: source.format,
      versions: versions.length,
      ...(last && { last }),
      ...(locked !== undefined && { locked }),
    };
    try {
      const now = await this.#options.files.look(source, signal);
      if (!now) return { ...known, state: 'missing' };
      const entry = versions.find(({ digest }) => digest === now.digest)?.entry;
      const state = last === undefined ? 'unused' : last.digest === now.digest ? 'unchanged' : 'changed';
      return { ...known, ...now, state, ...(entry && { rows: entry.rows, columns: entry.columns }) };
    } catch (error) {
      if (isAbort(error) || !(error instanceof ModelyardError)) throw error;
      return { ...known, state: 'unreadable', problem: error.message };
    }
  }

  /** @throws ModelyardError `not-found`, `params.invalid` (page token), `cancelled` */
  async versions(request: VersionsRequest, signal: AbortSignal): Promise<DatasetVersions> {
    const { name, limit } = request;
    const source = (await this.#options.sources()).find(one => one.name === name);
    const versions = this.known(name);
    if (!source && versions.length === 0) throw this.unknown(name);
    const [current, lock] = await Promise.all([source && this.current(source, signal), this.#options.lock()]);
    const identity = ['dataset versions', name];
    const [time, digest] = request.pageToken === undefined ? [] : readPageToken(identity, request.pageToken, 2);
    const start = time === undefined ? 0 : versions.findIndex(one => isAfter(one, Number(time), String(digest)));
    const page = start < 0 ? [] : versions.slice(start, start + limit);
    const last = start >= 0 && start + limit < versions.length ? page.at(-1) : undefined;
    const locked = lockedDigest(lock, name);
    return {
      name,
      versions: page.map(one => this.#row(name, one, { current: current?.digest, locked })),
      total: versions.length,
      ...(last && { nextPageToken: pageToken(identity, [last.lastSeen, last.digest]) }),
    };
  }

  #row(
    name: string,
    { digest, entry, use, firstSeen, lastSeen }: KnownVersion,
    marks: { readonly current: Digest | undefined; readonly locked: Digest | undefined },
  ): DatasetVersionRow {
    const runs = use ? this.#options.use.runs({ dataset: name, digest, limit: shownRuns }).runs : [];
    return {
      digest,
      firstSeen,
      lastSeen,
      ...(entry && {
        profiled: {
          path: entry.path,
          format: entry.format,
          bytes: entry.bytes,
          rows: entry.rows,
          columns: entry.columns,
        },
      }),
      current: marks.current === digest,
      locked: marks.locked === digest,
      runCount: use?.runs ?? 0,
      runs,
    };
  }

  /** All versions of a dataset, the last seen first. */
  known(name: string): readonly KnownVersion[] {
    const entries = new Map(this.#options.data.versions(name).map(entry => [entry.digest, entry]));
    const uses = new Map(this.#options.use.digests(name).map(use => [use.digest, use]));
    return [...new Set([...entries.keys(), ...uses.keys()])]
      .map(digest => {
        const [entry, use] = [entries.get(digest), uses.get(digest)];
        const firstSeen = Math.min(entry?.createdAt ?? Infinity, use?.first ?? Infinity);
        const lastSeen = Math.max(entry?.checkedAt ?? 0, use?.last ?? 0);
        return { digest, entry, use, firstSeen, lastSeen };
      })
      .sort((a, b) => b.lastSeen - a.lastSeen || (a.digest < b.digest ? -1 : 1));
  }

  /** The file as it is; undefined when it is not there or cannot be read. */
  current(source: DatasetSource, signal: AbortSignal): Promise<CurrentFile | undefined> {
    return this.#options.files.look(source, signal).catch((error: unknown) => {
      if (isAbort(error)) throw error;
      return undefined;
    });
  }

  unknown(name: string): ModelyardError {
    const names = this.#options.data.names();
    return new ModelyardError('not-found', `There is no dataset ${name}, and no version of one.`, {
      fix: names.length > 0 ? `Known datasets: ${names.join(', ')}.` : 'Run `modelyard validate`.',
    });
  }
}

const isAfter = (one: KnownVersion, time: number, digest: string): boolean =>
  one.lastSeen < time || (one.lastSeen === time && one.digest > digest);

export function lockedDigest(lock: Lock | undefined, name: string): Digest | undefined {
  const found = lock && Object.hasOwn(lock.datasets, name) ? lock.datasets[name] : undefined;
  return found !== undefined && isDigest(found) ? found : undefined;
}
