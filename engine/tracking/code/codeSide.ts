import type { GitOutput } from '../git';

/** A command of git in the workspace that only reads. */
export type ReadingGit = (args: readonly string[], maxBytes: number, signal: AbortSignal) => Promise<GitOutput>;

/** The code as one side of a comparison has it. Paths are from the top of the repository, with `/`. */
export interface CodeSide {
  readonly commit?: string;
  /** modelyard.yaml */
  readonly config?: string;
  /** What may differ from the commit. */
  readonly touched: readonly string[];
  /** What is known to have been there, though not with which content. */
  readonly notKept: readonly string[];
  /** More was changed than is kept. */
  readonly cut: boolean;
  /** Secrets were taken out of it. */
  readonly redacted: boolean;
  /** Null: there is no such file. Undefined: it is no text, or too long, or cannot be found. */
  text(path: string, signal: AbortSignal): Promise<string | null | undefined>;
  /** The sha-256 of a file that is no text; undefined when it is not known. */
  sha256(path: string): Promise<string | undefined>;
}

/** Longer files are not compared as texts. */
export const mostBytes = 512 * 1024;
const commitName = /^[0-9a-f]{7,64}$/;

export const isCommit = (commit: string | undefined): commit is string =>
  commit !== undefined && commitName.test(commit);

export const asText = (bytes: Buffer): string | undefined => (bytes.includes(0) ? undefined : bytes.toString('utf8'));

/** A file as a commit has it; as `CodeSide.text`. */
export async function committedText(
  git: ReadingGit,
  { commit, path }: { readonly commit: string | undefined; readonly path: string },
  signal: AbortSignal,
): Promise<string | null | undefined> {
  if (!isCommit(commit)) return null;
  const found = await git(['cat-file', 'blob', `${commit}:${path}`], mostBytes, signal);
  if (found.cut) return undefined;
  return found.text === undefined ? null : asText(Buffer.from(found.text));
}
