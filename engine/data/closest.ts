/** The name that was probably meant: equal but for case, or at most a third of its letters apart. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? names.find(candidate => sameWords(wanted, candidate));
}

/** `age` is meant by `age_in_years`: a name that begins with the other, up to the end of a word. */
function sameWords(wanted: string, candidate: string): boolean {
  const other = candidate.toLowerCase();
  const [short, long] = wanted.length < other.length ? [wanted, other] : [other, wanted];
  return short.length >= 3 && long.startsWith(short) && /^[^a-z0-9]/.test(long.slice(short.length));
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); `limit` when not fewer. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, limit);
}

/** `Did you mean x?`, or the columns there are. */
export function hint(name: string, names: readonly string[]): string {
  const meant = closest(name, names);
  if (meant !== undefined) return `Did you mean \`${meant}\`?`;
  const shown = names.slice(0, 12).map(column => `\`${column}\``);
  return `The columns are ${shown.join(', ')}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ''}.`;
}

/** The same for a column of a file; a single one may be a line that was not cut. */
export function columnHint(name: string, columns: readonly string[]): string {
  const [only, another] = columns;
  const isAlone = only !== undefined && another === undefined;
  if (!isAlone || closest(name, columns) === only) return hint(name, columns);
  return `The only column is \`${only}\`. If the file has more, set the \`delimiter\` of the dataset to what is between them.`;
}
