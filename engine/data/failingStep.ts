import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { JobRunner } from '../protocol/jobs';
import { fileName } from './read/dataFile';
import { scanDataset } from './scan';
import { datasetOf } from './validateStep';
import { counted } from '../plural';

export const failingFile = 'failing.json';

/** Judges rules of `expect:` again for their failing rows, as many as are wanted; nothing is recorded. */
export const runFailing: JobRunner<'failing'> = async (job, context) => {
  const source = datasetOf(job);
  const { rule, limit } = job.with;
  if (rule !== undefined && rule >= source.expect.length)
    throw new ModelyardError('not-found', `Dataset ${source.name} has no rule ${rule + 1}.`, {
      fix: source.expect.length === 0 ? 'It expects nothing yet.' : `It has ${source.expect.length}.`,
    });
  const { checks } = await scanDataset(source, {
    signal: context.signal,
    now: Date.now(),
    keep: limit,
    scratch: job.workDir,
    ...(rule !== undefined && { only: rule }),
    progress: fraction => context.progress(`Reading ${fileName(source)}`, fraction),
  });
  await writeFile(
    path.join(job.workDir, failingFile),
    JSON.stringify(checks.filter(({ passed, failing }) => !passed || failing > 0)),
  );
  const outputs = [{ kind: 'file', path: failingFile }] as const;
  return { outputs, params: {}, metrics: {}, tags: {}, inputs: [], summary: counted(checks.length, 'check') };
};
