import ignore from 'ignore';
import type { AuditFinding } from '../../protocol/audit';
import { mostBytes, skipped, textOf } from './scanFiles';
import { secretsOf } from './scanText';
import { gitContents } from './gitContents';
import { gitVersions, isShallow, type FileVersion } from './gitVersions';

export interface HistoryOptions {
  readonly root: string;
  /** Relative to the root; empty: all of it. */
  readonly paths: readonly string[];
  /** Fingerprints of findings that are none. */
  readonly allow: readonly string[];
  /** As in .gitignore. */
  readonly exclude: readonly string[];
  /** Of findings in the files as they are now, which are told there. */
  readonly known: ReadonlySet<string>;
  readonly progress: (done: number, of: number, file: string) => void;
}

export interface SecretsInHistory {
  /** Each once, by the first commit that has it. */
  readonly findings: readonly AuditFinding[];
  readonly commits: number;
  /** Contents that were looked through. */
  readonly versions: number;
  /** What was not looked at, as a sentence; undefined: nothing. */
  readonly missing: string | undefined;
}

/** Bytes of all contents together; the newest are looked at then. */
const mostOfAll = 8 * 2 ** 30;

/**
 * Looks for secrets in every text that a file has been in a commit. A line that stays through many commits is told once.
 * @throws Error in git's own words: no repository, no git
 */
export async function secretsInHistory(options: HistoryOptions): Promise<SecretsInHistory> {
  const { root, paths, exclude, progress } = options;
  const isPart = await isShallow(root);
  const { versions, commits, isCut } = await gitVersions(root, paths);
  const excluded = ignore().add([...exclude]);
  const wanted = new Map<string, FileVersion[]>();
  for (const version of versions) {
    if (skipped.test(version.file) || excluded.ignores(version.file)) continue;
    wanted.set(version.blob, [...(wanted.get(version.blob) ?? []), version]);
  }
  const seen = new Set([...options.allow, ...options.known]);
  const findings: AuditFinding[] = [];
  let [looked, bytes] = [0, 0];
  let isLeft = isCut;
  for await (const content of gitContents(root, [...wanted.keys()], mostBytes)) {
    const named = wanted.get(content.blob) ?? [];
    progress(looked++, wanted.size, named[0]?.file ?? '');
    bytes += content.bytes.length;
    if (bytes > mostOfAll) {
      isLeft = true;
      break;
    }
    const text = textOf(content.bytes);
    if (text === undefined) continue;
    for (const version of named)
      for (const finding of secretsOf(text, version.file)) {
        if (seen.has(finding.fingerprint)) continue;
        seen.add(finding.fingerprint);
        findings.push(ofCommit(finding, version));
      }
  }
  const missing = isLeft
    ? 'There are more than are looked at.'
    : isPart
      ? 'The clone is shallow: git fetch --unshallow brings the commits that are not here.'
      : undefined;
  return { findings, commits, versions: looked, missing };
}

/** Where it stands now, if it does, is not said by the line it once had. */
function ofCommit(
  { line, column: _column, endColumn: _end, sentence, ...finding }: AuditFinding,
  { commit }: FileVersion,
): AuditFinding {
  const { id, day, author } = commit;
  return {
    ...finding,
    commit: id,
    sentence: `${sentence} It came with commit ${id.slice(0, 10)} of ${day} by ${author}, at line ${line ?? 1}.`,
    fix: 'Take it back where it was issued: whoever has the repository has it. Then name its fingerprint under security.secrets.allow, or rewrite the history.',
  };
}
