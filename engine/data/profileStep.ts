import type { JobRunner } from '../protocol/jobs';
import { datasetOf, writeValidated } from './validateStep';
import { validateDataset } from './validateDataset';
import { counted } from '../plural';

/** Reads a dataset for its version alone: what `expect:` says of it is not judged. */
export const runProfile: JobRunner<'profile'> = async (job, context) => {
  const source = datasetOf(job);
  const found = await validateDataset(source, context, { judge: false });
  await writeValidated(job.workDir, { source, found });
  return {
    outputs: [{ kind: 'dataset', path: 'dataset.json' }],
    params: {},
    metrics: {},
    tags: {},
    inputs: [],
    summary: counted(found.version.rows, 'row'),
  };
};
