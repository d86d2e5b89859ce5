import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobRunner } from '../protocol/jobs';
import { firstColumns } from './firstColumns';
import { datasetOf } from './validateStep';

export const columnsFile = 'columns.json';

/** Names and types of a dataset's columns as its first rows have them. */
export const runColumns: JobRunner<'columns'> = async (job, context) => {
  const columns = await firstColumns(datasetOf(job), context.signal);
  await writeFile(path.join(job.workDir, columnsFile), JSON.stringify(columns));
  const outputs = [{ kind: 'file', path: columnsFile }] as const;
  return { outputs, params: {}, metrics: {}, tags: {}, inputs: [], summary: `${columns.length} columns` };
};
