import path from 'node:path';
import * as v from 'valibot';
import type { WatchedFiles } from './ports';

/** What was in each file when it was last dealt with, by its key. */
export type Contents = Readonly<Record<string, { readonly stamp: string; readonly digest: string }>>;

const contentsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ files: v.record(v.string(), v.object({ stamp: v.string(), digest: v.string() })) }),
);
const readContents = (cursor: string): Contents => v.parse(contentsSchema, cursor).files;
export const contentsText = (files: Contents): string => JSON.stringify({ files });

/** Looks for which a file that never rests holds up the others. */
const patience = 15;

export interface LookedFile {
  /** The dataset, or the path. */
  readonly key: string;
  /** Relative to the workspace. */
  readonly path: string;
}

export interface Look {
  /** As it is now, without what is still being written. */
  readonly contents: Contents;
  readonly changed: readonly ChangedFile[];
  /** Only times and inodes are others: nothing happened, but there is something to remember. */
  readonly touched: boolean;
  readonly missing: readonly string[];
}

export interface ChangedFile {
  readonly key: string;
  readonly digest: string;
  readonly modifiedAt: number;
}

/**
 * Compares files with what they held before, by their content. A file counts when two looks have found it the same: one
 * that is being written is not read, and files that come together start one run. A file that has gone is remembered, so that it is no news when it comes back.
 */
export class ContentWatch {
  readonly #files: WatchedFiles;
  readonly #workspace: string;
  /** By path: as the last look has found it. */
  readonly #seen = new Map<string, string>();
  /** By path: a change that is not dealt with yet is not read again at each look. */
  readonly #read = new Map<string, { readonly stamp: string; readonly digest: string }>();

  /** Looks for which changes have waited for files that are still written. */
  #held = 0;
  #last: { readonly cursor: string; readonly contents: Contents } | undefined;

  constructor(files: WatchedFiles, workspace: string) {
    this.#files = files;
    this.#workspace = workspace;
  }

  /** What a cursor says, read once. */
  before(cursor: string): Contents {
    if (this.#last?.cursor !== cursor) this.#last = { cursor, contents: readContents(cursor) };
    return this.#last.contents;
  }

  /** What is there when a trigger is new: the beginning, from which changes count. A file that is not there yet is one. */
  async begin(files: readonly LookedFile[], signal: AbortSignal): Promise<Contents> {
    const contents: Record<string, { stamp: string; digest: string }> = {};
    for (const { key, path: file } of files) {
      const found = await this.#files.stamp(this.#at(file));
      contents[key] = found
        ? { stamp: found.stamp, digest: await this.#files.digest(this.#at(file), signal) }
        : { stamp: '', digest: '' };
    }
    return contents;
  }

  /** @throws what reading a file throws */
  async look(files: readonly LookedFile[], before: Contents, signal: AbortSignal): Promise<Look> {
    const contents = new Map(Object.entries(before));
    const changed: ChangedFile[] = [];
    const missing: string[] = [];
    let touched = false;
    let written = 0;
    for (const { key, path: file } of files) {
      const found = await this.#files.stamp(this.#at(file));
      const last = this.#seen.get(file);
      if (!found) {
        missing.push(key);
        continue;
      }
      this.#seen.set(file, found.stamp);
      const known = contents.get(key);
      if (known?.stamp === found.stamp) continue;
      if (last !== found.stamp) {
        written++;
        continue;
      }
      const digest = await this.#digest(file, found.stamp, signal);
      if (digest === undefined) {
        written++;
        continue;
      }
      contents.set(key, { stamp: found.stamp, digest });
      if (known?.digest === digest) touched = true;
      else changed.push({ key, digest, modifiedAt: found.modifiedAt });
    }
    if (written > 0 && changed.length > 0 && this.#held < patience) {
      this.#held++;
      return { contents: before, changed: [], touched: false, missing };
    }
    this.#held = 0;
    return { contents: Object.fromEntries(contents), changed, touched, missing };
  }

  /** Undefined when the file was written meanwhile. */
  async #digest(file: string, stamp: string, signal: AbortSignal): Promise<string | undefined> {
    const read = this.#read.get(file);
    if (read?.stamp === stamp) return read.digest;
    const digest = await this.#files.digest(this.#at(file), signal);
    if ((await this.#files.stamp(this.#at(file)))?.stamp !== stamp) return undefined;
    this.#read.set(file, { stamp, digest });
    return digest;
  }

  #at(file: string): string {
    return path.resolve(this.#workspace, file);
  }
}
