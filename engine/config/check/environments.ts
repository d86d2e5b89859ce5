import { join, posix } from 'node:path';
import { exists } from '../../paths';
import type { Reading } from '../parse';
import { didYouMean } from '../suggest';
import type { Problem } from '../yaml/problem';
import { dotted, textOf } from '../yaml/tree';

/**
 * Files that the environments of commands are made of, and that are not there. Only warned: a step may make them.
 * @param similar a file beside a path that was probably meant
 */
export async function environmentProblems(
  root: string,
  { sites }: Pick<Reading, 'sites'>,
  similar: (path: string) => Promise<string | undefined>,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { node, path } of sites) {
    const [section, , ...rest] = path;
    if (section !== 'pipelines' || rest.at(-2) !== 'environment') continue;
    const written = textOf(node);
    const file = written === undefined ? undefined : neededFile(String(rest.at(-1)), written);
    if (file === undefined || (await exists(join(root, file)))) continue;
    // Another name of package.json would be no folder to name.
    const suggestion = file === written ? await similar(file) : undefined;
    problems.push({
      start: node.start,
      end: node.end,
      severity: 'warning',
      code: 'missing-file',
      message: `There is no file \`${file}\` in the workspace, of which the environment is made.${didYouMean(suggestion)}`,
      key: dotted(path),
      ...(suggestion !== undefined && { suggestion }),
    });
  }
  return problems;
}

function neededFile(key: string, written: string): string | undefined {
  if (key === 'requirements') return written;
  if (key === 'conda') return /\.ya?ml$/i.test(written) ? written : undefined;
  return key === 'node' ? posix.join(written, 'package.json') : undefined;
}
