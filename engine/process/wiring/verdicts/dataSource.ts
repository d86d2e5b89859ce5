import { performance } from 'node:perf_hooks';
import { ruleNames } from '../../../data/checks/buildChecks';
import type { DataService } from '../../../data/service';
import { ModelyardError } from '../../../errors';
import type { CheckResult, DatasetDetail } from '../../../protocol/data';
import type { DatasetSource } from '../../../protocol/jobs';
import type { EarlierVerdict, Outcome, Verdict } from '../../../protocol/verdicts';
import { waive } from '../../../waivers/waive';
import type { Asked, FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';
import type { DataCalls } from '../../services';

export interface DataSourceOptions {
  readonly data: Pick<DataService, 'versions' | 'get'>;
  readonly calls: Pick<DataCalls, 'validate' | 'status'>;
  readonly sources: () => Promise<readonly DatasetSource[]>;
}

const mostEvidence = 20;
const mostHistory = 5;

/** What `expect:` says of each dataset: read again, or as it was judged last when the file is still the same. */
export const dataSource = (options: DataSourceOptions): VerdictSource => ({
  kind: 'data',
  async judge(asked, signal) {
    const groups: FoundGroup[] = [];
    for (const source of await options.sources()) {
      const group = { ...groupOf(source), duration: 0 };
      const rules = ruleNames(source);
      if (rules.length === 0 || !asked.selection.mayHave(group)) continue;
      const judged = await judgeOne({ options, asked, source, rules }, signal);
      const history = historyOf(options.data, source.name);
      const verdicts = rules.map(rule => ({
        ...verdictOf(rule, {
          source,
          checks: judged.checks,
          missing: judged.problem === undefined ? notJudged : `cannot be judged: ${judged.problem.replace(/\.$/, '')}`,
        }),
        ...withHistory(history(rule.rule).filter(({ at }) => at !== judged.judgedAt)),
      }));
      groups.push({
        ...group,
        duration: judged.duration,
        ...(judged.judgedAt !== undefined && { judgedAt: judged.judgedAt }),
        verdicts: withIds(verdicts, rules),
      });
    }
    return groups;
  },
});

const notJudged = 'was not judged yet on the data as it is: `modelyard check --data` reads it';

const groupOf = ({ name, file, path }: DatasetSource): Pick<FoundGroup, 'id' | 'kind' | 'title' | 'subject'> => ({
  id: `dataset/${name}`,
  kind: 'data',
  title: `${name} (${file ?? path})`,
  subject: name,
});

interface Rule {
  readonly index: number;
  /** As the data room says it: by it a verdict is known again. */
  readonly rule: string;
}

interface Judging {
  readonly options: DataSourceOptions;
  readonly asked: Asked;
  readonly source: DatasetSource;
  readonly rules: readonly Rule[];
}

interface Judged {
  readonly checks: readonly CheckResult[];
  readonly duration: number;
  readonly judgedAt?: number;
  /** Why nothing is known. */
  readonly problem?: string;
}

async function judgeOne({ options, asked, source }: Judging, signal: AbortSignal): Promise<Judged> {
  const { name } = source;
  const begun = performance.now();
  const took = (): number => Math.round(performance.now() - begun);
  try {
    if (!asked.fresh) return { ...lastOf(options.data, name), duration: 0 };
    if (asked.data === true) {
      const report = ({ message }: { message: string }): void => asked.progress(message);
      const [read] = await options.calls.validate([name], report, signal);
      const entry = read && options.data.versions(name).find(({ digest }) => digest === read.version.digest);
      const checks = read ? options.data.get(name, read.version.digest).checks : [];
      return { checks, duration: took(), judgedAt: entry?.checkedAt ?? Date.now() };
    }
    const status = (await options.calls.status(signal)).find(one => one.name === name);
    if (status?.digest === undefined)
      return { checks: [], duration: took(), problem: status?.problem ?? `There is no file ${source.file ?? name}.` };
    return { ...lastOf(options.data, name, options.data.get(name, status.digest)), duration: 0 };
  } catch (error) {
    // A rule that cannot be judged is unknown; what it is about may be right.
    if (!(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
    return { checks: [], duration: took(), ...(error.code !== 'not-found' && { problem: error.message }) };
  }
}

/** @throws ModelyardError `not-found` */
function lastOf(
  data: DataSourceOptions['data'],
  name: string,
  detail: DatasetDetail = data.get(name),
): Omit<Judged, 'duration'> {
  const entry = data.versions(name).find(({ digest }) => digest === detail.digest);
  return { checks: detail.checks, ...(entry && { judgedAt: entry.checkedAt }) };
}

function verdictOf(
  { index, rule }: Rule,
  { source, checks, missing }: { source: DatasetSource; checks: readonly CheckResult[]; missing: string },
): FoundVerdict {
  const found = checks.find(check => check.rule === rule && check.index === index);
  const known = found ?? checks.find(check => check.rule === rule);
  const severity = source.expect[index]?.severity ?? 'error';
  const common = { id: '', rule, severity, key: `datasets.${source.name}.expect.${index}` };
  if (known === undefined) {
    const outcome = severity === 'warn' ? 'warned' : 'unknown';
    return { ...common, outcome, sentence: `${rule} ${missing}.`, ...(missing === notJudged && { pending: true }) };
  }
  const judged = { verdict: outcomeOf(known, severity), sentence: known.message };
  const { verdict: outcome, ...told } = waive(judged, source.expect[index]?.waive, Date.now());
  return {
    ...common,
    outcome,
    ...told,
    value: known.failing,
    ...evidence(known, source),
  };
}

const outcomeOf = ({ passed }: CheckResult, severity: 'error' | 'warn'): Outcome =>
  passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed';

function evidence({ rows, column }: CheckResult, { file, format, path }: DatasetSource): Pick<Verdict, 'evidence'> {
  if (rows.length === 0) return {};
  const places = rows.slice(0, mostEvidence).map(({ line }) => ({
    file: file ?? path,
    ...(format !== 'parquet' && { line }),
    ...(column !== undefined && { key: column }),
  }));
  return { evidence: format === 'parquet' ? places.slice(0, 1) : places };
}

/** Of several rules in one entry of `expect:` the later ones have a number. */
const withIds = (verdicts: readonly FoundVerdict[], rules: readonly Rule[]): readonly FoundVerdict[] =>
  verdicts.map((verdict, i) => {
    const { index = 0 } = rules[i] ?? {};
    const before = rules.slice(0, i).filter(rule => rule.index === index).length;
    const [, name = ''] = verdict.key?.split('.') ?? [];
    return { ...verdict, id: `dataset/${name}/expect/${index}${before === 0 ? '' : `/${before + 1}`}` };
  });

/** What earlier versions of the data said to a rule. */
function historyOf(data: DataSourceOptions['data'], name: string): (rule: string) => readonly EarlierVerdict[] {
  const newest = [...data.versions(name)].sort((a, b) => b.checkedAt - a.checkedAt).slice(0, mostHistory);
  const details = newest.map(({ digest, checkedAt }) => ({ digest, checkedAt, checks: data.get(name, digest).checks }));
  return rule =>
    details.flatMap(({ digest, checkedAt, checks }) => {
      const found = checks.find(check => check.rule === rule);
      if (found === undefined) return [];
      const outcome = outcomeOf(found, found.severity ?? 'error');
      return [{ at: checkedAt, outcome, value: found.failing, of: digest.slice(0, 12) }];
    });
}

const withHistory = (history: readonly EarlierVerdict[]): Pick<Verdict, 'history'> =>
  history.length === 0 ? {} : { history };
