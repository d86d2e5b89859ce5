import type { DiffLine, Hunk } from '../../../engine/charts/text/lineDiff';
import { diffLines, hunksOf } from '../../../engine/charts/text/lineDiff';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';

export interface TextPair {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly sideBySide: boolean;
}

/** More lines than these are looked at in the editor. */
const mostLines = 2000;

export const countsOf = (lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } => ({
  added: lines.filter(({ kind }) => kind === '+').length,
  removed: lines.filter(({ kind }) => kind === '-').length,
});

/** Lines beside each other: what was taken out and what was put in its place share rows. */
function pairsOf(lines: readonly DiffLine[]): readonly (readonly [DiffLine | undefined, DiffLine | undefined])[] {
  const rows: [DiffLine | undefined, DiffLine | undefined][] = [];
  let [out, put]: [DiffLine[], DiffLine[]] = [[], []];
  const flush = (): void => {
    for (let at = 0; at < Math.max(out.length, put.length); at++) rows.push([out[at], put[at]]);
    [out, put] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === '-') out.push(line);
    else if (line.kind === '+') put.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}

/** The differences of two texts with a few lines around each; signs say what the colours say. */
export function diffTable({ title, before, after, sideBySide }: TextPair): HTMLElement {
  const hunks = hunksOf(diffLines(before, after));
  if (hunks.length === 0) return h('p', { class: 'muted' }, t('The same.'));
  const shown: Hunk[] = [];
  let count = 0;
  for (const hunk of hunks) {
    if (count > mostLines) break;
    shown.push(hunk);
    count += hunk.lines.length;
  }
  const rows = shown.flatMap(({ lines, skipped }) => [
    ...(skipped > 0 ? [gap(skipped, sideBySide)] : []),
    ...(sideBySide
      ? pairsOf(lines).map(([left, right]) => h('tr', null, half(left, 'before'), half(right, 'after')))
      : lines.map(unified)),
  ]);
  const more = hunks.length - shown.length;
  return h(
    'div',
    null,
    h(
      'div',
      { class: 'scroll', role: 'region', attrs: { tabindex: 0, 'aria-label': title } },
      h(
        'table',
        { class: sideBySide ? 'diff diff-wide' : 'diff' },
        h('caption', { class: 'visually-hidden' }, title),
        h('tbody', null, rows),
      ),
    ),
    more > 0 && h('p', { class: 'muted' }, t('{0} more places differ.', more)),
  );
}

const words = { '=': '', '-': 'out', '+': 'in' } as const;

const code = (line: DiffLine | undefined): Child =>
  line === undefined
    ? h('td', { class: 'diff-none' })
    : h('td', { class: `diff-text diff-${words[line.kind]}` }, `${line.kind === '=' ? ' ' : line.kind} ${line.text}`);

const half = (line: DiffLine | undefined, side: 'before' | 'after'): readonly Child[] => [
  h('td', { class: 'diff-number' }, line?.[side] ?? ''),
  code(line),
];

const unified = (line: DiffLine): HTMLElement =>
  h(
    'tr',
    null,
    h('td', { class: 'diff-number' }, line.before ?? ''),
    h('td', { class: 'diff-number' }, line.after ?? ''),
    code(line),
  );

const gap = (lines: number, sideBySide: boolean): HTMLElement =>
  h(
    'tr',
    null,
    h(
      'td',
      { class: 'diff-gap muted', attrs: { colspan: sideBySide ? 4 : 3 } },
      lines === 1 ? t('… 1 line') : t('… {0} lines', lines),
    ),
  );
