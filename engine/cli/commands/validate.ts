import type { EngineClient } from '../../client/engineClient';
import type { ConfigDiagnostic } from '../../protocol/config';
import type { CheckResult } from '../../protocol/data';
import type { DatasetCheck } from '../../protocol/methods';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { plural } from '../numbers';

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
    return datasets.some(({ checks }) => checks.some(isFailure)) ? exitCodes.failed : exitCodes.ok;
  };
  return interruptible(signal => withEngine(place, client => work(client, signal), { signal }));
}

const isFailure = (check: CheckResult): boolean => !check.passed && check.severity !== 'warn';

function configText(diagnostics: readonly ConfigDiagnostic[], file: string, { colors: { out } }: Invocation): string {
  if (diagnostics.length === 0) return `${out.green('✓')} ${file}\n`;
  const lines = diagnostics.map(({ severity, message, range, suggestion }) => {
    const label = severity === 'error' ? out.red('error:') : out.yellow(`${severity}:`);
    const hint = suggestion === undefined ? '' : `\n  ${out.green('fix:')} Did you mean ${suggestion}?`;
    return `${label} ${message}\n  at ${out.cyan(`${file}:${range.startLine}:${range.startColumn}`)}${hint}\n`;
  });
  return lines.join('');
}

const shownRows = 5;

function datasetText({ version, checks }: DatasetCheck, { colors: { out } }: Invocation): string {
  const failed = checks.filter(check => !check.passed);
  const mark = failed.some(isFailure) ? out.red('✗') : failed.length > 0 ? out.yellow('!') : out.green('✓');
  const summary = `${plural(version.rows, 'row')} · ${checks.length - failed.length} of ${plural(checks.length, 'check')} passed`;
  const head = `${mark} ${out.bold(version.name)} (${version.path}): ${summary}\n`;
  const lines = failed.map(check => {
    const places = check.rows.slice(0, shownRows).map(row => `${version.path}:${row.line}`);
    const rest = check.failing - places.length;
    const more = rest > 0 && places.length > 0 ? ` and ${rest} more` : '';
    const where = places.length > 0 ? `\n    at ${places.join(', ')}${more}` : '';
    return `  ${isFailure(check) ? out.red('✗') : out.yellow('!')} ${check.message}${where}\n`;
  });
  return head + lines.join('');
}
