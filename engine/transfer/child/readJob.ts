import fs from 'node:fs';
import path from 'node:path';
import type { SourceKind } from '../../protocol/transfer';
import { openBundle } from '../bundle/bundleReader';
import { detectKind } from '../read/detect';
import type { DvcOptions } from '../read/dvc/reader';
import { openDvc } from '../read/dvc/reader';
import type { Git } from '../read/dvc/tree';
import { openCsv } from '../read/csv/reader';
import { openWandb } from '../read/wandb/reader';
import { openMlflowDb } from '../read/mlflowDb/reader';
import { openMlruns } from '../read/mlruns/reader';
import type { ReadOptions, SourceReader } from '../read/source';
import type { ChildEnd } from './childEnd';
import type { ReadJob } from './messages';
import { STAGED } from './messages';
import { sendSource } from './sendSource';
import { Staging } from './staging';

export interface ReadJobOptions {
  readonly end: ChildEnd;
  /** Where the WASM files are. */
  readonly assetsDir: string;
  /** Git in a folder, to read with. */
  readonly git: (folder: string) => Git;
}

/**
 * Reads a source to its end and sends what it has.
 * @throws ModelyardError `not-found`, `data.unreadable`, `store.full`, `cancelled`
 */
export async function runReadJob(
  job: ReadJob,
  { end, assetsDir, git }: ReadJobOptions,
  signal: AbortSignal,
): Promise<void> {
  const kind = job.kind ?? detectKind(job.source);
  const staging = new Staging(job.objects, path.join(job.workDir, STAGED));
  const options: ReadOptions = {
    source: fs.realpathSync(job.source),
    artifacts: job.artifacts.map(folder => fs.realpathSync(folder)),
    workDir: job.workDir,
    assetsDir,
    staging,
    progress: text => void end.say({ type: 'progress', text }),
  };
  const reader = await openReader(kind, { ...options, git }, signal);
  const { total } = reader;
  await end.say({ type: 'plan', kind, ...(total !== undefined && { total }) });
  await sendSource(reader, { end, staging }, signal);
}

async function openReader(kind: SourceKind, options: DvcOptions, signal: AbortSignal): Promise<SourceReader> {
  switch (kind) {
    case 'mlruns':
      return openMlruns(options);
    case 'mlflow-db':
      return openMlflowDb(options, signal);
    case 'bundle':
      return openBundle(options, signal);
    case 'csv':
      return openCsv(options);
    case 'wandb':
      return openWandb(options);
    case 'dvc':
      return openDvc(options, signal);
  }
}
