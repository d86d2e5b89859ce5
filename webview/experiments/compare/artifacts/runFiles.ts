import type { RunId } from '../../../../engine/protocol/ids';
import type { ArtifactEntry } from '../../../../engine/protocol/tracking';
import type { Channel } from '../../../shared/channel';

/** The files of a run, of all its folders. */
export interface RunFiles {
  readonly files: readonly ArtifactEntry[];
  /** There are more than are looked for. */
  readonly isCut: boolean;
}

/** Bounds for each run: a comparison is not a file manager. */
const mostFolders = 60;
const mostFiles = 2000;

/** Folder by folder, those above first. */
export async function listRunFiles(channel: Pick<Channel, 'call'>, runId: RunId): Promise<RunFiles> {
  const files: ArtifactEntry[] = [];
  const folders: (string | undefined)[] = [undefined];
  for (let at = 0; at < folders.length; at++) {
    if (at >= mostFolders || files.length > mostFiles) return { files: files.slice(0, mostFiles), isCut: true };
    const path = folders[at];
    for (const entry of await channel.call('runs/artifacts', { runId, ...(path !== undefined && { path }) })) {
      if (entry.isFolder) folders.push(entry.path);
      else files.push(entry);
    }
  }
  return { files: files.slice(0, mostFiles), isCut: files.length > mostFiles };
}

/** A file, and which of the runs have it. */
export interface SharedPath {
  readonly path: string;
  /** The places of the runs. */
  readonly runs: readonly number[];
}

/** What all have first, then by name. */
export function sharedPaths(runs: readonly (RunFiles | undefined)[]): readonly SharedPath[] {
  const found = new Map<string, number[]>();
  runs.forEach((run, at) => {
    for (const { path } of run?.files ?? []) {
      const known = found.get(path);
      if (known) known.push(at);
      else found.set(path, [at]);
    }
  });
  const listed = runs.filter(run => run !== undefined).length;
  const rank = ({ runs: having }: SharedPath): number => (having.length === listed ? 0 : 1);
  return [...found]
    .map(([path, having]) => ({ path, runs: having }))
    .sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}
