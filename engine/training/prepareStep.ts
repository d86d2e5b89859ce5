import path from 'node:path';
import type { DataAccess } from '../protocol/frame';
import type { JobOutput, JobRunner } from '../protocol/jobs';
import { plural } from '../plural';
import { placedInData } from './dataPlace';
import { writeJson } from './files';
import { learnPreparation } from './learnPreparation';
import { readSplitData } from './stepData';

/** The step `uses: prepare`: learns on the training part only. Makes the output `preparation` (artifact `preparation.json`). */
export function createPrepareRunner(data: DataAccess): JobRunner<'prepare'> {
  return async (job, context) => {
    context.progress('Reading the training part', 0);
    const { split, source, digest, frame } = await readSplitData(job, data, context.signal);
    context.progress(`Learning the preparation of ${plural(frame.columns.length, 'column')}`, 0.5);
    const { preparation, woe } = await placedInData({ data, source, signal: context.signal }, () =>
      learnPreparation({ frame, rows: split.train, options: job.with }, context.signal),
    );
    for (const note of preparation.notes) context.log(note);
    await writeJson(path.join(job.workDir, 'preparation.json'), preparation);
    const outputs: JobOutput[] = [{ kind: 'preparation', path: 'preparation.json', artifactPath: 'preparation.json' }];
    if (Object.keys(woe).length > 0) {
      await writeJson(path.join(job.workDir, 'woe.json'), woe);
      outputs.push({ kind: 'file', path: 'woe.json', artifactPath: 'woe.json' });
    }
    const { label, task, positive, columns, features } = preparation;
    return {
      outputs,
      params: {
        label: label.name,
        task,
        ...(positive !== undefined && { positive }),
        numeric: Object.values(job.with.numeric).join(', '),
        categorical: job.with.categorical.encode,
        ...(job.with.drop.length > 0 && { drop: job.with.drop.join(', ') }),
      },
      metrics: { columns: columns.length, features: features.length },
      tags: {},
      inputs: [{ dataset: source.name, digest, context: 'training' }],
      summary: `${plural(columns.length, 'column')} → ${plural(features.length, 'feature')}`,
    };
  };
}
