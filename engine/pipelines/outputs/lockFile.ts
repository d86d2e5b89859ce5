import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import * as v from 'valibot';
import type { Digest } from '../../protocol/ids';
import type { StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { StoredOutput } from './outputs';
import { outputDigest } from './outputs';

export const lockName = 'modelyard.lock';
const schema = v.object({
  datasets: v.optional(v.record(v.string(), v.string()), {}),
  pipelines: v.optional(v.record(v.string(), v.record(v.string(), v.record(v.string(), v.string()))), {}),
});

type Steps = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What modelyard.lock says. */
export interface Lock {
  readonly datasets: Readonly<Record<string, string>>;
  readonly pipelines: Readonly<Record<string, Steps>>;
}

export interface LockEntry {
  readonly datasets: Readonly<Record<string, Digest>>;
  readonly pipeline: string;
  /** Digest of each output, by step and its place among the artifacts. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, Digest>>>>;
  /** Whether the run was of some steps alone: what the lock says of the others stays. */
  readonly isPart?: boolean;
  /** What modelyard.yaml has: what it no longer names leaves the lock. */
  readonly config: Pick<WorkspaceConfig, 'datasets' | 'pipelines'>;
}

/**
 * modelyard.lock, a small text for git that says what successful runs have read and made: a change of data or result
 * shows as a changed line. Written by one run after the other, each time whole or not at all.
 */
export class LockFile {
  readonly #file: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(workspace: string) {
    this.#file = path.join(workspace, lockName);
  }

  /** Undefined when there is none, or none that can be read (a merge that was not resolved). */
  async read(): Promise<Lock | undefined> {
    try {
      const parsed = v.safeParse(schema, parse(await readFile(this.#file, 'utf8')));
      return parsed.success ? parsed.output : undefined;
    } catch {
      return undefined;
    }
  }

  /** Puts in what a run has read and made. What other pipelines wrote stays; an unreadable file is made anew. */
  write(entry: LockEntry): Promise<void> {
    const written = this.#last.then(() => this.#write(entry));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #write(entry: LockEntry): Promise<void> {
    const text = head + stringify(merged((await this.read()) ?? { datasets: {}, pipelines: {} }, entry));
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, text, { flush: true });
      await rename(temporary, this.#file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

const head = '# Written by Modelyard: digests of the data read and the results made. Commit it, do not edit it.\n';

function merged(old: Lock, { datasets, pipeline, steps, isPart = false, config }: LockEntry): Lock {
  const known = Object.keys(config.pipelines[pipeline]?.steps ?? {});
  const others = isPart ? among(old.pipelines[pipeline] ?? {}, known) : {};
  return {
    datasets: sorted({ ...among(old.datasets, Object.keys(config.datasets)), ...datasets }),
    pipelines: sorted({
      ...among(old.pipelines, Object.keys(config.pipelines)),
      [pipeline]: inOrder({ ...others, ...steps }, known),
    }),
  };
}

const among = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

/** As modelyard.yaml has them: two runs of the same steps give the same text, whichever step ended first. */
const inOrder = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => names.indexOf(a) - names.indexOf(b)));

/** What they make tells of one run (version numbers, times, places on this disk): it differs though the result is the same. */
const unlocked: ReadonlySet<StepConfig['uses']> = new Set(['validate', 'check-features', 'test', 'gate', 'register']);

/** One digest an output of a step: of the file, or of the list of the folder's files as `sha256sum` writes it. */
export function lockedDigests(
  uses: StepConfig['uses'],
  outputs: readonly StoredOutput[],
): Readonly<Record<string, Digest>> {
  if (unlocked.has(uses)) return {};
  return Object.fromEntries(outputs.map(output => [output.artifactPath ?? output.kind, outputDigest(output)]));
}

const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
