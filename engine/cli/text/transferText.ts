import type { Colors } from 'picocolors/types';
import type { ExportReport, ImportCounts, ImportReport, TransferProblem } from '../../protocol/transfer';
import { placeText } from './errorText';
import { plural } from '../../plural';

/** Problems that are spelt out; `--json` has more. */
const shown = 20;

/** What came of an import. */
export function importText(report: ImportReport, colors: Colors): string {
  const { runs, models, versions, experiments, points, artifacts } = report;
  const isWhole = importLeftOut(report) === 0;
  const made = [
    plural(points, 'point'),
    plural(artifacts.files, 'artifact'),
    ...(experiments > 0 ? [plural(experiments, 'new experiment')] : []),
  ];
  const lines = [`${mark(isWhole, colors)} ${plural(runs.imported, 'run')} imported (${made.join(', ')})`];
  lines.push(...countLines('run', { ...runs, imported: 0 }, 'without some of their artifacts'));
  lines.push(...countLines('registered model', models, 'without some of their tags or aliases'));
  lines.push(...countLines('model version', versions, 'without their files or some of their tags'));
  for (const note of report.notes) lines.push(`  ${colors.dim('note:')} ${note}`);
  return `${[...lines, ...problemLines(report, colors)].join('\n')}\n`;
}

function countLines(what: string, counts: ImportCounts, incomplete: string): readonly string[] {
  const said: readonly (readonly [number, string])[] = [
    [counts.imported, 'imported'],
    [counts.updated, 'continued: more of them was there'],
    [counts.unchanged, 'here already'],
    [counts.conflicting, 'left as they are: they differ from what is here'],
    [counts.broken, 'left out: they cannot be read'],
    [counts.incomplete, incomplete],
  ];
  return said.flatMap(([count, how]) => (count > 0 ? [`  ${plural(count, what)} ${how}`] : []));
}

/** Runs, models and versions, or parts of them, that are not here now. */
export const importLeftOut = ({ runs, models, versions }: ImportReport): number =>
  [runs, models, versions].reduce(
    (sum, { broken, conflicting, incomplete }) => sum + broken + conflicting + incomplete,
    0,
  );

/** Runs, models and versions that did not go out wholly. */
export const exportLeftOut = ({ runs, models, versions }: ExportReport): number =>
  runs.broken + models.broken + versions.broken;

/** What came of an export. */
export function exportText(report: ExportReport, colors: Colors): string {
  const { runs, models, versions, points, artifacts, to } = report;
  const what = `${plural(points, 'point')}, ${plural(artifacts.files, 'artifact')}`;
  const inside = report.kind === 'csv' ? '' : ` (${what})`;
  const lines = [
    `${mark(exportLeftOut(report) === 0, colors)} ${plural(runs.exported, 'run')} exported to ${to}${inside}`,
  ];
  if (runs.unchanged > 0) lines.push(`  ${plural(runs.unchanged, 'run')} there already`);
  if (runs.broken > 0) lines.push(`  ${plural(runs.broken, 'run')} not exported, or not wholly`);
  for (const [what, counts] of [
    ['registered model', models],
    ['model version', versions],
  ] as const) {
    if (counts.exported > 0) lines.push(`  ${plural(counts.exported, what)} exported`);
    if (counts.unchanged > 0) lines.push(`  ${plural(counts.unchanged, what)} there already`);
    if (counts.broken > 0) lines.push(`  ${plural(counts.broken, what)} not exported, or not wholly`);
  }
  for (const note of report.notes) lines.push(`  ${colors.dim('note:')} ${note}`);
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
