import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { azureThread } from '../ci/comment/azure';
import { githubThread } from '../ci/comment/github';
import { gitlabThread } from '../ci/comment/gitlab';
import type { CommentHost, CommentThread, Environment } from '../ci/comment/hosts';
import { keepComment } from '../ci/comment/keepComment';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer } from '../invocation';

export interface CiCommentOptions {
  readonly file: string;
  readonly host?: CommentHost;
  readonly marker: string;
}

const threads: Readonly<Record<CommentHost, (env: Environment) => CommentThread>> = {
  github: githubThread,
  gitlab: gitlabThread,
  azure: azureThread,
};

/** `modelyard ci comment`: a file as the one comment of the pull request that the job is for. */
export async function ciCommentCommand(invocation: Invocation, options: CiCommentOptions): Promise<number> {
  const { io } = invocation;
  if (!/^[\w.-]{1,100}$/.test(options.marker))
    throw new ModelyardError('params.invalid', 'A marker has letters, digits, `.`, `_` and `-` only.');
  const host = options.host ?? hostOf(process.env);
  const text = await readFile(path.resolve(io.cwd, options.file), 'utf8').catch((cause: unknown) => {
    throw new ModelyardError('not-found', `${options.file} cannot be read.`, { cause });
  });
  const done = await keepComment(threads[host](process.env), { marker: options.marker, text });
  answer(invocation, { json: { host, done }, text: () => `The comment was ${done}.\n` });
  return exitCodes.ok;
}

function hostOf(env: Environment): CommentHost {
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  if (env['GITLAB_CI'] === 'true') return 'gitlab';
  if ((env['TF_BUILD'] ?? '').toLowerCase() === 'true') return 'azure';
  throw new ModelyardError('params.invalid', 'This is no job of GitHub, GitLab or Azure: whose comment it shall be is not known.', { fix: 'Name it with --host.' }); // prettier-ignore
}
