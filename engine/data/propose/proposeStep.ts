import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Proposal } from '../../protocol/expectations';
import type { DatasetSource, JobContext, JobRunner } from '../../protocol/jobs';
import { fileName } from '../read/dataFile';
import { scanDataset } from '../scan';
import { datasetOf } from '../validateStep';
import { candidatesOf } from './candidates';
import { merged, newOnes } from './merge';

export const proposalsFile = 'proposals.json';

/** Reads a dataset for what could be expected of it; nothing is recorded. */
export const runPropose: JobRunner<'propose'> = async (job, context) => {
  const proposals = await proposeExpectations(datasetOf(job), context);
  await writeFile(path.join(job.workDir, proposalsFile), JSON.stringify(proposals));
  const outputs = [{ kind: 'file', path: proposalsFile }] as const;
  return { outputs, params: {}, metrics: {}, tags: {}, inputs: [], summary: `${proposals.length} proposals` };
};

/**
 * What the data suggests to expect of it that `expect:` does not say yet. It is read twice: for its profile, and to try
 * the rules; one that does not hold on this very data is left out.
 * @throws ModelyardError `data.*`, `cancelled`
 */
export async function proposeExpectations(
  source: DatasetSource,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<readonly Proposal[]> {
  const read = (half: number) => (fraction: number) => progress(`Reading ${fileName(source)}`, half / 2 + fraction / 2);
  const options = { signal, now: Date.now() };
  const { rows, columns, distributions } = await scanDataset(source, { ...options, judge: false, progress: read(0) });
  const byName = new Map(distributions.map(one => [one.name, one]));
  const candidates = newOnes(candidatesOf({ rows, columns, distributions: byName }), source.expect);
  if (candidates.length === 0) return [];
  const declared = source.expect.flatMap(({ column, type }) =>
    column !== undefined && type === 'string' ? [{ column, type, severity: 'error' as const }] : [],
  );
  const expect = [...candidates.map(({ rule }) => ({ ...rule, severity: 'error' as const })), ...declared];
  const { checks } = await scanDataset({ ...source, expect }, { ...options, progress: read(1) });
  const failed = new Set(checks.filter(({ passed }) => !passed).map(({ index }) => index));
  return merged(candidates.filter((_, index) => !failed.has(index)));
}
