import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import { isInside } from '../paths';
import { hasLines, type CheckResult } from '../protocol/data';
import type { DataCheckReport } from '../protocol/dataChecks';
import type { ValidatedDataset } from '../protocol/frame';
import type {
  ColumnsUse,
  DatasetSource,
  FailingUse,
  Job,
  JobOutput,
  JobRunner,
  ProfileUse,
  ProposeUse,
} from '../protocol/jobs';
import type { ChildUse } from '../protocol/steps';
import { waive } from '../waivers/waive';
import { number } from './checks/sentences';
import { hint } from './closest';
import { distributionFile, writeDistributions } from './distributionFile';
import type { DatasetValidation } from './validateDataset';
import { checkError, reportLines, reportPath, reportSummary } from './suites/checkReport';
import { integrityReport } from './suites/integrityReport';
import { validateDataset } from './validateDataset';

type ValidateUse = Extract<ChildUse, { readonly uses: 'validate' }>;

/**
 * The step `uses: validate`. A failed check of severity `error` fails the step, yet its checks and profile are kept.
 * @throws ModelyardError `data.*`, `config.invalid`, `not-found`, `cancelled`
 */
export const runValidate: JobRunner<'validate'> = async (job, context) => {
  const source = datasetOf(job);
  const found = await validateDataset(source, context, { scratch: job.workDir });
  const { version, profile, checks } = found;
  const files = { 'checks.json': checks, 'profile.json': profile };
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(job.workDir, name), JSON.stringify(content, null, 2));
  const now = Date.now();
  for (const check of checks) if (!check.passed) context.log(failureLine(source, check, now));
  const open = checks.filter(check => !check.passed && waivedSentence(source, check, now) === undefined);
  const failed = open.filter(check => severityOf(source, check) === 'error');
  const warned = open.length - failed.length;
  const waived = checks.filter(({ passed }) => !passed).length - open.length;
  const outputs: JobOutput[] = [
    { kind: 'dataset', path: 'dataset.json' },
    { kind: 'file', path: 'checks.json', artifactPath: `checks/${source.name}.json` },
    { kind: 'file', path: 'profile.json', artifactPath: `profiles/${source.name}.json` },
  ];
  const report = await integrityReport(source, found, context);
  await writeValidated(job.workDir, { source, found, ...(report && { report }) });
  if (report) {
    await writeFile(path.join(job.workDir, 'data-checks.json'), JSON.stringify(report, null, 2));
    for (const line of reportLines(report)) context.log(line);
    outputs.push({ kind: 'file', path: 'data-checks.json', artifactPath: reportPath(source.name, 'integrity') });
  }
  const error = failed.length > 0 ? expectationError(source, failed) : report && checkError(source, report.results);
  const said = summaryOf(profile.rows, checks.length, { failed: failed.length, warned, waived });
  return {
    outputs,
    params: {},
    metrics: {},
    tags: {},
    inputs: [{ dataset: source.name, digest: version.digest, context: 'validate' }],
    summary: report ? `${said} · ${reportSummary(report)}` : said,
    ...(error && { error: error.toWire() }),
  };
};

/** The file behind the output `dataset`, and the distributions beside it. */
export async function writeValidated(
  folder: string,
  {
    source,
    found,
    report,
  }: { readonly source: DatasetSource; readonly found: DatasetValidation; readonly report?: DataCheckReport },
): Promise<void> {
  const { version, profile, checks, distributions, stamp } = found;
  const validated: ValidatedDataset = {
    source,
    digest: version.digest,
    bytes: version.bytes,
    profile,
    checks,
    ...(report && { report }),
    ...(stamp !== undefined && { stamp }),
  };
  await writeDistributions(path.join(folder, distributionFile), distributions);
  await writeFile(path.join(folder, 'dataset.json'), JSON.stringify(validated, null, 2));
}

/** The dataset that a job names. @throws ModelyardError `not-found` */
export function datasetOf({
  datasets,
  workspace,
  with: { dataset: name },
}: Job<ValidateUse | ProfileUse | ColumnsUse | FailingUse | ProposeUse>): DatasetSource {
  const found = datasets.find(dataset => dataset.name === name);
  if (found) return withFile(found, workspace);
  throw new ModelyardError('not-found', `There is no dataset ${name} in modelyard.yaml.`, {
    fix: hint(
      name,
      datasets.map(dataset => dataset.name),
    ).replace('The columns are', 'The datasets are'),
  });
}

/** The name of the file for messages: relative to the workspace unless it lies outside. */
function withFile(source: DatasetSource, workspace: string): DatasetSource {
  if (source.file !== undefined) return source;
  if (!isInside(workspace, source.path)) return { ...source, file: source.path };
  return { ...source, file: path.relative(workspace, source.path).split(path.sep).join('/') };
}

const severityOf = (source: DatasetSource, check: CheckResult): 'error' | 'warn' =>
  source.expect[check.index]?.severity ?? 'error';

/** What is said of a failed check whose rule has a waiver that holds; undefined: it has none. */
export function waivedSentence(
  source: Pick<DatasetSource, 'expect'>,
  { index, message }: Pick<CheckResult, 'index' | 'message'>,
  now: number,
): string | undefined {
  const { verdict, sentence } = waive({ verdict: 'failed', sentence: message }, source.expect[index]?.waive, now);
  return verdict === 'waived' ? sentence : undefined;
}

function failureLine(source: DatasetSource, check: CheckResult, now: number): string {
  const waived = waivedSentence(source, check, now);
  return waived === undefined ? `${severityOf(source, check)}: ${check.message}` : `waived: ${waived}`;
}

function summaryOf(
  rows: number,
  checks: number,
  { failed, warned, waived }: { failed: number; warned: number; waived: number },
): string {
  const parts = [count(rows, 'row'), count(checks, 'check')];
  if (failed > 0) parts.push(`${number(failed)} failed`);
  if (warned > 0) parts.push(count(warned, 'warning'));
  if (waived > 0) parts.push(`${number(waived)} waived`);
  return parts.join(' · ');
}

const count = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? '' : 's'}`;

/** Names the first failed check; the others are counted and stand in the checks' file. */
export function expectationError(source: DatasetSource, failed: readonly CheckResult[]): ModelyardError {
  const [first, ...others] = failed;
  if (!first) return new ModelyardError('internal', 'No check failed.');
  const file = source.file ?? source.path;
  const lines = first.rows
    .slice(0, 5)
    .map(one => (one.file === undefined ? number(one.line) : `${one.file}:${one.line}`));
  const more = lines.length > 1 ? ` Lines ${lines.join(', ')}${first.failing > lines.length ? ', …' : ''}.` : '';
  const rest = others.length > 0 ? ` ${count(others.length, 'other check')} failed too.` : '';
  const [row] = first.rows;
  const line = row?.line;
  return new ModelyardError('data.expectation', `Dataset ${source.name} (${file}): ${first.message}${more}${rest}`, {
    place: {
      file: row?.file ?? file,
      ...(line !== undefined && hasLines(source.format) && { line }),
      ...(first.column !== undefined && { key: first.column }),
    },
    fix: 'Correct the rows, or the rule in modelyard.yaml (`mostly: 0.99` lets some rows fail, `severity: warn` goes on).',
    data: {
      dataset: source.name,
      rule: first.rule,
      expect: first.index,
      failing: first.failing,
      checked: first.checked,
    },
  });
}
