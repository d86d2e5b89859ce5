import type { CodeDiff, CodeDiffFile } from '../../protocol/compare';
import type { RunId } from '../../protocol/ids';
import type { GitOutput } from '../git';
import type { RunSources, SourceTracking } from '../runSources';
import { readKeptFile, readRunSources } from '../runSources';
import { isSecretFile } from '../secrets';
import { applyPatch } from './applyPatch';

/** A command of git in the workspace that only reads. */
export type ReadingGit = (args: readonly string[], maxBytes: number, signal: AbortSignal) => Promise<GitOutput>;

const MOST_FILES = 200;
const MOST_BYTES = 512 * 1024;
const MOST_NAMES = 1 << 20;
const COMMIT = /^[0-9a-f]{7,64}$/;

/** The code of one run, as far as it can be put together again. */
class CodeOf {
  constructor(
    private readonly parts: {
      readonly tracking: SourceTracking;
      readonly run: RunId;
      readonly sources: RunSources;
      /** Where the workspace is within the repository, with a `/` at the end, or nothing. */
      readonly prefix: string;
      readonly git: ReadingGit;
    },
  ) {}

  /** Paths from the top of the repository that differ from the commit. */
  get touched(): readonly string[] {
    const { sources, prefix } = this.parts;
    return [...sources.changes.map(({ path }) => path), ...sources.files.map(({ path }) => prefix + path)];
  }

  /** Null: the run has no such file. Undefined: it is no text, or too long, or cannot be found. */
  async text(path: string, signal: AbortSignal): Promise<string | null | undefined> {
    const { sources, prefix, tracking, run } = this.parts;
    const kept = sources.files.find(file => prefix + file.path === path);
    if (kept) {
      if (kept.size > MOST_BYTES) return undefined;
      return asText(Buffer.from(await readKeptFile(tracking, run, kept.path)));
    }
    const base = await this.committed(path, signal);
    const change = sources.changes.find(one => one.path === path);
    if (!change || base === undefined) return base;
    if (/^deleted file mode/m.test(change.text)) return null;
    return applyPatch(base ?? '', change.text);
  }

  private async committed(path: string, signal: AbortSignal): Promise<string | null | undefined> {
    const { sources, git } = this.parts;
    const commit = sources.commit;
    if (commit === undefined || !COMMIT.test(commit)) return null;
    const found = await git(['cat-file', 'blob', `${commit}:${path}`], MOST_BYTES, signal);
    if (found.cut) return undefined;
    return found.text === undefined ? null : asText(Buffer.from(found.text));
  }
}

const asText = (bytes: Buffer): string | undefined => (bytes.includes(0) ? undefined : bytes.toString('utf8'));

/** In which files the code of two runs differs: commits, what was not committed, and files of their own. */
export async function codeDiff(
  parts: { readonly tracking: SourceTracking; readonly git: ReadingGit },
  runs: { readonly a: RunId; readonly b: RunId },
  signal: AbortSignal,
): Promise<CodeDiff> {
  const { tracking, git } = parts;
  const [a, b] = await Promise.all([readRunSources(tracking, runs.a), readRunSources(tracking, runs.b)]);
  const prefix = (await git(['rev-parse', '--show-prefix'], 4096, signal)).text?.trim() ?? '';
  const before = new CodeOf({ ...parts, run: runs.a, sources: a, prefix });
  const after = new CodeOf({ ...parts, run: runs.b, sources: b, prefix });
  const notes: string[] = [];
  const committed = await changedBetween(a.commit, b.commit, { git, notes, signal });
  const paths = [...new Set([...committed, ...before.touched, ...after.touched])]
    .filter(path => !isSecretFile(path))
    .sort();
  if (paths.length > MOST_FILES) notes.push(`Only the first ${MOST_FILES} of ${paths.length} files are compared.`);
  if (a.changesCut || b.changesCut) notes.push('More was changed without a commit than a run keeps.');
  if (a.changesRedacted || b.changesRedacted)
    notes.push('Secrets were taken out of what was changed without a commit.');
  const files: CodeDiffFile[] = [];
  for (const path of paths.slice(0, MOST_FILES)) {
    signal.throwIfAborted();
    const [left, right] = [await before.text(path, signal), await after.text(path, signal)];
    if (left === right && left !== undefined) continue;
    files.push({
      path,
      ...(typeof left === 'string' && { before: left }),
      ...(typeof right === 'string' && { after: right }),
      ...((left === undefined || right === undefined) && { isOpaque: true }),
    });
  }
  return {
    ...(a.commit !== undefined && { commitBefore: a.commit }),
    ...(b.commit !== undefined && { commitAfter: b.commit }),
    ...(a.config && { configBefore: a.config.text }),
    ...(b.config && { configAfter: b.config.text }),
    files,
    notes,
  };
}

async function changedBetween(
  before: string | undefined,
  after: string | undefined,
  { git, notes, signal }: { readonly git: ReadingGit; readonly notes: string[]; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  if (before === undefined || after === undefined) {
    notes.push(before === after ? 'Neither run knows its commit.' : 'One of the runs does not know its commit.');
    return [];
  }
  if (before === after || !COMMIT.test(before) || !COMMIT.test(after)) return [];
  const args = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', before, after, '--'];
  const found = await git(args, MOST_NAMES, signal);
  if (found.text === undefined) notes.push(`The commits cannot be compared: ${found.problem ?? 'git says nothing'}`);
  const names = (found.text ?? '').split('\0');
  return names.slice(0, -1);
}
