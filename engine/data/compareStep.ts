import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ComparedSide, JobRunner } from '../protocol/jobs';
import type { ComparableVersion } from './compare/compareVersions';
import { compareVersions } from './compare/compareVersions';
import { readDistributions } from './distributionFile';
import { counted } from '../plural';

export const comparisonFile = 'comparison.json';

/** Compares two versions of a dataset by what was kept of them; the files themselves are not read. */
export const runCompare: JobRunner<'compare'> = async (job, context) => {
  const [before, after] = await Promise.all([versionOf(job.with.before), versionOf(job.with.after)]);
  context.signal.throwIfAborted();
  const columns = compareVersions(before, after, fraction => context.progress('Comparing columns', fraction));
  await writeFile(path.join(job.workDir, comparisonFile), JSON.stringify(columns));
  const outputs = [{ kind: 'file', path: comparisonFile }] as const;
  return { outputs, params: {}, metrics: {}, tags: {}, inputs: [], summary: counted(columns.length, 'column') };
};

const versionOf = async ({ profile, distributions }: ComparedSide): Promise<ComparableVersion> => ({
  profile,
  distributions: distributions === undefined ? new Map() : await readDistributions(distributions),
});
