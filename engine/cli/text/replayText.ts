import type { Colors } from 'picocolors/types';
import type { ReplayDifference, ReplayReport } from '../../protocol/replay';
import { durationText } from './numbers';
import { plural } from '../../plural';

/** Differences that are spelt out; `--json` has more. */
const shown = 20;

/** What came of a replay. */
export function replayText(report: ReplayReport, colors: Colors): string {
  const { run, compared, code, data, startedAt, endedAt, notes, causes, differencesInAll } = report;
  const counted = [
    plural(compared.metrics, 'metric'),
    plural(compared.params, 'param'),
    plural(compared.files, 'file'),
  ];
  const made = [
    code.commit === undefined ? 'no commit' : `commit ${code.commit.slice(0, 12)}`,
    ...(code.changed > 0 ? [plural(code.changed, 'changed file')] : []),
    ...(code.files > 0 ? [plural(code.files, 'kept file')] : []),
    ...data.map(({ name, digest }) => `${name} ${digest.slice(0, 12)}`),
  ];
  const lines = [
    `${mark(report, colors)} r-${run.number} ${run.name}: ${sentence(report)}`,
    `  compared ${counted.join(', ')} in ${durationText(endedAt - startedAt)}`,
    `  made of ${made.join(', ')}`,
    ...report.differences.slice(0, shown).map(difference => `  ${differenceText(difference, colors)}`),
    ...(differencesInAll > shown ? [`  and ${plural(differencesInAll - shown, 'more difference')}`] : []),
    ...causes.map(cause => `  ${colors.yellow('perhaps:')} ${cause}`),
    ...notes.map(note => `  ${colors.dim('note:')} ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sentence({ verdict, tolerance, differencesInAll }: ReplayReport): string {
  if (verdict === 'bit-identical') return 'bit-identical';
  const many = plural(differencesInAll, 'difference');
  return verdict === 'within-tolerance'
    ? `within tolerance (relative ${tolerance.relative}), ${many}`
    : `different, ${many}`;
}

const mark = ({ verdict }: ReplayReport, colors: Colors): string =>
  verdict === 'bit-identical' ? colors.green('✓') : verdict === 'different' ? colors.red('✗') : colors.yellow('≈');

function differenceText({ kind, name, was, now, size }: ReplayDifference, colors: Colors): string {
  const sign = size === 'more' ? colors.red('✗') : colors.yellow('≈');
  return `${sign} ${kind} ${name}: ${was ?? 'nothing'} → ${now ?? 'nothing'}${size === 'bytes' ? ' (bytes differ)' : ''}`;
}
