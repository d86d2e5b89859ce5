import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Logins } from './kubernetes/logins';
import { kubernetesNote, removeLeft } from './kubernetes/runOnKubernetes';
import { jobNote, stopLeft } from './ray/runOnRay';

const reference = v.object({ env: v.pipe(v.string(), v.regex(/^\w+$/)) });
const rayAddress = v.pipe(v.string(), v.regex(/^https?:\/\/[^\s/@?#]+(\/[^\s@?#]*)?$/));
const noteSchema = v.union([
  v.object({
    id: v.pipe(v.string(), v.regex(/^modelyard_[\w-]+$/)),
    ray: v.object({ address: rayAddress, token: v.exactOptional(reference) }),
  }),
  v.object({
    id: v.pipe(v.string(), v.regex(/^modelyard-[a-z0-9-]+$/)),
    kubernetes: v.object({
      namespace: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
      context: v.exactOptional(v.string()),
    }),
  }),
]);
export type LeftJob = v.InferOutput<typeof noteSchema>;
const notes: ReadonlySet<string> = new Set([jobNote, kubernetesNote]);

/** The jobs that steps below this folder have submitted, and whose end no engine has seen. */
export async function leftJobs(folder: string): Promise<readonly LeftJob[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const found: LeftJob[] = [];
  for (const { parentPath, name } of entries.filter(entry => entry.isFile() && notes.has(entry.name))) {
    const text = await readFile(path.join(parentPath, name), 'utf8').catch(() => '');
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), noteSchema), text);
    if (parsed.success) found.push(parsed.output);
  }
  return found;
}

/** Asks their clusters to stop them; one that is not there is not waited for long. */
export async function stopJobs(jobs: readonly LeftJob[], logins: Logins): Promise<void> {
  await Promise.allSettled(
    jobs.map(async job =>
      'ray' in job ? stopLeft(job.ray, job.id) : removeLeft({ ...job.kubernetes, id: job.id }, logins),
    ),
  );
}
