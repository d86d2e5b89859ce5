import { performance } from 'node:perf_hooks';
import type { DataService } from '../../../data/service';
import { ModelyardError } from '../../../errors';
import type { CheckResult } from '../../../protocol/data';
import type { DatasetDetail } from '../../../protocol/datasets';
import type { DataCheckReport } from '../../../protocol/dataChecks';
import type { Digest } from '../../../protocol/ids';
import type { DatasetSource } from '../../../protocol/jobs';
import type { Asked, FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';
import type { DataCalls } from '../../services';
import { checkVerdicts } from './checkVerdicts';
import { dataHistory } from './dataHistory';
import { expectVerdicts } from './expectVerdicts';
import type { PartRooms } from './partReports';
import { partVerdicts } from './partVerdicts';

export interface DataSourceOptions extends PartRooms {
  readonly data: Pick<DataService, 'versions' | 'get'>;
  readonly calls: Pick<DataCalls, 'validate' | 'status'>;
  readonly sources: () => Promise<readonly DatasetSource[]>;
}

/**
 * What `expect:` and `checks:` say of each dataset: read again, or as it was judged last when the file is still the same; of the
 * parts of a split what the newest run said.
 */
export const dataSource = (options: DataSourceOptions): VerdictSource => ({
  kind: 'data',
  async judge(asked, signal) {
    const groups: FoundGroup[] = [];
    for (const source of await options.sources()) {
      const group = { ...groupOf(source), duration: 0 };
      const has = source.expect.length > 0 || (source.checks ?? []).length > 0;
      if (has && asked.selection.mayHave(group)) groups.push(await judgeOne({ options, asked, source }, signal));
    }
    return groups.filter(({ verdicts }) => verdicts.length > 0);
  },
});

const notJudged = 'was not judged yet on the data as it is: `modelyard check --data` reads it';

const groupOf = ({ name, file, path }: DatasetSource): Pick<FoundGroup, 'id' | 'kind' | 'title' | 'subject'> => ({
  id: `dataset/${name}`,
  kind: 'data',
  title: `${name} (${file ?? path})`,
  subject: name,
});

interface Judging {
  readonly options: DataSourceOptions;
  readonly asked: Asked;
  readonly source: DatasetSource;
}

async function judgeOne(judging: Judging, signal: AbortSignal): Promise<FoundGroup> {
  const { options, asked, source } = judging;
  const found = await tableOf(judging, signal);
  const problem = found.problem?.replace(/\.$/, '');
  const missing = problem === undefined ? notJudged : `cannot be judged: ${problem}`;
  const common = { missing, isPending: problem === undefined };
  const integrity = (source.checks ?? []).filter(({ suite }) => suite === 'integrity');
  const history = dataHistory(options.data, source.name, found.judgedAt);
  const table = [
    ...expectVerdicts(source, { ...common, checks: found.checks }),
    ...checkVerdicts(source, integrity, { ...common, ...(found.report && { report: found.report }) }),
  ].map((verdict): FoundVerdict => ({ ...verdict, ...history(verdict.rule) }));
  const parts = await partVerdicts(options, {
    source,
    config: asked.config,
    ...(problem !== undefined && { problem }),
    ...(found.digest !== undefined && { digest: found.digest }),
  });
  return {
    ...groupOf(source),
    duration: found.duration,
    ...(found.judgedAt !== undefined && { judgedAt: found.judgedAt }),
    verdicts: [...table, ...parts],
  };
}

interface Judged {
  readonly checks: readonly CheckResult[];
  readonly report?: DataCheckReport;
  readonly duration: number;
  readonly judgedAt?: number;
  /** Of the file as it is, as far as it is known. */
  readonly digest?: string;
  /** Why nothing is known. */
  readonly problem?: string;
}

async function tableOf({ options, asked, source }: Judging, signal: AbortSignal): Promise<Judged> {
  const { name } = source;
  const begun = performance.now();
  let digest: Digest | undefined;
  const took = (): number => Math.round(performance.now() - begun);
  try {
    if (!asked.fresh) return { ...lastOf(options.data, name), duration: 0 };
    if (asked.data === true) {
      const report = ({ message }: { message: string }): void => asked.progress(message);
      const [read] = await options.calls.validate([name], report, signal);
      const detail = options.data.get(name, read?.version.digest);
      return { judgedAt: Date.now(), ...lastOf(options.data, name, detail), duration: took() };
    }
    const status = (await options.calls.status(signal)).find(one => one.name === name);
    if (status?.digest === undefined)
      return { checks: [], duration: took(), problem: status?.problem ?? `There is no file ${source.file ?? name}.` };
    digest = status.digest;
    return { ...lastOf(options.data, name, options.data.get(name, digest)), duration: 0 };
  } catch (error) {
    // A rule that cannot be judged is unknown; what it is about may be right.
    if (!(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
    const problem = error.code === 'not-found' ? undefined : error.message;
    return { checks: [], duration: took(), ...(digest && { digest }), ...(problem !== undefined && { problem }) };
  }
}

/** @throws ModelyardError `not-found` */
function lastOf(
  data: DataSourceOptions['data'],
  name: string,
  detail: DatasetDetail = data.get(name),
): Omit<Judged, 'duration'> {
  const { digest, checks, report } = detail;
  const entry = data.versions(name).find(one => one.digest === digest);
  return { checks, digest, ...(report && { report }), ...(entry && { judgedAt: entry.checkedAt }) };
}
