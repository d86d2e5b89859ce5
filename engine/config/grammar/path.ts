import * as v from 'valibot';
import { refersTo } from './terms';

/** Why a path may not be used, as it follows "`path` ..."; undefined when it may. */
export function pathProblem(path: string): string | undefined {
  if (path.includes('\0')) return 'bad-path|must not contain a NUL character';
  if (/^[/\\]|^[A-Za-z]:/.test(path) || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    return 'bad-path|must be relative to the workspace folder';
  }
  let depth = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return 'bad-path|must not leave the workspace folder';
  }
  return depth === 0 ? 'bad-path|must name something inside the workspace folder' : undefined;
}

/** A path inside the workspace, with `/`. */
export const workspacePath = (what: string) =>
  v.pipe(
    v.string(`must be ${what}`),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? pathProblem(dataset.value) : undefined;
      if (message !== undefined) addIssue({ message });
    }),
    v.transform(path => path.replaceAll('\\', '/').replace(/(?<=[^/])\/+$/, '')), // `out/` is the folder `out`
    refersTo('path'),
  );
