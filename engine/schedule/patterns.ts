import picomatch from 'picomatch';

/** Whether a path with `/` fits one of the patterns, and none of those that begin with `!`. */
export function matcher(patterns: readonly string[]): (path: string) => boolean {
  const isOut = picomatch(patterns.filter(isNegative).map(pattern => pattern.slice(1)));
  const isIn = picomatch(patterns.filter(pattern => !isNegative(pattern)).map(plainPath));
  return path => isIn(path) && !isOut(path);
}

export const isNegative = (pattern: string): boolean => pattern.startsWith('!');

/** The folder in which all files are that fit; the file itself when the pattern names one; empty: anywhere. */
export function baseOf(pattern: string): string {
  const plain: string[] = [];
  for (const part of plainPath(pattern).split('/')) {
    if (/[*?[\](){}!+@]/.test(part)) break;
    plain.push(part);
  }
  return plain.join('/');
}

/** Without `./` in front and `/` behind. */
export const plainPath = (path: string): string =>
  path
    .replaceAll('\\', '/')
    .replace(/^(\.\/+)+/, '')
    .replace(/\/+$/, '');
