import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { runChildJob } from '../../../../engine/pipelines/step/childProcess';
import { temporaryFolder } from '../../../support/store';

afterEach(() => vi.unstubAllEnvs());

/** A job that answers with the threads it may use. */
async function told(threads?: number): Promise<string> {
  const folder = temporaryFolder();
  const jobFile = path.join(folder, 'job.js');
  writeFileSync(
    jobFile,
    `process.once('message', () => process.send({ type: 'done', result: {
       outputs: [], params: {}, metrics: {}, tags: {}, inputs: [], summary: process.env.MODELYARD_THREADS ?? 'all' } }));`,
  );
  const log = { write: () => undefined };
  const job = {
    ...({ uses: 'profile', with: { dataset: 'd' }, step: 'profile' } as const),
    ...{ workspace: folder, workDir: folder, datasets: [], inputs: [] },
  };
  const options = { jobFile, job, log, onMessage: () => undefined, ...(threads !== undefined && { threads }) };
  return (await runChildJob(options, new AbortController().signal)).summary;
}

test('a job knows how many threads it may use; who set a number keeps it', async () => {
  vi.stubEnv('MODELYARD_THREADS', undefined);
  expect(await told()).toBe('all');
  expect(await told(1)).toBe('1');
  vi.stubEnv('MODELYARD_THREADS', '3');
  expect(await told(1)).toBe('3');
});
