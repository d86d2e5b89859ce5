import path from 'node:path';
import type { DataAccess } from '../protocol/frame';
import type { JobRunner } from '../protocol/jobs';
import { count } from './columns';
import { plural } from '../plural';
import { placedInData } from './dataPlace';
import { writeJson, type SplitFile } from './files';
import { splitRows, type Split } from './split';
import { chooseDataset, fileDigest } from './stepData';

/** The step `uses: split`. Makes the output `split` (artifact `split.json`). */
export function createSplitRunner(data: DataAccess): JobRunner<'split'> {
  return async (job, context) => {
    const { signal } = context;
    const source = await chooseDataset(job, job.with.dataset);
    context.progress(`Reading ${source.name}`, 0);
    const digest = await fileDigest(source, signal);
    const frame = await data.readFrame(source, signal);
    context.progress(`Splitting ${plural(frame.rows, 'row')}`, 0.8);
    const split = await placedInData({ data, source, signal }, () => splitRows(frame, job.with));
    const { seed } = job.with;
    const file: SplitFile = {
      version: 1,
      dataset: source.name,
      digest,
      rows: frame.rows,
      seed,
      share: job.with.test,
      ...split,
    };
    await writeJson(path.join(job.workDir, 'split.json'), file);
    return {
      outputs: [{ kind: 'split', path: 'split.json', artifactPath: 'split.json' }],
      params: {
        split_method: split.method,
        split_test: job.with.test,
        split_seed: seed,
        ...(split.by !== undefined && { split_by: split.by }),
      },
      metrics: { train_rows: split.train.length, test_rows: split.test.length },
      tags: {},
      inputs: [{ dataset: source.name, digest, context: 'split' }],
      summary: summary(split),
    };
  };
}

const how = {
  random: () => 'at random',
  stratified: (by: string) => `stratified by ${by}`,
  group: (by: string) => `whole groups of ${by}`,
  time: (by: string) => `newest by ${by}`,
};

const summary = ({ train, test, method, by }: Split): string =>
  `${count(train.length)} train · ${count(test.length)} test rows, ${how[method](by ?? '')}`;
