import type { RunId } from '../../protocol/ids';
import type { RunSources, SourceTracking } from '../runSources';
import { readKeptFile, readRunSources } from '../runSources';
import { applyPatch } from './applyPatch';
import type { CodeSide, ReadingGit } from './codeSide';
import { asText, committedText, mostBytes } from './codeSide';

interface RunCodeParts {
  readonly tracking: SourceTracking;
  readonly run: RunId;
  /** Where the workspace is within the repository, with a `/` at the end, or nothing. */
  readonly prefix: string;
  readonly git: ReadingGit;
}

/** The code of a run, as far as it can be put together again: its commit, with what it keeps besides. */
export async function runCode(parts: RunCodeParts): Promise<CodeSide> {
  return new RunCode({ ...parts, sources: await readRunSources(parts.tracking, parts.run) });
}

class RunCode implements CodeSide {
  readonly commit?: string;
  readonly config?: string;
  readonly touched: readonly string[];
  readonly notKept: readonly string[];
  readonly cut: boolean;
  readonly redacted: boolean;

  constructor(private readonly parts: RunCodeParts & { readonly sources: RunSources }) {
    const { sources, prefix } = parts;
    if (sources.commit !== undefined) this.commit = sources.commit;
    if (sources.config) this.config = sources.config.text;
    this.touched = [...sources.changes.map(({ path }) => path), ...sources.files.map(({ path }) => prefix + path)];
    this.notKept = sources.leftOut.map(({ path }) => prefix + path);
    this.cut = sources.changesCut;
    this.redacted = sources.changesRedacted;
  }

  async text(path: string, signal: AbortSignal): Promise<string | null | undefined> {
    const { sources, tracking, run, git } = this.parts;
    const kept = this.kept(path);
    if (kept) {
      if (kept.size > mostBytes) return undefined;
      return asText(Buffer.from(await readKeptFile(tracking, run, kept.path)));
    }
    const base = await committedText(git, { commit: sources.commit, path }, signal);
    const change = sources.changes.find(one => one.path === path);
    if (!change || base === undefined) return base;
    if (/^deleted file mode/m.test(change.text)) return null;
    return applyPatch(base ?? '', change.text);
  }

  sha256(path: string): Promise<string | undefined> {
    return Promise.resolve(this.kept(path)?.sha256);
  }

  private kept(path: string): RunSources['files'][number] | undefined {
    return this.parts.sources.files.find(file => this.parts.prefix + file.path === path);
  }
}
