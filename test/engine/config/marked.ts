import type { ConfigDiagnostic, TextRange } from '../../../engine/protocol/config';

/** `name: «x»` as the text without the marks, and the range that was marked. */
export function marked(source: string): { readonly text: string; readonly range: TextRange } {
  const start = source.indexOf('«');
  const end = source.indexOf('»') - 1;
  const text = source.replace('«', '').replace('»', '');
  const [from, to] = [position(text, start), position(text, end)];
  return { text, range: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column } };
}

/** `need|s: x` as the text without the cursor and its place. */
export function withCursor(source: string): { readonly text: string; readonly line: number; readonly column: number } {
  const at = source.indexOf('|>');
  const text = source.replace('|>', '');
  return { text, ...position(text, at) };
}

export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** The text that a range marks. */
export function slice(text: string, range: TextRange): string {
  const lines = text.split('\n');
  if (range.startLine === range.endLine)
    return lines[range.startLine - 1]!.slice(range.startColumn - 1, range.endColumn - 1);
  const first = lines[range.startLine - 1]!.slice(range.startColumn - 1);
  const last = lines[range.endLine - 1]!.slice(0, range.endColumn - 1);
  return [first, ...lines.slice(range.startLine, range.endLine - 1), last].join('\n');
}

export const errorsOf = (diagnostics: readonly ConfigDiagnostic[]): readonly ConfigDiagnostic[] =>
  diagnostics.filter(one => one.severity === 'error');
