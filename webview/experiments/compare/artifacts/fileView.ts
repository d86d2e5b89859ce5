import { diffLines } from '../../../../engine/charts/text/lineDiff';
import type { ArtifactContent } from '../../../../engine/protocol/tracking';
import { dataTable } from '../../../shared/dataTable';
import type { Child } from '../../../shared/dom';
import { h } from '../../../shared/dom';
import { imageSource, isImage, readableText } from '../../../shared/fileLook';
import { bytes, count } from '../../../shared/format';
import { t } from '../../../shared/l10n';
import { countsOf } from '../diffTable';
import type { FileTable, TableDifference } from './fileTable';
import { fileTable, mostColumns, mostRows, tableDifference } from './fileTable';

/** The run that the others are compared with, and its file. */
export interface FileBase {
  readonly label: string;
  readonly content: ArtifactContent;
}

/** Longer texts are looked at in the editor. */
const mostText = 100_000;
/** Comparing takes its time: of longer texts only whether they are the same is said. */
const mostCompared = 60_000;

/** A run's file as it is best looked at, with what is not as in the base; nothing of it is run. */
export function fileView(label: string, content: ArtifactContent, base: FileBase | undefined): readonly Child[] {
  const source = imageSource(content);
  if (source !== undefined)
    return [
      h('img', { attrs: { src: source, alt: t('{0} of {1}', content.path, label) } }),
      base && note(same(content, base.content) ? t('The same as in {0}.', base.label) : undefined),
    ];
  if (content.truncated && isImage(content.path))
    return [note(t('{0}: too large to be shown here.', bytes(content.size)))];
  if (content.text === undefined)
    return [note(t('{0} of binary data.', bytes(content.size))), base && note(sameOrNot(content, base))];
  if (content.text === '') return [note(t('The file is empty.'))];
  const table = fileTable(content);
  return table ? tableView(`${label} ${content.path}`, table, base) : textView(label, content, base);
}

const note = (text: string | undefined): HTMLElement | undefined =>
  text === undefined ? undefined : h('p', { class: 'muted' }, text);

const same = (one: ArtifactContent, other: ArtifactContent): boolean =>
  one.size === other.size && one.text === other.text && one.base64 === other.base64;

/** What was read of both is the same; whether the rest is, nobody has looked. */
function sameOrNot(content: ArtifactContent, base: FileBase): string {
  if (!same(content, base.content)) return t('Not the same as in {0}.', base.label);
  if (content.truncated) return t('As far as it was read, the same as in {0}.', base.label);
  return t('The same as in {0}.', base.label);
}

function tableView(title: string, table: FileTable, base: FileBase | undefined): readonly Child[] {
  const other = base && fileTable(base.content);
  const difference = other && tableDifference(table, other);
  const columns = table.columns.map((name, at) => ({
    title: name,
    numeric: table.rows.slice(0, 20).every(row => row[at] !== '' && Number.isFinite(Number(row[at]))),
  }));
  const rows = table.rows.map((row, at) =>
    columns.map((_, column) => {
      const was = difference?.cells[at]?.[column];
      const is = row[column] ?? '';
      return was === undefined || !base ? is : differing(is, was, base.label);
    }),
  );
  return [
    base && difference && note(summary(difference, base.label)),
    scroll(title, dataTable(title, columns, rows)),
    table.hasMoreRows && note(t('The first {0} rows.', Math.min(mostRows, table.rows.length))),
    table.hasMoreColumns && note(t('The first {0} columns.', mostColumns)),
  ];
}

/** Told by colour, by a sign, and in words for who hears it or points at it. */
function differing(is: string, was: string | null, label: string): HTMLElement {
  const says = was === null ? t('not in {0}', label) : t('{0} in {1}', was === '' ? t('empty') : was, label);
  return h(
    'span',
    { class: 'cell-differs', title: says },
    h('span', { attrs: { 'aria-hidden': 'true' } }, '≠ '),
    is,
    h('span', { class: 'visually-hidden' }, ` (${says})`),
  );
}

function summary({ count: cells, missingRows, missingColumns }: TableDifference, label: string): string {
  if (cells === 0 && missingRows === 0 && missingColumns.length === 0) return t('The same as in {0}.', label);
  const parts = [
    cells === 1 ? t('1 cell is not as in {0}.', label) : t('{0} cells are not as in {1}.', count(cells), label),
    missingRows > 0 && t('{0} more rows in {1}.', count(missingRows), label),
    missingColumns.length > 0 && t('Columns only in {0}: {1}.', label, missingColumns.join(', ')),
  ];
  return parts.filter(part => part !== false).join(' ');
}

function textView(label: string, content: ArtifactContent, base: FileBase | undefined): readonly Child[] {
  const text = readableText(content);
  return [
    base && note(textDifference(content, base)),
    scroll(`${label} ${content.path}`, h('pre', null, text.slice(0, mostText))),
    content.truncated
      ? note(t('Only the beginning; the file has {0}.', bytes(content.size)))
      : text.length > mostText && note(t('Only the first {0} characters.', count(mostText))),
  ];
}

function textDifference(content: ArtifactContent, base: FileBase): string {
  const [was, is] = [readableText(base.content), readableText(content)];
  const isLong = was.length > mostCompared || is.length > mostCompared;
  const isWhole = !content.truncated && !base.content.truncated && base.content.text !== undefined;
  if (was === is || isLong || !isWhole) return sameOrNot(content, base);
  const { added, removed } = countsOf(diffLines(was, is));
  return t('Lines against {0}: +{1} −{2}.', base.label, count(added), count(removed));
}

/** Scrolls both ways within its column, also by the keyboard. */
const scroll = (label: string, child: Child): HTMLElement =>
  h('div', { class: 'scroll', role: 'region', attrs: { tabindex: 0, 'aria-label': label } }, child);
