/** `data/*.csv`, `src/**`: a path with wildcards rather than the name of one file or folder. */
export const isPattern = (path: string): boolean => /[*?[]/.test(path);

/** The folder that all which a pattern can name lies in: `src` of `src/*.py`; empty: the workspace. */
export function fixedFolder(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex(isPattern);
  return parts.slice(0, first < 0 ? parts.length : first).join('/');
}

/**
 * Whether a path (with `/`) is meant by a pattern: `*` and `?` within one name, `**` over any folders, `[abc]`, `[!abc]`.
 * As gitignore has them; names that begin with a dot are meant too.
 */
export function patternMatcher(pattern: string): (path: string) => boolean {
  const parts = pattern.split('/');
  const source = parts.map((part, i) => {
    const isLast = i === parts.length - 1;
    if (part === '**') return isLast ? '.+' : '(?:[^/]+/)*';
    return `${nameRegex(part)}${isLast ? '' : '/'}`;
  });
  const regex = new RegExp(`^${source.join('')}$`, 'u');
  return path => regex.test(path);
}

const nameRegex = (name: string): string =>
  name.replace(/\[!?[^\]/]+\]|[*?]|[\\^$.|+(){}[\]]/g, token => {
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 1) return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return `\\${token}`;
  });
