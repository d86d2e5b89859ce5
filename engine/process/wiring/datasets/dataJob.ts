import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { runChildJob } from '../../../pipelines/step/childProcess';
import { StepLog } from '../../../pipelines/step/stepLog';
import type { DatasetSource, DataUse, JobResult } from '../../../protocol/jobs';
import type { ChildUse } from '../../../protocol/steps';

export interface DataJobOptions {
  readonly workspace: string;
  readonly jobFile: string;
}

export interface DataJob<T> {
  readonly use: DataUse | Extract<ChildUse, { readonly uses: 'validate' }>;
  readonly datasets: readonly DatasetSource[];
  readonly report: (message: string, fraction?: number) => void;
  /** Takes over what the job has made; its folder is removed afterwards. */
  readonly take: (workDir: string, result: JobResult) => Promise<T>;
}

/** Runs one job on data in a child process, with a folder of its own that is removed in the end. */
export async function runDataJob<T>(
  { workspace, jobFile }: DataJobOptions,
  { use, datasets, report, take }: DataJob<T>,
  signal: AbortSignal,
): Promise<T> {
  const parent = path.join(workspace, '.modelyard', 'work');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, `${use.uses}-`));
  try {
    const workDir = path.join(folder, 'made');
    await mkdir(workDir);
    const log = new StepLog(path.join(folder, 'job.log'));
    const result = await runChildJob(
      {
        jobFile,
        log,
        job: { ...use, step: use.uses, workspace, workDir, datasets, inputs: [] },
        onMessage: message => message.type === 'progress' && report(message.message, message.fraction),
      },
      signal,
    ).finally(() => log.close());
    return await take(workDir, result);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
