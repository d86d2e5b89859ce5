/**
 * The marks between which a generated file is its owner's: `# >>> own: train` and `# <<< own: train`. Generating keeps what
 * stands between them; whether a file was changed by hand is asked of the rest.
 */
const begin = (id: string): string => `>>> own: ${id}`;
const end = (id: string): string => `<<< own: ${id}`;

/** In a list of steps or commands, before it is text: becomes the two marks. */
export const place = (id: string): string => `modelyard-own-${id}`;

/** Puts marks in the places of a text. `comment`: how a comment begins. */
export const withMarks = (text: string, comment: string): string =>
  text.replace(/^([ \t]*)(?:- )?modelyard-own-([\w-]+)(?:: (?:null|~)?)?$/gm, (_, indent: string, id: string) =>
    [`${indent}${comment} ${begin(id)}`, `${indent}${comment} ${end(id)}`].join('\n'),
  );

const beginLine = /^\s*(?:#|\/\/) >>> own: ([\w-]+)\s*$/;
const endLine = /^\s*(?:#|\/\/) <<< own: ([\w-]+)\s*$/;

export interface Own {
  /** Without what stands between the marks. */
  readonly rest: string;
  /** What stands between them, by their name. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
}

/** Takes a text apart. A mark without its other half is text like any other. */
export function ownOf(text: string): Own {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const kept = new Map<string, readonly string[]>();
  const rest: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    rest.push(line);
    const id = beginLine.exec(line)?.[1];
    if (id === undefined || kept.has(id)) continue;
    const length = lines.slice(at + 1).findIndex(one => endLine.exec(one)?.[1] === id);
    if (length < 0) continue;
    kept.set(id, lines.slice(at + 1, at + 1 + length));
    at += length;
  }
  return { rest: rest.join('\n'), kept };
}

/** `text` with what was between the marks of another one; `lost`: names of marks that it does not have. */
export function withOwn(text: string, kept: Own['kept']): { readonly text: string; readonly lost: readonly string[] } {
  const found = new Set<string>();
  const lines = text.split('\n').flatMap(line => {
    const id = beginLine.exec(line)?.[1];
    if (id === undefined) return [line];
    found.add(id);
    return [line, ...(kept.get(id) ?? [])];
  });
  const lost = [...kept].flatMap(([id, own]) => (found.has(id) || own.every(one => one.trim() === '') ? [] : [id]));
  return { text: lines.join('\n'), lost };
}
