import type { Colors } from 'picocolors/types';
import type { DiffLine, Hunk } from '../../charts/text/lineDiff';
import { diffLines, hunksOf } from '../../charts/text/lineDiff';
import type { CodeDiffFile } from '../../protocol/compare';

/** A file's difference in the unified format; the sides stand before its name. */
export function unifiedText(
  { path, before, after, isOpaque }: CodeDiffFile,
  labels: { readonly before: string; readonly after: string },
  colors: Colors,
): string {
  const [was, now] = [`${labels.before}/${path}`, `${labels.after}/${path}`];
  if (isOpaque === true) return `${colors.bold(`${was} and ${now} differ`)} (no text, or too long to be shown)\n`;
  const heads = [`--- ${before === undefined ? '/dev/null' : was}`, `+++ ${after === undefined ? '/dev/null' : now}`];
  const hunks = hunksOf(diffLines(before ?? '', after ?? ''));
  const lines = hunks.flatMap((hunk, at) => [
    colors.cyan(rangeText(hunks, at)),
    ...hunk.lines.map(one => lineText(one, colors)),
  ]);
  if (hunks.length === 0 && before !== undefined && after !== undefined) lines.push('(only line ends differ)');
  return [...heads.map(colors.bold), ...lines].map(line => `${line}\n`).join('');
}

const signs = { '=': ' ', '-': '-', '+': '+' } as const;

function lineText({ kind, text }: DiffLine, colors: Colors): string {
  const line = `${signs[kind]}${text}`;
  return kind === '-' ? colors.red(line) : kind === '+' ? colors.green(line) : line;
}

/** `@@ -1,7 +1,8 @@`: where a hunk begins on each side, and how many lines of it there are. */
function rangeText(hunks: readonly Hunk[], at: number): string {
  let [before, after] = [0, 0];
  for (const [index, { lines, skipped }] of hunks.entries()) {
    before += skipped;
    after += skipped;
    const [left, right] = [
      lines.filter(({ kind }) => kind !== '+').length,
      lines.filter(({ kind }) => kind !== '-').length,
    ];
    if (index === at) return `@@ -${range(before, left)} +${range(after, right)} @@`;
    before += left;
    after += right;
  }
  return '';
}

/** A side without lines is named by the line before it. */
const range = (done: number, count: number): string => `${count === 0 ? done : done + 1},${count}`;
