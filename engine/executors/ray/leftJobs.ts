import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { RayConfig } from '../../protocol/executors';
import { jobNote, stopLeft } from './runOnRay';

const reference = v.object({ env: v.string() });
const noteSchema = v.object({
  id: v.string(),
  ray: v.object({ address: v.string(), token: v.exactOptional(reference) }),
});

export interface LeftJob {
  readonly id: string;
  readonly ray: RayConfig;
}

/** The jobs that steps below this folder have submitted, and whose end no engine has seen. */
export async function leftJobs(folder: string): Promise<readonly LeftJob[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const notes = entries.filter(entry => entry.isFile() && entry.name === jobNote);
  const found: LeftJob[] = [];
  for (const { parentPath, name } of notes) {
    const text = await readFile(path.join(parentPath, name), 'utf8').catch(() => '');
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), noteSchema), text);
    if (parsed.success) found.push(parsed.output);
  }
  return found;
}

/** Asks their clusters to stop them; one that is not there is not waited for long. */
export async function stopJobs(jobs: readonly LeftJob[]): Promise<void> {
  await Promise.allSettled(jobs.map(async ({ ray, id }) => stopLeft(ray, id)));
}
