import type { Colors } from 'picocolors/types';
import type { ExportReport, ImportReport, TransferProblem } from '../protocol/transfer';
import { placeText } from './errorText';
import { plural } from './numbers';

/** Problems that are spelt out; `--json` has more. */
const shown = 20;

/** What came of an import. */
export function importText(report: ImportReport, colors: Colors): string {
  const { runs, experiments, points, artifacts } = report;
  const isWhole = importLeftOut(report) === 0;
  const made = [
    plural(points, 'point'),
    plural(artifacts.files, 'artifact'),
    ...(experiments > 0 ? [plural(experiments, 'new experiment')] : []),
  ];
  const lines = [`${mark(isWhole, colors)} ${plural(runs.imported, 'run')} imported (${made.join(', ')})`];
  const rest: readonly (readonly [number, string])[] = [
    [runs.updated, 'continued: more of them was there'],
    [runs.unchanged, 'here already'],
    [runs.conflicting, 'left as they are: they differ from what is here'],
    [runs.broken, 'left out: they cannot be read'],
    [runs.incomplete, 'without some of their artifacts'],
  ];
  for (const [count, what] of rest) if (count > 0) lines.push(`  ${plural(count, 'run')} ${what}`);
  for (const note of report.notes) lines.push(`  ${colors.dim('note:')} ${note}`);
  return `${[...lines, ...problemLines(report, colors)].join('\n')}\n`;
}

/** Runs, or parts of them, that are not here now. */
export const importLeftOut = ({ runs }: ImportReport): number => runs.broken + runs.conflicting + runs.incomplete;

/** What came of an export. */
export function exportText(report: ExportReport, colors: Colors): string {
  const { runs, points, artifacts, to } = report;
  const what = `${plural(points, 'point')}, ${plural(artifacts.files, 'artifact')}`;
  const inside = report.kind === 'csv' ? '' : ` (${what})`;
  const lines = [`${mark(runs.broken === 0, colors)} ${plural(runs.exported, 'run')} exported to ${to}${inside}`];
  if (runs.unchanged > 0) lines.push(`  ${plural(runs.unchanged, 'run')} there already`);
  if (runs.broken > 0) lines.push(`  ${plural(runs.broken, 'run')} not exported, or not wholly`);
  return `${[...lines, ...problemLines(report, colors)].join('\n')}\n`;
}

const mark = (isWhole: boolean, colors: Colors): string => (isWhole ? colors.green('✓') : colors.yellow('!'));

function problemLines(
  { problems, moreProblems }: { problems: readonly TransferProblem[]; moreProblems: number },
  colors: Colors,
): readonly string[] {
  const lines = problems.slice(0, shown).flatMap(problem => problemText(problem, colors));
  const rest = Math.max(0, problems.length - shown) + moreProblems;
  return rest > 0 ? [...lines, `  and ${plural(rest, 'more problem')}; --json lists them`] : lines;
}

function problemText({ message, place, fix }: TransferProblem, colors: Colors): readonly string[] {
  // most sentences begin with the place
  const where = place === undefined || message.includes(place.file) ? [] : [`    at ${colors.cyan(placeText(place))}`];
  const way = fix === undefined ? [] : [`    ${colors.green('fix:')} ${fix}`];
  return [`${colors.red('✗')} ${message}`, ...where, ...way];
}
