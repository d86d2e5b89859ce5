import path from 'node:path';

/** The folders beside a source in which MLflow keeps artifacts, by default and behind a server. */
export const ARTIFACT_FOLDERS = ['mlartifacts', 'mlruns'];

interface Guess {
  /** As the source says it. */
  readonly uri: string;
  /** What every default location ends with: experiment and run. */
  readonly tail: readonly string[];
  /** Absolute. */
  readonly roots: readonly string[];
}

/**
 * Where artifacts may be now that were at an address once: below each root the same end of the path, longest first, and
 * `experiment/run/artifacts`.
 */
export function mlflowArtifacts({ uri, tail, roots }: Guess): readonly string[] {
  const parts = uri
    .replace(/^[a-z][\w+.-]*:(\/\/[^/]*)?/i, '')
    .split(/[\\/]+/)
    .filter(part => part !== '' && part !== '.');
  const ends = parts.includes('..') ? [] : parts.map((_, at) => parts.slice(at));
  return roots.flatMap(root =>
    [...ends.filter(end => end.length >= 2), [...tail, 'artifacts']].map(end => path.join(root, ...end)),
  );
}
