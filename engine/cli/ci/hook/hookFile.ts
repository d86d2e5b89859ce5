import path from 'node:path';
import { version } from '../../../../package.json';
import { ModelyardError } from '../../../errors';
import { isInside } from '../../../paths';
import { askGit, askGitOr } from './git';

export interface HookPlace {
  readonly file: string;
  /**
   * `own`: in git's own folder, where a hook that was there before is kept beside and runs first. `shared`: a file of the
   * repository, such as husky's, to which lines are added that mean the same on every machine.
   */
  readonly kind: 'own' | 'shared';
  /** Of the workspace, from the top of the repository; empty: the top. */
  readonly part: string;
}

/** Where git looks for the hook. @throws ModelyardError `conflict` when that is a folder of all repositories */
export async function hookPlace(workspace: string): Promise<HookPlace> {
  const top = path.resolve((await askGit(workspace, ['rev-parse', '--show-toplevel'])).trim());
  const common = path.resolve(workspace, (await askGit(workspace, ['rev-parse', '--git-common-dir'])).trim());
  const folder = path.resolve(workspace, (await askGit(workspace, ['rev-parse', '--git-path', 'hooks'])).trim());
  const part = path.relative(top, workspace).split(path.sep).join('/');
  if (isInside(common, folder)) return { file: path.join(folder, 'pre-commit'), kind: 'own', part };
  if (!isInside(top, folder)) {
    const scope = await askGitOr(workspace, ['config', '--show-scope', '--get', 'core.hooksPath']);
    throw new ModelyardError(
      'conflict',
      `core.hooksPath (${scope.split(/\s/)[0] ?? ''}) has git look for hooks in ${folder}, which is not of this repository.`,
      {
        fix: 'Call `modelyard ci hook run` in the hook there, or give this repository a core.hooksPath of its own.',
      },
    );
  }
  // husky makes what is in `_` anew; the hook that people write is beside it
  const isHusky = path.basename(folder) === '_' && path.basename(path.dirname(folder)) === '.husky';
  return { file: path.join(isHusky ? path.dirname(folder) : folder, 'pre-commit'), kind: 'shared', part };
}

/** Under which an earlier hook is kept. */
export const earlier = (file: string): string => `${file}.before-modelyard`;

const ownLine = '# modelyard-hook: 1';
export const isOwnHook = (text: string): boolean => text.split(/\r?\n/, 4).includes(ownLine);

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export interface HookCall {
  /** MB */
  readonly maxSize: number;
  readonly part: string;
}

const words = ({ maxSize, part }: HookCall): string =>
  `ci hook run --max-size ${maxSize}${part === '' ? '' : ` --workspace ${quoted(part)}`}`;

/** `program`: the words that call this very Modelyard, on this machine. */
export const ownHook = (call: HookCall, program: readonly string[]): string => `#!/bin/sh
# Before a commit: Modelyard checks what is staged. \`modelyard ci hook remove\` takes it out again.
${ownLine}
before="$(dirname "$0")/pre-commit.before-modelyard"
if [ -x "$before" ]; then "$before" "$@" || exit $?; fi
if [ -f ${quoted(program.at(-1) ?? '')} ]; then exec ${program.map(quoted).join(' ')} ${words(call)}; fi
if command -v modelyard >/dev/null 2>&1; then exec modelyard ${words(call)}; fi
echo 'Modelyard is not where it was when this hook was installed: install the hook again, or remove .git/hooks/pre-commit.' >&2
exit 1
`;

const opening = '# >>> modelyard';
const closing = '# <<< modelyard';

/** Takes the lines out that were added to a hook of others. */
export const withoutLines = (text: string): string =>
  text.replace(new RegExp(`^${opening}\\n[^]*?^${closing}\\n?`, 'm'), '');

export function withLines(text: string, call: HookCall): string {
  const rest = text === '' ? '#!/bin/sh\n' : withoutLines(text);
  const lines = [opening, `npx --yes modelyard@${version} ${words(call)} || exit $?`, closing];
  // before the rest, which may end by itself
  const head = /^#!.*\n/.exec(rest)?.[0] ?? '';
  return `${head}${lines.join('\n')}\n${rest.slice(head.length)}`;
}
