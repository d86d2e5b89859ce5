import type { Colors } from 'picocolors/types';
import type { DataChange, MeasuredNumber, MetricChange, VersionDiff } from '../../protocol/registryMoves';
import { numberText } from '../text/numbers';
import { gateSection } from '../text/runSummary';
import { tableText } from '../text/table';
import { counted, nounOf } from '../../plural';

export interface DiffTextOptions {
  readonly colors: Colors;
  readonly width: number;
}

/** What a version has else than another: what is equal is left out, but for metrics that both have. */
export function versionDiffText(diff: VersionDiff, { colors, width }: DiffTextOptions): string {
  const { before, after, stage, paired } = diff;
  const subject = `${diff.model} version ${after.version}`;
  const beside = before ? `version ${before.version}${stage === undefined ? '' : ` in ${stage}`}` : undefined;
  const head =
    beside === undefined
      ? `${subject}: nobody ${stage === undefined ? 'to compare with' : `else holds ${stage}`}.\n`
      : `${subject} beside ${beside}\n`;
  const same = paired
    ? [
        `both on the same ${counted(paired.rows, 'row')}${paired.seen === 0 ? '' : `, of which the older one has learnt from ${paired.seen}`}`,
      ]
    : [];
  const sections = [
    section(`Metrics${same.map(text => `, ${text}`).join('')}`, metricRows(diff, colors), colors),
    section(
      'Parameters',
      diff.params.map(({ name, before: was, after: now }) => [name, was ?? '–', '→', now ?? '–']),
      colors,
    ),
    section('Data', diff.data.flatMap(dataRows), colors),
    section(
      `Signature: ${signatureText(diff, colors)}`,
      diff.signature.changes.map(({ isBreaking, sentence }) => [isBreaking ? colors.red('✗') : ' ', sentence]),
      colors,
    ),
    section('Code', codeRows(diff), colors),
  ];
  const gates =
    diff.gates.after && diff.gates.after.results.length > 0
      ? `\n${gateSection(diff.gates.after, { colors, width })}`
      : '';
  const notes = diff.notes.map(note => `${colors.dim('note:')} ${note}\n`).join('');
  return `${colors.bold(head)}${before ? sections.join('') : (sections[0] ?? '')}${gates}${notes === '' ? '' : `\n${notes}`}`;
}

const section = (title: string, rows: readonly (readonly string[])[], colors: Colors): string =>
  rows.length === 0 ? '' : `\n${colors.bold(title)}\n${tableText(rows.map(row => ['', ...row]))}`;

function metricRows({ metrics, before }: VersionDiff, colors: Colors): readonly (readonly string[])[] {
  return metrics.map(metric => {
    if (!before) return [metric.name, numberOf(metric.after)];
    const change = metric.difference === undefined ? '' : signed(metric.difference);
    return [
      metric.name,
      numberOf(metric.before),
      '→',
      numberOf(metric.after),
      change,
      intervalText(metric.interval),
      verdictText(metric, colors),
    ];
  });
}

const numberOf = (one: MeasuredNumber | undefined): string =>
  one === undefined ? '–' : `${numberText(one.value)}${one.interval ? ` ${intervalText(one.interval)}` : ''}`;
const intervalText = (interval: readonly [number, number] | undefined): string =>
  interval ? `[${numberText(interval[0])}, ${numberText(interval[1])}]` : '';
const signed = (value: number): string => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${numberText(Math.abs(value))}`;

function verdictText({ verdict }: MetricChange, colors: Colors): string {
  if (verdict === 'better') return colors.green('better');
  if (verdict === 'worse') return colors.red('worse');
  return verdict === 'unsure' ? 'could be chance' : verdict === 'new' || verdict === 'gone' ? verdict : '';
}

function dataRows({ name, before, after, rows, columns, why }: DataChange): readonly (readonly string[])[] {
  const short = (digest: string | undefined): string => digest?.slice(0, 12) ?? '–';
  const counted = rows
    ? [`${rows.before.toLocaleString('en')} → ${rows.after.toLocaleString('en')} ${nounOf(rows.after, 'row')}`]
    : [];
  return [
    [name, short(before), '→', short(after), [...counted, ...(why === undefined ? [] : [why])].join(', ')],
    ...(columns ?? []).map(column => [`  ${column.name}`, '', '', '', columnText(column)]),
  ];
}

function columnText({ kind, formerly, retyped, verdict, psi }: NonNullable<DataChange['columns']>[number]): string {
  const parts = [
    ...(kind === 'kept' ? [] : [kind === 'renamed' ? `renamed, was ${formerly ?? ''}` : kind]),
    ...(retyped ? [`${retyped.from} → ${retyped.to}`] : []),
    ...(verdict === 'different' || verdict === 'slight' || verdict === 'unsure' ? [verdict] : []),
    ...(psi === undefined ? [] : [`PSI ${numberText(psi)}`]),
  ];
  return parts.join(', ');
}

function signatureText({ signature }: VersionDiff, colors: Colors): string {
  if (signature.verdict === 'breaking') return colors.red('breaking');
  return signature.verdict === 'unknown' ? 'not known of both' : signature.verdict;
}

function codeRows({ code }: VersionDiff): readonly (readonly string[])[] {
  const state = (one: VersionDiff['code']['after']): string =>
    one?.commit === undefined ? 'no commit' : `${one.commit.slice(0, 12)}${one.dirty === true ? ' with changes' : ''}`;
  const [was, now] = [state(code.before), state(code.after)];
  return [...(was === now ? [] : [['commit', was, '→', now]]), ...code.files.map(({ path }) => [path])];
}
