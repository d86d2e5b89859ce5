import { endOf, gitProcess } from './gitProcess';

export interface Commit {
  readonly id: string;
  /** `2026-03-01` */
  readonly day: string;
  readonly author: string;
}

/** What a file was made to hold by a commit, the first one that had exactly that. */
export interface FileVersion {
  readonly blob: string;
  /** Relative to the folder, with `/`. */
  readonly file: string;
  readonly commit: Commit;
}

export interface FileVersions {
  /** The oldest first. */
  readonly versions: readonly FileVersion[];
  readonly commits: number;
  /** There are more than are looked at. */
  readonly isCut: boolean;
}

const mostVersions = 500_000;
const none = /^0+$/;

/**
 * Every content that a file below a folder has had in a commit that a branch, tag or stash reaches, merges by what they changed
 * themselves.
 * @param paths relative to the folder; empty: all of it
 * @throws Error in git's own words
 */
export async function gitVersions(folder: string, paths: readonly string[]): Promise<FileVersions> {
  const format = '--format=%x01%H%x02%as%x02%an';
  const shown = ['-c', '--raw', '-z', '--no-abbrev', '--no-renames', '--no-show-signature', '--relative', format];
  const child = gitProcess(folder, [
    'log',
    '--all',
    '--reverse',
    ...shown,
    '--',
    ...(paths.length === 0 ? ['.'] : paths),
  ]);
  const ended = endOf(child);
  const found = new Map<string, FileVersion>();
  let commits = 0;
  let isCut = false;
  let commit: Commit | undefined;
  // after a line of modes and contents comes the name
  let of: { readonly blob: string | undefined } | undefined;
  for await (const part of parts(child.stdout)) {
    if (of !== undefined) {
      const { blob } = of;
      of = undefined;
      if (blob === undefined || commit === undefined) continue;
      const key = `${blob} ${part}`;
      if (found.size >= mostVersions) isCut = true;
      else if (!found.has(key)) found.set(key, { blob, file: part, commit });
      continue;
    }
    const begun = part.indexOf('\x01');
    if (begun >= 0) {
      const [id = '', day = '', author = ''] = part.slice(begun + 1).split('\x02');
      commit = { id, day, author: author.slice(0, 100) };
      commits++;
      continue;
    }
    // `:100644 100644 old new M`, of merges with one more colon, mode and content for each parent
    const [, colons = '', fields = ''] = /^\s*(:+)(\d{6} .*)$/s.exec(part) ?? [];
    if (fields === '') continue;
    const values = fields.split(' ');
    const result = values[2 * (colons.length + 1) - 1] ?? '';
    const isFile = (values[colons.length] ?? '').startsWith('100');
    of = { blob: isFile && !none.test(result) ? result : undefined };
  }
  const problem = await ended;
  if (problem !== undefined) throw new Error(problem);
  return { versions: [...found.values()], commits, isCut };
}

/** Whether commits are missing that a full clone has. @throws Error in git's own words */
export async function isShallow(folder: string): Promise<boolean> {
  const child = gitProcess(folder, ['rev-parse', '--is-shallow-repository']);
  const ended = endOf(child);
  let said = '';
  for await (const chunk of child.stdout) said += String(chunk);
  const problem = await ended;
  if (problem !== undefined) throw new Error(problem);
  return said.trim() === 'true';
}

async function* parts(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = rest.indexOf(0); at >= 0; at = rest.indexOf(0, from)) {
      yield rest.subarray(from, at).toString('utf8');
      from = at + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
