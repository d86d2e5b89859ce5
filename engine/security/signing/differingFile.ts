import type { SignedFile } from './statement';

export interface Difference {
  readonly file: string;
  readonly sentence: string;
}

/** The first file that is not what was signed, or is missing, or was added. */
export async function differingFile(
  signed: readonly SignedFile[],
  now: {
    readonly paths: readonly string[];
    /** sha-256 of the content as it is now; undefined: it cannot be read. */
    readonly digestOf: (path: string) => Promise<string | undefined>;
  },
): Promise<Difference | undefined> {
  const left = new Set(now.paths);
  for (const { path, digest } of signed) {
    if (!left.delete(path)) return { file: path, sentence: `${path} was signed and is missing.` };
    if ((await now.digestOf(path)) !== digest) return { file: path, sentence: `${path} is not what was signed.` };
  }
  const [added] = left;
  return added === undefined ? undefined : { file: added, sentence: `${added} was added after the model was signed.` };
}
