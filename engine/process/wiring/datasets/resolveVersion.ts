import { ModelyardError } from '../../../errors';
import { isDigest } from '../../../ids';
import type { Lock } from '../../../pipelines/outputs/lockFile';
import type { Digest } from '../../../protocol/ids';
import type { DatasetSource } from '../../../protocol/jobs';
import type { VersionBook } from './versionBook';
import { lockedDigest } from './versionBook';

export interface VersionSources {
  readonly book: VersionBook;
  readonly lock: () => Promise<Lock | undefined>;
  /** The versions of a dataset that a run has read; the run as people name it. */
  readonly readBy: (run: string, dataset: string) => readonly Digest[];
}

export interface VersionPlace extends VersionSources {
  readonly name: string;
  readonly source: DatasetSource | undefined;
  /** Of the file as it is. */
  readonly now: Digest | undefined;
}

const leastDigits = 4;

/**
 * The version that a text names: `now`, `lock`, `last`, a run, or a digest or the beginning of one.
 * @throws ModelyardError `not-found`, `data.missing`, `conflict` when several begin so
 */
export async function resolveVersion(place: VersionPlace, wanted: string): Promise<Digest> {
  const { name, book } = place;
  if (wanted === 'now') return place.now ?? fail(missingFile(place));
  if (wanted === 'lock') return lockedDigest(await place.lock(), name) ?? fail(unlocked(name));
  const known = book.known(name);
  if (wanted === 'last') return lastOf(place) ?? fail(unused(name));
  if (/^r-\d+$/.test(wanted)) return readByRun(place, wanted);
  if (wanted.length >= leastDigits && /^[0-9a-f]+$/.test(wanted)) {
    if (isDigest(wanted) && wanted === place.now) return wanted;
    const [found, another] = [
      ...new Set([...known.map(({ digest }) => digest), ...(place.now ? [place.now] : [])]),
    ].filter(digest => digest.startsWith(wanted));
    if (another !== undefined)
      throw new ModelyardError('conflict', `Several versions of dataset ${name} begin with ${wanted}.`, {
        fix: 'Give more digits.',
      });
    if (found !== undefined) return found;
  }
  throw new ModelyardError('not-found', `Dataset ${name} has no version ${wanted}.`, {
    fix: 'Name one by at least four digits of its digest, by a run (`r-12`), or as `now`, `last` or `lock`.',
  });
}

/** What the last run read; without runs, the version that was recorded last and is not the file as it is. */
function lastOf({ name, book, now }: VersionPlace): Digest | undefined {
  const known = book.known(name);
  const used = known.filter(({ use }) => use !== undefined).sort((a, b) => (b.use?.last ?? 0) - (a.use?.last ?? 0));
  return (used[0] ?? known.find(({ digest }) => digest !== now) ?? known[0])?.digest;
}

function readByRun({ name, readBy }: VersionPlace, wanted: string): Digest {
  const digests = readBy(wanted, name);
  const [found, another] = digests;
  if (another !== undefined)
    throw new ModelyardError('conflict', `Run ${wanted} has read ${digests.length} versions of dataset ${name}.`, {
      fix: `Name one of ${digests.map(digest => digest.slice(0, 12)).join(', ')}.`,
    });
  return found ?? fail(new ModelyardError('not-found', `Run ${wanted} has not read dataset ${name}.`));
}

function fail(error: ModelyardError): never {
  throw error;
}

const missingFile = ({ name, source }: VersionPlace): ModelyardError =>
  source === undefined
    ? new ModelyardError('not-found', `There is no dataset ${name} in modelyard.yaml, so it has no file now.`)
    : new ModelyardError('data.missing', `The data file ${source.file ?? source.path} of dataset ${name} is missing.`, {
        place: { file: source.file ?? source.path },
        fix: `Put it there, or correct \`datasets.${name}.path\` in modelyard.yaml.`,
        data: { dataset: name },
      });

const unlocked = (name: string): ModelyardError =>
  new ModelyardError('not-found', `modelyard.lock says nothing of dataset ${name}.`, {
    fix: 'A pipeline that reads the dataset and succeeds writes its line.',
  });

const unused = (name: string): ModelyardError =>
  new ModelyardError('not-found', `No version of dataset ${name} is known yet.`, {
    fix: 'Run `modelyard validate`, or a pipeline that reads the dataset.',
  });
