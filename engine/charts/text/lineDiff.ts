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

/** Beyond so many differences the rest is shown as taken out and put in as a whole. */
const mostEdits = 800;
const context = 3;

/** Lines of a text; a last line break makes no empty line. */
export const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** The fewest lines that were taken out and put in, by Myers (An O(ND) Difference Algorithm, 1986). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const kinds = [
    ...new Array<'='>(start).fill('='),
    ...(editScript(middleA, middleB) ?? [...middleA.map(() => '-' as const), ...middleB.map(() => '+' as const)]),
    ...new Array<'='>(end).fill('='),
  ];
  let [i, j] = [0, 0];
  return kinds.map((kind): DiffLine => {
    if (kind === '=') return { kind, text: a[i] ?? '', before: ++i, after: ++j };
    return kind === '-' ? { kind, text: a[i] ?? '', before: ++i } : { kind, text: b[j] ?? '', after: ++j };
  });
}

/** Undefined: there are too many differences. */
function editScript(a: readonly string[], b: readonly string[]): readonly DiffLine['kind'][] | undefined {
  const most = Math.min(mostEdits, a.length + b.length);
  const ends = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(new Map(ends));
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(ends, k, d) ? (ends.get(k + 1) ?? 0) : (ends.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      ends.set(k, x);
      if (x >= a.length && x - k >= b.length) return backwards(trace, [a.length, b.length]);
    }
  }
  return undefined;
}

const goesDown = (ends: ReadonlyMap<number, number>, k: number, d: number): boolean =>
  k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1));

function backwards(
  trace: readonly ReadonlyMap<number, number>[],
  [x, y]: [number, number],
): readonly DiffLine['kind'][] {
  const script: DiffLine['kind'][] = [];
  for (let d = trace.length - 1; d >= 0; d--) {
    const ends = trace[d] ?? new Map<number, number>();
    const k = x - y;
    const before = goesDown(ends, k, d) ? k + 1 : k - 1;
    const fromX = ends.get(before) ?? 0;
    const fromY = fromX - before;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      script.push('=');
      [x, y] = [x - 1, y - 1];
    }
    if (d === 0) break;
    script.push(x === fromX ? '+' : '-');
    [x, y] = [fromX, fromY];
  }
  return script.reverse();
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
