import type { ReadingGit } from '../../tracking/code/codeSide';
import { git } from '../../tracking/git';

/** ms */
const gitPatience = 20_000;

/** Names are no patterns, and nothing is fetched from anywhere. */
export const readingGit =
  (folder: string): ReadingGit =>
  (args, maxBytes, signal) =>
    git(
      {
        folder,
        args: ['--literal-pathspecs', '-c', 'protocol.allow=never', ...args],
        maxBytes,
        timeoutMs: gitPatience,
      },
      signal,
    );
