import { diffArrays } from 'diff';

/** `=` stands in both, `-` only in the first, `+` only in the second text. Line numbers from 1. */
export interface DiffLine {
  readonly kind: '=' | '-' | '+';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

export interface Hunk {
  readonly lines: readonly DiffLine[];
  /** Lines in both texts that were left out before it. */
  readonly skipped: number;
}

/** Beyond so many differences the texts are shown as taken out and put in whole: looking further takes seconds. */
const mostEdits = 800;
const context = 3;

/** Lines of a text; a last line break makes no empty line. */
export const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** The fewest lines that were taken out and put in. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const changes = diffArrays([...a], [...b], { maxEditLength: mostEdits }) ?? [
    { removed: true, added: false, value: a },
    { removed: false, added: true, value: b },
  ];
  let [i, j] = [0, 0];
  return changes.flatMap(({ removed, added, value }) =>
    value.map((text): DiffLine => {
      if (removed) return { kind: '-', text, before: ++i };
      if (added) return { kind: '+', text, after: ++j };
      return { kind: '=', text, before: ++i, after: ++j };
    }),
  );
}

/** The differences with three lines around each. */
export function hunksOf(lines: readonly DiffLine[]): readonly Hunk[] {
  const changed = lines.flatMap(({ kind }, at) => (kind === '=' ? [] : [at]));
  const hunks: { from: number; to: number }[] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    if (last && at - context <= last.to) last.to = Math.min(lines.length, at + context + 1);
    else hunks.push({ from: Math.max(0, at - context), to: Math.min(lines.length, at + context + 1) });
  }
  return hunks.map(({ from, to }, at) => ({ lines: lines.slice(from, to), skipped: from - (hunks[at - 1]?.to ?? 0) }));
}
