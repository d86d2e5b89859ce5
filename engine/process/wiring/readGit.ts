import { git } from '../../tracking/git';
import type { Git } from '../../transfer/read/dvc/tree';

const MOST = 64 << 20;
const PATIENCE = 60_000;

/** Git for reading what a foreign repository keeps: names are no patterns, and nothing is fetched from anywhere. */
export const readGit =
  (folder: string): Git =>
  async (args, signal) => {
    const guarded = ['--literal-pathspecs', '-c', 'protocol.allow=never', ...args];
    const { text, cut } = await git({ folder, args: guarded, maxBytes: MOST, timeoutMs: PATIENCE }, signal);
    return cut ? undefined : text;
  };
