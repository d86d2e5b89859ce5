/**
 * Rows of cells as columns of equal width, two spaces apart; the last one is not padded. What would break a line or steer the
 * terminal is written as in JSON, since cells come from data too; colours stay.
 */
export function tableText(cells: readonly (readonly string[])[]): string {
  const rows = cells.map(row => row.map(cell => cell.replace(steering, shown)));
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - displayWidth(cell))))
      .join('  ')
      .trimEnd();
  return rows.map(row => `${line(row)}\n`).join('');
}

const steering = /\u001b(?!\[\d+m)|[\u0000-\u001a\u001c-\u001f\u007f-\u009f]/g;
const shown = (character: string): string =>
  character < ' ' ? JSON.stringify(character).slice(1, -1) : `\\u00${character.charCodeAt(0).toString(16)}`;

const colorCode = /\u001b\[\d+m/g;
const displayWidth = (text: string): number => Array.from(text.replace(colorCode, '')).length;

/** At most `width` characters, the rest an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Words on lines of at most `width` columns; all but the first are indented. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && displayWidth(line) + 1 + displayWidth(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : indent + word);
  }
  return lines.join('\n');
}
