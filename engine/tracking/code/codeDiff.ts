import type { CodeDiff, CodeDiffFile } from '../../protocol/compare';
import type { RunId } from '../../protocol/ids';
import type { SourceTracking } from '../runSources';
import { isSecretFile, redact } from '../secrets';
import type { CodeSide, ReadingGit } from './codeSide';
import { isCommit } from './codeSide';
import { runCode } from './runCode';
import type { WorkFolder } from './workCode';
import { workCode } from './workCode';

const MOST_FILES = 200;
const MOST_NAMES = 1 << 20;
/** Characters of texts in one answer. */
const MOST_IN_ALL = 16 << 20;

/** Two runs, or a run and the folder as it is now. */
export interface CodeSides {
  readonly a: RunId;
  readonly b: RunId | WorkFolder;
  /** Files and folders that are no code, relative to the workspace with `/`. */
  readonly leaveOut?: readonly string[];
}

/** In which files the code differs: commits, what was not committed, and files of their own. */
export async function codeDiff(
  parts: { readonly tracking: SourceTracking; readonly git: ReadingGit },
  { a, b, leaveOut = [] }: CodeSides,
  signal: AbortSignal,
): Promise<CodeDiff> {
  const { git } = parts;
  const prefix = (await git(['rev-parse', '--show-prefix'], 4096, signal)).text?.trim() ?? '';
  const [before, after] = await Promise.all([
    runCode({ ...parts, run: a, prefix }),
    typeof b === 'string' ? runCode({ ...parts, run: b, prefix }) : workCode({ work: b, prefix, git }, signal),
  ]);
  const notes: string[] = [];
  const committed = await changedBetween({ before, after, isWork: typeof b !== 'string' }, { git, notes, signal });
  const noCode = leaveOut.map(name => prefix + name);
  const found = [...new Set([...committed, ...before.touched, ...after.touched])]
    .filter(path => !isSecretFile(path) && !noCode.some(name => path === name || path.startsWith(`${name}/`)))
    .sort();
  const unknown = new Set([...before.notKept, ...after.notKept]);
  const paths = found.filter(path => !unknown.has(path));
  const lost = found.filter(path => unknown.has(path));
  if (lost.length > 0) notes.push(`Files that a run did not keep cannot be compared: ${someOf(lost)}.`);
  if (paths.length > MOST_FILES) notes.push(`Only the first ${MOST_FILES} of ${paths.length} files are compared.`);
  if (before.cut || after.cut) notes.push('More was changed without a commit than a run keeps.');
  if (before.redacted || after.redacted) notes.push('Secrets were taken out of what was changed without a commit.');
  return {
    ...(before.commit !== undefined && { commitBefore: before.commit }),
    ...(after.commit !== undefined && { commitAfter: after.commit }),
    ...(before.config !== undefined && { configBefore: before.config }),
    ...(after.config !== undefined && { configAfter: after.config }),
    files: await differing(paths.slice(0, MOST_FILES), { before, after }, signal),
    notes,
  };
}

interface Sides {
  readonly before: CodeSide;
  readonly after: CodeSide;
}

async function differing(
  paths: readonly string[],
  { before, after }: Sides,
  signal: AbortSignal,
): Promise<readonly CodeDiffFile[]> {
  const clean = before.redacted || after.redacted ? redact : (text: string): string => text;
  const files: CodeDiffFile[] = [];
  let total = 0;
  for (const path of paths) {
    signal.throwIfAborted();
    const [left, right] = [await before.text(path, signal), await after.text(path, signal)];
    if (left === right && left !== undefined) continue;
    if (typeof left === 'string' && typeof right === 'string' && clean(left) === clean(right)) continue;
    const isOpaque = left === undefined || right === undefined;
    if (isOpaque && (await areSameBytes(path, { before, after }))) continue;
    total += (left ?? '').length + (right ?? '').length;
    files.push(
      total > MOST_IN_ALL
        ? { path, isOpaque: true }
        : {
            path,
            ...(typeof left === 'string' && { before: left }),
            ...(typeof right === 'string' && { after: right }),
            ...(isOpaque && { isOpaque }),
          },
    );
  }
  return files;
}

async function areSameBytes(path: string, { before, after }: Sides): Promise<boolean> {
  const was = await before.sha256(path).catch(() => undefined);
  return was !== undefined && was === (await after.sha256(path).catch(() => undefined));
}

async function changedBetween(
  { before, after, isWork }: Sides & { readonly isWork: boolean },
  { git, notes, signal }: { readonly git: ReadingGit; readonly notes: string[]; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const [a, b] = [before.commit, after.commit];
  if (a === undefined || b === undefined) {
    const note = isWork ? unknownToHead(before, after) : a === b ? 'Neither run knows its commit.' : oneUnknown;
    if (note !== undefined) notes.push(note);
    return [];
  }
  if (a === b || !isCommit(a) || !isCommit(b)) return [];
  const args = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', a, b, '--'];
  const found = await git(args, MOST_NAMES, signal);
  if (found.text === undefined) notes.push(`The commits cannot be compared: ${found.problem ?? 'git says nothing'}`);
  const names = (found.text ?? '').split('\0');
  return names.slice(0, -1);
}

const oneUnknown = 'One of the runs does not know its commit.';

/** Without any commit a run keeps the small files of its folder: those can be compared. */
function unknownToHead(before: CodeSide, after: CodeSide): string | undefined {
  if (before.commit !== undefined) return 'The folder has no commit that the one of the run could be compared with.';
  if (before.touched.length === 0) return 'The run keeps nothing of its code: no commit, and no files.';
  return after.commit === undefined
    ? undefined
    : 'The run has no commit: only the files that it kept can be compared with HEAD.';
}

const someOf = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
