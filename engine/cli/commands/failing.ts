import type { CheckResult } from '../../protocol/data';
import type { FailingRows } from '../../protocol/datasets';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { plural } from '../../plural';
import type { FailingFlags } from '../program/data';

/** `modelyard datasets failing NAME`: every row that breaks a rule. 1 when there are some that may not be. */
export async function failingCommand(
  invocation: Invocation,
  { name, rule, limit, csv = false }: FailingFlags & { readonly name: string },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const params = { name, limit, ...(rule !== undefined && { rule: rule - 1 }) };
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('datasets/failing', params, { signal }), { signal }),
  );
  answer(invocation, { json: found, text: () => (csv ? csvText(found) : failingText(found, invocation)) });
  const isFailed = found.checks.some(({ passed, severity }) => !passed && severity !== 'warn');
  return isFailed ? exitCodes.failed : exitCodes.ok;
}

function failingText({ path, checks }: FailingRows, { colors: { out } }: Invocation): string {
  if (checks.length === 0) return `${out.green('✓')} No row fails.\n`;
  return checks
    .map(check => {
      const mark = check.passed ? out.green('✓') : check.severity === 'warn' ? out.yellow('!') : out.red('✗');
      const rows = check.rows.map(
        ({ line, value, file }) => `  ${out.cyan(`${file ?? path}:${line}`)}  ${shown(value)}\n`,
      );
      const rest = check.failing - check.rows.length;
      const more = rest > 0 && check.rows.length > 0 ? `  and ${plural(rest, 'row')} more; see --limit\n` : '';
      return `${mark} ${check.message}\n${rows.join('')}${more}`;
    })
    .join('');
}

/** What stands in the cell, on one line. */
const shown = (value: CheckResult['rows'][number]['value']): string =>
  value === null ? '(missing)' : typeof value === 'string' ? JSON.stringify(value) : String(value);

function csvText({ path, checks }: FailingRows): string {
  const rows = checks.flatMap(({ rule, rows: failing }) =>
    failing.map(({ line, value }) => [path, String(line), value === null ? '' : String(value), rule]),
  );
  return [['file', 'line', 'value', 'rule'], ...rows].map(row => `${row.map(quoted).join(',')}\n`).join('');
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
