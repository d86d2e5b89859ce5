import { throwIfAborted } from '../../errors';
import type { TransferProblem } from '../../protocol/transfer';
import { errnoOf } from '../../store/hostFiles';
import type { ArtifactFacts } from '../content/run';
import { problemOf, unreadable } from '../read/failures';
import type { SourceArtifact, StagingStore } from '../read/source';

/** Files under way at a time: the disk gathers what is to be made to last. */
const AT_ONCE = 8;

/** Brings the artifacts of a run into the staging store. A file that cannot be read is left out and said. */
export async function stageArtifacts(
  artifacts: readonly SourceArtifact[],
  staging: StagingStore,
  signal: AbortSignal,
): Promise<{ readonly artifacts: readonly ArtifactFacts[]; readonly problems: readonly TransferProblem[] }> {
  const staged: (ArtifactFacts | undefined)[] = [];
  const problems: TransferProblem[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < artifacts.length; at = next++) {
      throwIfAborted(signal);
      const artifact = artifacts[at]!;
      try {
        staged[at] = await stage(artifact, staging, signal);
      } catch (error) {
        problems.push(problemOf(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, artifacts.length) }, worker));
  return { artifacts: staged.filter(artifact => artifact !== undefined), problems };
}

async function stage(artifact: SourceArtifact, staging: StagingStore, signal: AbortSignal): Promise<ArtifactFacts> {
  if (!('file' in artifact)) return artifact;
  const { path, file } = artifact;
  try {
    return { path, ...(await staging.putFile(file, signal)) };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM' || code === 'EISDIR')
      throw unreadable(file, code === 'ENOENT' ? 'it is not there any more' : 'it may not be read');
    throw error;
  }
}
