import { ModelyardError, isAbort, toWireError } from '../errors';
import type { ConfigDiagnostic, TextRange } from '../protocol/config';
import type { WireError } from '../protocol/errors';
import type { CheckQuery, CheckReport, Outcome, Verdict, VerdictGroup, VerdictKind } from '../protocol/verdicts';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { worst } from './outcomes';
import { Selection } from './selection';
import type { Asked, FoundGroup, FoundVerdict, VerdictSource } from './source';

export interface VerdictServiceOptions {
  /** In the order of the report. */
  readonly sources: readonly VerdictSource[];
  /** Relative to the workspace. */
  readonly configFile: string;
  readonly config: {
    diagnose(): Promise<readonly ConfigDiagnostic[]>;
    load(): Promise<{ readonly config: WorkspaceConfig }>;
    locate(keys: readonly string[]): Promise<readonly (TextRange | null)[]>;
  };
  readonly now?: () => number;
}

export interface CheckContext {
  readonly fresh: boolean;
  readonly progress: (message: string) => void;
}

/** Asks every source of verdicts, and makes one report of what they say. Judges nothing itself. */
export class VerdictService {
  constructor(private readonly options: VerdictServiceOptions) {}

  /** @throws ModelyardError `not-found` for a name in `only` that nothing has, `config.missing`, `cancelled` */
  async check(query: CheckQuery, { fresh, progress }: CheckContext, signal: AbortSignal): Promise<CheckReport> {
    const startedAt = this.now();
    const diagnostics = await this.options.config.diagnose();
    const isBroken = diagnostics.some(({ severity }) => severity === 'error');
    const config = isBroken ? undefined : (await this.options.config.load()).config;
    // what nobody can judge is told whatever was asked for: it would look as if it passed
    const selection = new Selection(config === undefined ? [] : query.only);
    const asked: Asked = { ...query, selection, config, diagnostics, fresh, progress };
    const groups: FoundGroup[] = [];
    for (const source of this.options.sources) groups.push(...(await judged(source, asked, signal)));
    const chosen = groups
      .map(group => ({ ...group, verdicts: group.verdicts.filter(({ id }) => selection.has(group, id)) }))
      .filter(group => group.verdicts.length > 0);
    const [unmet] = selection.unmet(groups);
    if (unmet !== undefined && config !== undefined) throw nothingCalled(unmet, groups);
    const placed = await this.placed(withUniqueIds(chosen));
    const outcomes = placed.flatMap(({ verdicts }) => verdicts.map(({ outcome }) => outcome));
    return {
      format: 1,
      workspace: config?.name ?? '',
      configFile: this.options.configFile,
      startedAt,
      duration: this.now() - startedAt,
      outcome: worst(outcomes),
      counts: counts(outcomes),
      groups: placed,
    };
  }

  /** Says of each rule where it is in modelyard.yaml. */
  private async placed(groups: readonly FoundGroup[]): Promise<readonly VerdictGroup[]> {
    const { config, configFile: file } = this.options;
    const keys = groups.flatMap(({ verdicts }) => verdicts.flatMap(({ key }) => key ?? []));
    const ranges = keys.length === 0 ? [] : await config.locate(keys);
    const byKey = new Map(keys.map((key, i) => [key, ranges[i] ?? undefined]));
    const place = ({ key, ...verdict }: FoundVerdict): Verdict => {
      const { place: known, ...rest } = verdict;
      if (known !== undefined) return { ...rest, place: known };
      if (key === undefined) return rest;
      const range = byKey.get(key);
      const at = range && {
        line: range.startLine,
        column: range.startColumn,
        endLine: range.endLine,
        endColumn: range.endColumn,
      };
      return { ...rest, place: { file, ...at, key } };
    };
    return groups.map(group => ({ ...group, verdicts: group.verdicts.map(place) }));
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** Kinds that nearly every modelyard.yaml has rules of: that these are not judged is said. */
const rulesOfConfig: ReadonlySet<VerdictKind> = new Set(['data', 'model']);

/** A source that fails does not pass: that it failed is its verdict. */
async function judged(source: VerdictSource, asked: Asked, signal: AbortSignal): Promise<readonly FoundGroup[]> {
  const { kind } = source;
  if (kind !== 'config' && asked.config === undefined)
    return !rulesOfConfig.has(kind)
      ? []
      : [
          notJudged(kind, {
            message: 'modelyard.yaml has errors; nothing that it says is judged before they are gone.',
          }),
        ];
  try {
    return await source.judge(asked, signal);
  } catch (error) {
    if (signal.aborted || isAbort(error) || (error instanceof ModelyardError && error.code === 'cancelled'))
      throw error;
    return [notJudged(kind, toWireError(error))];
  }
}

function notJudged(
  kind: VerdictKind,
  { message, fix, place }: Pick<WireError, 'message' | 'fix' | 'place'>,
): FoundGroup {
  const verdict: FoundVerdict = {
    id: `${kind}/judged`,
    outcome: 'unknown',
    rule: `${kind} can be judged`,
    severity: 'error',
    sentence: message,
    ...(fix !== undefined && { hints: [fix] }),
    ...(place && { place }),
  };
  return { id: kind, kind, title: kind, subject: kind, duration: 0, verdicts: [verdict] };
}

/** Two rules that say the same: the second is `…#2`. */
function withUniqueIds(groups: readonly FoundGroup[]): readonly FoundGroup[] {
  const seen = new Map<string, number>();
  const unique = (verdict: FoundVerdict): FoundVerdict => {
    const times = (seen.get(verdict.id) ?? 0) + 1;
    seen.set(verdict.id, times);
    return times === 1 ? verdict : { ...verdict, id: `${verdict.id}#${times}` };
  };
  return groups.map(group => ({ ...group, verdicts: group.verdicts.map(unique) }));
}

function counts(outcomes: readonly Outcome[]): CheckReport['counts'] {
  const found = { passed: 0, waived: 0, warned: 0, unknown: 0, failed: 0 };
  for (const outcome of outcomes) found[outcome]++;
  return found;
}

function nothingCalled(name: string, groups: readonly FoundGroup[]): ModelyardError {
  const known = [...new Set(groups.map(({ id }) => id))];
  return new ModelyardError('not-found', `Nothing that is checked is called ${name}.`, {
    fix: known.length === 0 ? 'Write rules first, under `expect:` or `gates:`.' : `There are ${known.join(', ')}.`,
  });
}
