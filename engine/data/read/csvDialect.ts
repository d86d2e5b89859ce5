const delimiters = [',', ';', '\t', '|'] as const;
const quote = 34;

/** Names for messages. */
export const delimiterName = (delimiter: string): string => (delimiter === '\t' ? 'tab' : JSON.stringify(delimiter));

/**
 * The delimiter that cuts most of the first rows into the same number (more than one) of cells, as the header has; on
 * a tie the one with more cells. Undefined when none does.
 * @param head the first bytes of the file, without a byte order mark
 */
export function detectDelimiter(head: Buffer): string | undefined {
  let best: { readonly delimiter: string; readonly rows: number; readonly cells: number } | undefined;
  for (const delimiter of delimiters) {
    const counts = cellCounts(head, delimiter.charCodeAt(0));
    const cells = counts[0] ?? 1;
    if (cells < 2) continue;
    const rows = counts.filter(count => count === cells).length / counts.length;
    if (!best || rows > best.rows || (rows === best.rows && cells > best.cells)) best = { delimiter, rows, cells };
  }
  return best?.delimiter;
}

/** Cells of each of the first 100 rows, minding quotes; a row that the bytes cut is left out unless it is the only one. */
function cellCounts(bytes: Buffer, delimiter: number): number[] {
  const counts: number[] = [];
  let cells = 1;
  let blank = true;
  let cellStart = true;
  let quoted = false;
  for (let i = 0; i < bytes.length && counts.length < 100; i++) {
    const byte = bytes[i]!;
    if (quoted) {
      if (byte === quote && bytes[i + 1] === quote) i++;
      else if (byte === quote) quoted = false;
    } else if (byte === quote && cellStart) {
      quoted = true;
      blank = cellStart = false;
    } else if (byte === delimiter) {
      cells++;
      cellStart = true;
      blank = false;
    } else if (byte === 10 || byte === 13) {
      if (!blank) counts.push(cells);
      cells = 1;
      blank = cellStart = true;
    } else blank = cellStart = false;
  }
  if (counts.length === 0 && !blank) counts.push(cells);
  return counts;
}
