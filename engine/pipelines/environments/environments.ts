import path from 'node:path';
import { ModelyardError } from '../../errors';
import { exists, refuseOutside } from '../../paths';
import type { EnvironmentConfig } from '../../protocol/workspaceConfig';
import type { WorkspaceFiles } from '../cache/workspaceFiles';
import { condaPackages, condaPaths, isCondaFile, namedPrefix, prepareConda } from './conda';
import { readRequirements } from './requirements';
import type { ToolLog } from './tool';
import { runTool } from './tool';
import { withoutPasswords } from './withoutPasswords';
import { installedPackages, prepareVenv, venvBin, venvPython, writtenPython } from './venv';

/** Variables of a command; undefined: taken out of what is inherited. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What belongs to an environment by name, as a step is made of it: `python` → `3.11.7`, `numpy` → `2.1`. */
export type EnvironmentParts = Readonly<Record<string, string>>;

/** The environments that commands run in: made when they are missing, one after the other. */
export class Environments {
  private readonly making = new Map<string, Promise<unknown>>();

  constructor(
    private readonly workspace: string,
    private readonly files: WorkspaceFiles,
  ) {}

  /**
   * Makes sure that the environment is there, and returns what its activation would set.
   * @throws ModelyardError `step.failed`, `config.invalid`, `cancelled`
   */
  async prepare(config: EnvironmentConfig, log: ToolLog, signal: AbortSignal): Promise<Variables> {
    const { workspace } = this;
    const paths: string[] = [];
    const variables: Record<string, string | undefined> = {};
    if (config.node !== undefined) paths.push(await nodeBin(workspace, config.node));
    if (config.venv !== undefined) {
      const { venv } = config;
      await refuseOutside(workspace, { file: venv, shown: venv, key: 'environment.venv' });
      await this.alone(venv, () => prepareVenv({ workspace, config: { ...config, venv } }, log, signal));
      const folder = path.resolve(workspace, venv);
      paths.push(venvBin(folder));
      Object.assign(variables, { VIRTUAL_ENV: folder, PYTHONHOME: undefined });
    }
    if (config.conda !== undefined) {
      const { conda } = config;
      const prefix = await this.alone(conda, () => prepareConda({ workspace, conda }, log, signal));
      paths.push(...condaPaths(prefix));
      Object.assign(variables, {
        CONDA_PREFIX: prefix,
        CONDA_DEFAULT_ENV: isCondaFile(conda) ? prefix : conda,
        PYTHONHOME: undefined,
      });
    }
    return { ...variables, [pathName()]: [...paths, process.env[pathName()] ?? ''].join(path.delimiter) };
  }

  /** Two commands that need the same environment do not make it at once. */
  private async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.making.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    const done = mine.catch(() => undefined);
    this.making.set(name, done);
    try {
      return await mine;
    } finally {
      if (this.making.get(name) === done) this.making.delete(name);
    }
  }

  /**
   * What the environment is, without making it: so that a step is not taken from a run in another one. What cannot be
   * found out is told by the step itself when it runs.
   */
  parts(config: EnvironmentConfig, signal: AbortSignal): Promise<EnvironmentParts> {
    return this.partsBy({ config, starts: true }, signal);
  }

  /** The same by what lies on the disk alone, where nothing may be started: the workspace may name any program. */
  asSeen(): Pick<Environments, 'parts'> {
    return { parts: (config, signal) => this.partsBy({ config, starts: false }, signal) };
  }

  private async partsBy(
    { config, starts }: { readonly config: EnvironmentConfig; readonly starts: boolean },
    signal: AbortSignal,
  ): Promise<EnvironmentParts> {
    const { workspace, files } = this;
    const found: Record<string, string> = {};
    if (config.venv !== undefined) {
      const { venv, requirements } = config;
      found['python'] =
        (await writtenPython(path.resolve(workspace, venv))) ??
        (starts ? ((await venvPython({ workspace, config: { ...config, venv } }, signal)) ?? 'missing') : notAsked);
      if (requirements === undefined)
        for (const [name, version] of await installedPackages(path.resolve(workspace, venv))) found[name] = version;
      else Object.assign(found, await requiredParts({ workspace, files, requirements }, signal));
    }
    if (config.conda !== undefined && isCondaFile(config.conda))
      Object.assign(found, await files.digests([config.conda], signal));
    else if (config.conda !== undefined && !starts) found['conda'] = notAsked;
    else if (config.conda !== undefined) {
      const named = await namedPrefix({ workspace, conda: config.conda }, signal).catch(() => undefined);
      found['conda'] = named ? config.conda : 'missing';
      if (named) for (const [name, version] of await condaPackages(named.prefix)) found[name] = version;
    }
    if (config.node !== undefined) {
      found['node'] = starts ? await nodeVersion(workspace, signal) : notAsked;
      const folder = config.node;
      const locks = await files.digests(
        lockNames.map(name => path.posix.join(folder, name)),
        signal,
      );
      for (const [file, digest] of Object.entries(locks)) if (digest !== 'missing') found[file] = digest;
    }
    return found;
  }
}

/** In the place of a version. */
const notAsked = 'not asked for in restricted mode';

async function nodeVersion(workspace: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await runTool({ file: 'node', args: ['--version'], cwd: workspace }, signal);
  return stdout.trim() || 'missing';
}

interface Required {
  readonly workspace: string;
  readonly files: WorkspaceFiles;
  readonly requirements: string;
}

async function requiredParts(
  { workspace, files, requirements }: Required,
  signal: AbortSignal,
): Promise<EnvironmentParts> {
  const { packages, others, files: installed } = await readRequirements(workspace, requirements);
  return {
    // another password makes no other environment
    ...Object.fromEntries([...packages].map(([name, version]) => [name, withoutPasswords(version)])),
    ...(others.length > 0 && { [requirements]: withoutPasswords(others.join('; ')) }),
    ...(await files.digests(installed, signal)),
  };
}

const lockNames = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'package.json'];

/** The name as it is written on this system. */
const pathName = (): string => Object.keys(process.env).find(name => name.toUpperCase() === 'PATH') ?? 'PATH';

async function nodeBin(workspace: string, folder: string): Promise<string> {
  const key = 'environment.node';
  await refuseOutside(workspace, { file: folder, shown: folder, key });
  const place = { file: 'modelyard.yaml', key };
  const isThere = (name: string): Promise<boolean> => exists(path.resolve(workspace, folder, name));
  if (!(await isThere('package.json')))
    throw new ModelyardError('config.invalid', `There is no package.json in the folder ${folder}.`, {
      place,
      fix: 'Name the folder that has one.',
    });
  if (!(await isThere('node_modules')))
    throw new ModelyardError('step.failed', `The packages of ${folder} are not installed: there is no node_modules.`, {
      place,
      fix: `Run \`npm ci\` in ${folder}.`,
    });
  return path.resolve(workspace, folder, 'node_modules', '.bin');
}
