import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readRepository } from './repository';
import type { RepositoryState } from './repository';
import { redact } from './secrets';

/** What a run was made in: tags of the run, and files among its artifacts. */
export interface Environment {
  readonly tags: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface EnvironmentOptions {
  /** The workspace. */
  readonly folder: string;
  /** Of Modelyard. */
  readonly version: string;
  /** What was called, such as ['modelyard', 'run', 'train']. */
  readonly command: readonly string[];
  /** Libraries with their versions. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Bound of the diff. Default 1 MB. */
  readonly diffBytes?: number;
  /** For each call of git. Default 5 s. */
  readonly gitTimeoutMs?: number;
  /** Files and folders that are no code, relative to the folder: data, what steps make. */
  readonly leaveOut?: readonly string[];
}

/** Files that say which packages a project uses; their hashes tell whether two runs used the same. */
const DEPENDENCY_FILES = [
  'requirements.txt',
  'pyproject.toml',
  'environment.yml',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'package.json',
  'package-lock.json',
];

/**
 * Collects git state, packages and host. Files: `environment/host.json`, `environment/git.json` and, when tracked files
 * have changed, `environment/diff.patch`. Secrets are left out (`secrets.ts`). Works without git.
 * @throws ModelyardError `cancelled`
 */
export async function collectEnvironment(options: EnvironmentOptions, signal: AbortSignal): Promise<Environment> {
  const repository = await readRepository(
    {
      folder: options.folder,
      diffBytes: options.diffBytes ?? 1_000_000,
      timeoutMs: options.gitTimeoutMs ?? 5_000,
      ...(options.leaveOut && { leaveOut: options.leaveOut }),
    },
    signal,
  );
  const { diff, ...state } = repository;
  const host = await collectHost(options);
  const files = [jsonFile('environment/host.json', host), jsonFile('environment/git.json', state)];
  if (diff !== undefined) files.push({ path: 'environment/diff.patch', bytes: Buffer.from(diff) });
  return { tags: tagsOf(options, repository), files };
}

/** What `environment/host.json` says: the machine, the packages, the files that name dependencies. */
export const collectHost = async (options: EnvironmentOptions): Promise<Readonly<Record<string, unknown>>> => ({
  ...hostFacts(),
  ...packageFacts(options),
  dependencies: await dependencies(options.folder),
});

function tagsOf(options: EnvironmentOptions, repository: RepositoryState): Readonly<Record<string, string>> {
  const tags: readonly (readonly [string, string | undefined])[] = [
    ['mlflow.source.type', 'LOCAL'],
    ['mlflow.source.name', redact(options.command.join(' '))],
    ['mlflow.source.git.commit', repository.commit],
    ['mlflow.source.git.branch', repository.branch],
    ['mlflow.source.git.repoURL', repository.remote],
    ['modelyard.git.dirty', repository.dirty === undefined ? undefined : String(repository.dirty)],
    ['modelyard.host', os.hostname()],
    ['modelyard.version', options.version],
  ];
  return Object.fromEntries(
    tags.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]])),
  );
}

function hostFacts(): Readonly<Record<string, string | number>> {
  const cpus = os.cpus();
  return {
    host: os.hostname(),
    platform: process.platform,
    release: os.release(),
    arch: process.arch,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cpus: cpus.length,
    memoryBytes: os.totalmem(),
    node: process.version,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

const packageFacts = (options: EnvironmentOptions): object => ({
  modelyard: options.version,
  command: redact(options.command.join(' ')),
  packages: options.packages ?? {},
});

async function dependencies(folder: string): Promise<readonly { readonly file: string; readonly sha256: string }[]> {
  const found = await Promise.all(
    DEPENDENCY_FILES.map(async file => {
      const bytes = await readFile(path.join(folder, file)).catch(() => undefined);
      return bytes && { file, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
  return found.filter(one => one !== undefined);
}

const jsonFile = (name: string, value: unknown): { path: string; bytes: Uint8Array } => ({
  path: name,
  bytes: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`),
});
