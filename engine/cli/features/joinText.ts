import type { Colors } from 'picocolors/types';
import type { Cell } from '../../protocol/data';
import type { ComputedView } from '../../protocol/features';
import type { FeatureStatus, JoinPreview, JoinReport, PreviewCell, TrainingSet } from '../../protocol/featureJoins';
import { bytesText, durationText, numberText } from '../text/numbers';
import { plural } from '../../plural';
import { cut, tableText } from '../text/table';

export function computedText(computed: ComputedView, colors: Colors): string {
  const { view, version, isNew, rows, entities, newestEvent, columns, head, took } = computed;
  const newest = newestEvent === undefined ? '' : `, the newest of ${new Date(newestEvent).toISOString()}`;
  const title = `${view}@v${version}${isNew ? ' (new)' : ''}: ${plural(rows, 'row')} of ${entities.toLocaleString('en')} ${entities === 1 ? 'entity' : 'entities'}${newest}, in ${durationText(took)}\n`;
  const names = columns.map(column => colors.bold(column));
  return title + tableText([names, ...head.map(row => row.map(cellText))]);
}

export const joinText = (set: TrainingSet, colors: Colors): string =>
  `${colors.green('✓')} ${set.path}: ${plural(set.rows, 'row')}, ${bytesText(set.bytes)}, ${set.digest.slice(0, 12)}, in ${durationText(set.took)}\n${reportText(set, colors)}`;

const words: Readonly<Record<FeatureStatus, string>> = {
  present: 'present',
  'null-value': 'null',
  'no-row': 'no row',
  'not-yet-known': 'not yet known',
  expired: 'expired',
  'no-key': 'no key',
  'no-time': 'no time',
};
const statuses = ['present', 'null-value', 'no-row', 'not-yet-known', 'expired', 'no-key', 'no-time'] as const;

/** How the rows came out, by feature; reasons that no row has are left out. */
function reportText({ columns, sources }: JoinReport, colors: Colors): string {
  const shown = statuses.filter(one => one === 'present' || columns.some(({ statuses: counts }) => counts[one] > 0));
  const head = ['column', 'feature', ...shown.map(one => words[one]), 'known later'].map(title => colors.bold(title));
  const rows = columns.map(({ column, reference, statuses: counts, changedByLater }) => [
    ...[column, reference],
    ...shown.map(one => (counts[one] === 0 ? '' : counts[one].toLocaleString('en'))),
    changedByLater === 0 ? '' : changedByLater.toLocaleString('en'),
  ]);
  const left = sources.flatMap(({ view, version, withoutTime, withoutCreated, withoutKey }) => [
    ...(withoutTime === 0 ? [] : [`${view}@v${version}: ${plural(withoutTime, 'row')} without a time left out.\n`]),
    ...(withoutCreated === 0
      ? []
      : [
          `${view}@v${version}: ${plural(withoutCreated, 'row')} left out, since nothing says when they became known.\n`,
        ]),
    ...(withoutKey === 0 ? [] : [`${view}@v${version}: ${plural(withoutKey, 'row')} without a key left out.\n`]),
  ]);
  return tableText([head, ...rows]) + left.join('');
}

/** A row that asks with its values, each with what it was matched with or why there is none. */
export function previewText(preview: JoinPreview, colors: Colors): string {
  const { entityColumns, columns } = preview;
  const head = ['row', ...entityColumns, ...columns.map(({ column }) => column)].map(title => colors.bold(title));
  const rows = preview.preview.map(({ row, entity, time, cells }) => [
    String(row + 1),
    ...entity.map(cellText),
    ...cells.map(cell => valueText(cell, time, colors)),
  ]);
  return `${tableText([head, ...rows])}\n${reportText(preview, colors)}`;
}

function valueText({ value, status, matched, later }: PreviewCell, time: number | undefined, colors: Colors): string {
  const age = time === undefined || matched?.event === undefined ? '' : ` (${ageText(time - matched.event)})`;
  const change = later ? ` ${colors.yellow(`later ${cellText(later.value)}`)}` : '';
  if (status === 'present') return `${cellText(value)}${colors.dim(age)}${change}`;
  return `${colors.red(words[status])}${status === 'expired' ? colors.dim(age) : ''}${change}`;
}

/** How old the matched row was: `3.5 d` */
function ageText(ms: number): string {
  const [unit, length] = units.find(([, one]) => ms >= one) ?? ['s', 1000];
  return `${numberText(Math.round((ms / length) * 10) / 10)} ${unit}`;
}
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

const cellText = (value: Cell): string =>
  value === null ? '' : typeof value === 'number' ? numberText(value) : cut(String(value), 30);
