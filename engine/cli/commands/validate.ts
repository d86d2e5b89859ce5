import type { EngineClient } from '../../client/engineClient';
import type { CheckResult } from '../../protocol/data';
import type { DataCheckResult } from '../../protocol/dataChecks';
import type { DatasetCheck } from '../../protocol/datasets';
import { findPlace, requireConfig } from '../commandContext';
import { configText } from '../text/configText';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { plural } from '../../plural';

/** `modelyard validate`: the config first; when it is right, the data against what it expects. */
export async function validateCommand(invocation: Invocation, names: readonly string[]): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const work = async (client: EngineClient, signal: AbortSignal): Promise<number> => {
    const diagnostics = await client.call('config/diagnose', {}, { signal });
    const isInvalid = diagnostics.some(({ severity }) => severity === 'error');
    const params = names.length > 0 ? { names } : {};
    const datasets = isInvalid ? [] : await client.call('datasets/validate', params, { signal });
    answer(invocation, {
      json: { config: diagnostics, datasets },
      text: () =>
        configText(diagnostics, place.configFile, invocation) +
        datasets.map(one => datasetText(one, invocation)).join(''),
    });
    if (isInvalid) return exitCodes.usage;
    return datasets.some(isFailed) ? exitCodes.failed : exitCodes.ok;
  };
  return interruptible(signal => withEngine(place, client => work(client, signal), { signal }));
}

const isFailed = ({ checks, report }: DatasetCheck): boolean =>
  checks.some(isFailure) || report?.results.some(isBlocking) === true;

const isFailure = (check: CheckResult): boolean => !check.passed && check.severity !== 'warn';

const shownRows = 5;

function datasetText({ version, checks, report }: DatasetCheck, { colors: { out } }: Invocation): string {
  const failed = checks.filter(check => !check.passed);
  const judged = report?.results.filter(({ verdict }) => verdict !== 'skipped') ?? [];
  const found = judged.filter(({ verdict }) => verdict !== 'passed');
  const isBad = failed.some(isFailure) || found.some(isBlocking);
  const mark = isBad ? out.red('✗') : failed.length + found.length > 0 ? out.yellow('!') : out.green('✓');
  const [all, good] = [checks.length + judged.length, checks.length - failed.length + judged.length - found.length];
  const summary = `${plural(version.rows, 'row')} · ${good} of ${plural(all, 'check')} passed`;
  const head = `${mark} ${out.bold(version.name)} (${version.path}): ${summary}\n`;
  const line = (is: boolean, check: Pick<CheckResult, 'message' | 'rows' | 'failing'>): string =>
    `  ${is ? out.red('✗') : out.yellow('!')} ${check.message}${placesText(version.path, check)}\n`;
  const sample = report?.sampled;
  return [
    head,
    ...failed.map(check => line(isFailure(check), check)),
    ...found.map(check => line(isBlocking(check), check)),
    ...(sample === undefined ? [] : [`  ${out.dim(`data checks looked at a sample of ${plural(sample, 'row')}`)}\n`]),
  ].join('');
}

/** Where the first rows that fail are. */
function placesText(file: string, { rows, failing }: Pick<CheckResult, 'rows' | 'failing'>): string {
  const places = rows.slice(0, shownRows).map(row => `${row.file ?? file}:${row.line}`);
  const rest = failing - places.length;
  const more = rest > 0 && places.length > 0 ? ` and ${rest} more` : '';
  return places.length > 0 ? `\n    at ${places.join(', ')}${more}` : '';
}

/** What stops the step `validate`: also what cannot be judged, unless it would only warn. */
const isBlocking = ({ verdict, severity }: DataCheckResult): boolean =>
  verdict === 'failed' || (verdict === 'unknown' && severity === 'error');
