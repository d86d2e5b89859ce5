/** The candidate that was probably meant: same but for case, one a beginning of the other, or few edits away. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word === '' || word.length > 80) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const same = normal(other) === normal(lower);
    const start = lower.length >= 3 && (other.startsWith(lower) || (lower.startsWith(other) && other.length >= 3));
    const distance = same ? 0 : Math.min(editDistance(lower, other), start ? 1.2 : Infinity);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

const normal = (word: string): string => word.replace(/[-_ ]/g, '');

/** Damerau-Levenshtein (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, change, swap));
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

export const didYouMean = (suggestion: string | undefined): string =>
  suggestion === undefined ? '' : ` Did you mean \`${suggestion}\`?`;

const most = 20;

/** `a`, `b` or `c`; of more than twenty, how many others there are. */
export function listed(words: readonly string[], last: 'or' | 'and' = 'or'): string {
  const shown = words.length > most + 1 ? words.slice(0, most) : words;
  const quoted = shown.map(word => `\`${word}\``);
  if (shown.length < words.length) quoted.push(`${words.length - shown.length} others`);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1) ?? ''}`;
}
