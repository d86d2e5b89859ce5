import { ModelyardError } from '../../errors';
import { hasLines } from '../../protocol/data';
import type { DataCheckReport, DataCheckResult, DataSuite } from '../../protocol/dataChecks';
import type { DatasetSource } from '../../protocol/jobs';
import { number } from '../checks/sentences';
import { plural } from '../../plural';

/** Where the report goes among the artifacts of the run. */
export const reportPath = (dataset: string, suite: DataSuite): string =>
  `data-checks/${dataset}${suite === 'integrity' ? '' : '.train-test'}.json`;

/** Whether a result stops the step: what cannot be judged does, unless it would only warn. */
const isBlocking = ({ verdict, severity }: DataCheckResult): boolean =>
  verdict === 'failed' || (verdict === 'unknown' && severity === 'error');

const isWarning = ({ verdict, severity }: DataCheckResult): boolean =>
  verdict === 'warned' || (verdict === 'unknown' && severity === 'warn');

/** `12 data checks · 1 failed · 2 warnings` */
export function reportSummary({ results }: Pick<DataCheckReport, 'results'>): string {
  const judged = results.filter(({ verdict }) => verdict !== 'skipped').length;
  const failed = results.filter(isBlocking).length;
  const warned = results.filter(isWarning).length;
  const waived = results.filter(({ verdict }) => verdict === 'waived').length;
  return [
    plural(judged, 'data check'),
    ...(failed > 0 ? [`${number(failed)} failed`] : []),
    ...(warned > 0 ? [plural(warned, 'warning')] : []),
    ...(waived > 0 ? [`${number(waived)} waived`] : []),
  ].join(' · ');
}

/** What is said of each in the log of the step: passes are counted only. */
export function* reportLines({ results, rows, sampled }: DataCheckReport): Generator<string> {
  if (sampled !== undefined)
    yield `data checks look at a sample of ${number(sampled)} of ${plural(rows, 'row')}, which the memory is enough for`;
  for (const result of results) {
    const hints = (result.hints ?? []).map(hint => ` ${hint}`).join('');
    if (result.verdict === 'passed' && hints === '') continue;
    yield `${wordOf(result)}: ${result.message}${hints}`;
  }
}

function wordOf(result: DataCheckResult): string {
  if (isBlocking(result)) return 'error';
  return isWarning(result) ? 'warn' : result.verdict;
}

/** Names the first check that blocks; the others are counted and stand in the report. */
export function checkError(source: DatasetSource, results: readonly DataCheckResult[]): ModelyardError | undefined {
  const [first, ...others] = results.filter(isBlocking);
  if (!first) return undefined;
  const file = source.file ?? source.path;
  const lines = first.rows.slice(0, 5).map(({ line }) => number(line));
  const more = lines.length > 0 ? ` Lines ${lines.join(', ')}${first.failing > lines.length ? ', …' : ''}.` : '';
  const rest = others.length > 0 ? ` ${plural(others.length, 'other data check')} failed too.` : '';
  const line = first.rows[0]?.line;
  const isPlaced = line !== undefined && hasLines(source.format);
  const named = first.index >= 0 ? `datasets.${source.name}.checks.${first.index}` : undefined;
  return new ModelyardError('data.check', `Dataset ${source.name} (${file}): ${first.message}${more}${rest}`, {
    ...(isPlaced ? { place: { file, line } } : named !== undefined && { place: { file: configName, key: named } }),
    ...(isPlaced && named !== undefined && { config: { file: configName, key: named } }),
    fix: fixOf(first),
    data: {
      ...(named !== undefined && { dataset: source.name }),
      check: first.check,
      suite: first.suite,
      failing: first.failing,
    },
  });
}

/** How steps call the config in their errors. */
const configName = 'modelyard.yaml';

const fixOf = ({ check, suite, verdict }: DataCheckResult): string => {
  const own = `{check: ${check}, severity: warn}`;
  if (verdict === 'unknown') return `Give the check what it needs, or take it out of \`checks:\` of the dataset.`;
  const way = suite === 'train-test' ? 'Split the data in another way, or correct it' : 'Correct the data';
  return `${way}; or set the check's bound under \`checks:\` of the dataset (\`${own}\` goes on).`;
};
