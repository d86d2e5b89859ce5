import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TransferProblem } from '../../protocol/transfer';
import { artifactPathProblem } from './artifactName';
import type { Confines } from './confines';
import { filesBelow } from './fileTree';
import { withoutPassword } from './shown';
import type { SourceArtifact } from './source';

/** Where the artifacts of a run, or of a logged model, are said to be. */
export interface ArtifactPlace {
  /** As the source says it: a path, `file:`, `mlflow-artifacts:` or another address. May be empty. */
  readonly uri: string;
  /** Folders where they are looked for besides, best first: absolute. */
  readonly guesses: readonly string[];
}

export interface FoundArtifacts {
  /** Undefined: it is nowhere. */
  readonly folder: string | undefined;
  readonly artifacts: readonly SourceArtifact[];
  readonly problems: readonly TransferProblem[];
}

/**
 * The files of a run. The place that the source names is used when it lies inside what may be read; else, as after a move
 * to another folder or machine, the places where the tool keeps them beside the source.
 */
export function findArtifacts(place: ArtifactPlace, confines: Confines): FoundArtifacts {
  const named = localPath(place.uri);
  const folder = [named, ...place.guesses]
    .filter(candidate => candidate !== undefined)
    .map(candidate => confines.inside(candidate))
    .find(candidate => candidate !== undefined && fs.statSync(candidate).isDirectory());
  if (folder === undefined) {
    const stray = place.guesses.find(guess => fs.existsSync(guess)); // it is there, and leads outside
    return { folder, artifacts: [], problems: stray === undefined ? missing(place.uri, named) : [outside(stray)] };
  }
  const { files, problems } = filesBelow(folder, confines);
  const artifacts: SourceArtifact[] = [];
  const refused: TransferProblem[] = [];
  for (const { name, file } of files) {
    const why = artifactPathProblem(name);
    if (why === undefined) artifacts.push({ path: name, file });
    else refused.push({ message: `${file}: ${why}; it was left out.`, place: { file } });
  }
  return { folder, artifacts, problems: [...problems, ...refused] };
}

/** The path on this machine that an address names, if it does. */
export function localPath(uri: string): string | undefined {
  const name = uri.startsWith('file:') ? ofFileUri(uri) : uri;
  // a name like \\\\host\\share would have Windows call another machine
  return name !== undefined && path.isAbsolute(name) && !/^[\\/]{2}/.test(name) ? name : undefined;
}

function ofFileUri(uri: string): string | undefined {
  try {
    return fileURLToPath(new URL(uri));
  } catch {
    return undefined; // the path of another system
  }
}

/**
 * A run without artifacts has no folder, or an empty one: a path that is nowhere is no news. One that is there, but
 * outside, or in a store of another kind, is.
 */
function missing(uri: string, named: string | undefined): readonly TransferProblem[] {
  if (named !== undefined) {
    return hasEntries(named) ? [outside(named)] : [];
  }
  const scheme = /^([a-z][\w+.-]*):/i.exec(uri)?.[1] ?? '';
  if (scheme === '' || scheme.length === 1 || ['file', 'mlflow-artifacts'].includes(scheme)) return [];
  return [
    {
      message: `Artifacts at ${withoutPassword(uri)} were left out: only files of this machine are read.`,
      fix: 'Copy them to a folder beside the source, and import again.',
    },
  ];
}

const outside = (folder: string): TransferProblem => ({
  message: `The artifacts in ${folder} were left out: the folder is outside of what is imported.`,
  place: { file: folder },
  fix: `Allow it with --artifacts ${JSON.stringify(folder)} (or a folder above it), and import again.`,
});

function hasEntries(folder: string): boolean {
  try {
    return fs.readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}
