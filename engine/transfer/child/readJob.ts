import fs from 'node:fs';
import path from 'node:path';
import type { SourceKind } from '../../protocol/transfer';
import { detectKind } from '../read/detect';
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
}

/**
 * Reads a source to its end and sends what it has.
 * @throws ModelyardError `not-found`, `data.unreadable`, `store.full`, `cancelled`
 */
export async function runReadJob(job: ReadJob, { end, assetsDir }: ReadJobOptions, signal: AbortSignal): Promise<void> {
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
  const reader = await openReader(kind, options, signal);
  const { total } = reader;
  await end.say({ type: 'plan', kind, ...(total !== undefined && { total }) });
  await sendSource(reader, { end, staging }, signal);
}

async function openReader(kind: SourceKind, options: ReadOptions, signal: AbortSignal): Promise<SourceReader> {
  switch (kind) {
    case 'mlruns':
      return openMlruns(options);
    case 'mlflow-db':
      return openMlflowDb(options, signal);
    default:
      throw new Error(kind);
  }
}
