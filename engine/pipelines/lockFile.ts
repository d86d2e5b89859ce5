import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import * as v from 'valibot';
import { digest } from '../ids';
import type { Digest } from '../protocol/ids';
import type { StepConfig } from '../protocol/workspaceConfig';
import type { StoredOutput } from './outputs';

const name = 'modelyard.lock';
const schema = v.object({
  datasets: v.optional(v.record(v.string(), v.string()), {}),
  pipelines: v.optional(v.record(v.string(), v.record(v.string(), v.record(v.string(), v.string()))), {}),
});

export interface LockEntry {
  readonly datasets: Readonly<Record<string, Digest>>;
  readonly pipeline: string;
  /** Digest of each output, by step and its place among the artifacts. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, Digest>>>>;
}

/**
 * Writes what a successful run has read and made into modelyard.lock, a small text for git: a change of data or
 * result shows as a changed line. What other pipelines wrote stays; an unreadable file is made anew.
 */
export async function writeLock(workspace: string, entry: LockEntry): Promise<void> {
  const file = path.join(workspace, name);
  const before = v.safeParse(schema, await readYaml(file));
  const old = before.success ? before.output : { datasets: {}, pipelines: {} };
  const next = {
    datasets: sorted({ ...old.datasets, ...entry.datasets }),
    pipelines: sorted({ ...old.pipelines, [entry.pipeline]: entry.steps }),
  };
  const temporary = `${file}.${process.pid}.tmp`;
  const head = '# Written by Modelyard: digests of the data read and the results made. Commit it, do not edit it.\n';
  await writeFile(temporary, head + stringify(next));
  await rename(temporary, file);
}

/** What they make tells of one run (version numbers, times, places on this disk): it differs though the result is the same. */
const unlocked: ReadonlySet<StepConfig['uses']> = new Set(['validate', 'gate', 'register']);

/** One digest an output of a step: of the file, or of the list of the folder's files as `sha256sum` writes it. */
export function lockedDigests(
  uses: StepConfig['uses'],
  outputs: readonly StoredOutput[],
): Readonly<Record<string, Digest>> {
  if (unlocked.has(uses)) return {};
  return Object.fromEntries(outputs.map(output => [output.artifactPath ?? output.kind, digestOf(output)]));
}

function digestOf({ kind, files }: StoredOutput): Digest {
  const [only] = files;
  if (only?.path === '') return only.digest;
  // A model's MLmodel names its run and time.
  const same = files.filter(file => kind !== 'model' || file.path !== 'MLmodel');
  const list = same.map(file => `${file.digest}  ${file.path}\n`).join('');
  return digest(createHash('sha256').update(list).digest('hex'));
}

async function readYaml(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch {
    return {};
  }
}

const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
