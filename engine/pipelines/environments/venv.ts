import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { exists } from '../../paths';
import type { EnvironmentConfig } from '../../protocol/workspaceConfig';
import type { Requirements } from './requirements';
import { readRequirements } from './requirements';
import type { ToolLog } from './tool';
import { lastSaid, runTool } from './tool';

export interface VenvPlace {
  readonly workspace: string;
  readonly config: EnvironmentConfig & { readonly venv: string };
}

const isWindows = process.platform === 'win32';
export const venvBin = (folder: string): string => path.join(folder, isWindows ? 'Scripts' : 'bin');
const pythonOf = (folder: string): string => path.join(venvBin(folder), isWindows ? 'python.exe' : 'python');
const usualPython = isWindows ? 'python' : 'python3';

/** Tells that the folder was made here, and of what; written last. */
const markName = 'modelyard-environment.json';
/** There while it is made: what an engine that was killed has left is made anew. */
const makingName = 'modelyard-environment.making';
const markSchema = v.pipe(v.string(), v.parseJson(), v.object({ requirements: v.string() }));

/**
 * Makes the virtual environment of a command when it is missing, and installs what its requirements say when they are
 * not what it was made of.
 * @throws ModelyardError `step.failed` without Python, or when packages cannot be installed; `config.invalid`; `cancelled`
 */
export async function prepareVenv({ workspace, config }: VenvPlace, log: ToolLog, signal: AbortSignal): Promise<void> {
  const folder = path.resolve(workspace, config.venv);
  const { requirements } = config;
  const wanted = requirements === undefined ? undefined : await readRequirements(workspace, requirements);
  const asked = wanted && (await digestOf(workspace, wanted));
  if (await exists(path.join(folder, makingName))) await rm(folder, { recursive: true, force: true });
  const mark = await readMark(folder);
  const isThere = await exists(pythonOf(folder));
  if (isThere && (asked === undefined || mark === asked)) return;
  const isOurs = mark !== undefined;
  if (!isThere && !isOurs) await refuseOther(folder, config.venv);
  // one of ours may have lost the Python that it was made with
  if (!isThere || isOurs) await create({ folder, workspace, config, clear: isOurs }, log, signal);
  try {
    if (requirements !== undefined) await install({ folder, workspace, requirements }, log, signal);
  } catch (error) {
    // One that was there before stays; half of one of ours would be taken for whole.
    if (!isThere || isOurs) await rm(folder, { recursive: true, force: true });
    throw error;
  }
  if (asked !== undefined || !isThere)
    await writeFile(path.join(folder, markName), JSON.stringify({ requirements: asked ?? '' }));
  await rm(path.join(folder, makingName), { force: true });
}

/** A folder with something else in it is not overwritten. */
async function refuseOther(folder: string, shown: string): Promise<void> {
  const inside = await readdir(folder).catch((): string[] => []);
  if (inside.length === 0) return;
  if (inside.includes('pyvenv.cfg'))
    throw new ModelyardError(
      'config.invalid',
      `The Python of the virtual environment ${shown} is not there any more.`,
      {
        place: { file: 'modelyard.yaml', key: 'environment.venv' },
        fix: `Remove the folder ${shown}, or rename it: it is made when it is missing.`,
      },
    );
  throw new ModelyardError('config.invalid', `The folder ${shown} is not a virtual environment, and not empty.`, {
    place: { file: 'modelyard.yaml', key: 'environment.venv' },
    fix: 'Name another folder: it is made when it is missing.',
  });
}

interface Making extends VenvPlace {
  readonly folder: string;
  /** It is there, and made of something else or without its Python. */
  readonly clear: boolean;
}

async function create({ folder, workspace, config, clear }: Making, log: ToolLog, signal: AbortSignal): Promise<void> {
  const python = config.python ?? usualPython;
  log.write(`Making the virtual environment ${config.venv} with ${python}.\n`);
  if (clear) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, makingName), '');
  const args = ['-m', 'venv', folder];
  const { code, said } = await runTool({ file: python, args, cwd: workspace, log }, signal).catch(
    async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    },
  );
  if (code === 0) return;
  await rm(folder, { recursive: true, force: true });
  const isMissing = said.trim() === '';
  throw new ModelyardError(
    'step.failed',
    isMissing
      ? `There is no ${python} on this machine to make the virtual environment ${config.venv} with.`
      : `The virtual environment ${config.venv} could not be made with ${python}: ${lastSaid(said)}`,
    {
      place: { file: 'modelyard.yaml', key: 'environment.venv' },
      fix: isMissing
        ? 'Install Python, or name it: `environment: {venv: …, python: /path/to/python}`.'
        : 'On Debian and Ubuntu the package python3-venv may be missing.',
    },
  );
}

async function install(
  {
    folder,
    workspace,
    requirements,
  }: { readonly folder: string; readonly workspace: string; readonly requirements: string },
  log: ToolLog,
  signal: AbortSignal,
): Promise<void> {
  log.write(`Installing what ${requirements} says.\n`);
  const args = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', requirements];
  const { code, said } = await runTool({ file: pythonOf(folder), args, cwd: workspace, log }, signal);
  if (code === 0) return;
  const isOffline =
    /Failed to establish a new connection|name resolution|Network is unreachable|ConnectTimeout|ProxyError|Connection (refused|reset)|getaddrinfo/i.test(
      said,
    );
  throw new ModelyardError(
    'step.failed',
    isOffline
      ? `What ${requirements} says could not be installed: the index of packages cannot be reached.`
      : `What ${requirements} says could not be installed: ${lastSaid(said)}`,
    {
      place: { file: 'modelyard.yaml', key: 'environment.requirements' },
      fix: isOffline
        ? 'Run it again with a network, or take the packages from a folder: `--no-index` and `--find-links wheels` as first lines of the file.'
        : 'The whole output is in the step’s log.',
    },
  );
}

/** Over what is installed, not over comments; of files that are installed their sizes and times. */
async function digestOf(workspace: string, { packages, others, files }: Requirements): Promise<string> {
  const stamps = await Promise.all(
    files.map(async file => {
      const info = await stat(path.resolve(workspace, file)).catch(() => undefined);
      return [file, info?.size, info?.mtimeMs];
    }),
  );
  return createHash('sha256')
    .update(JSON.stringify([[...packages], others, stamps]))
    .digest('hex');
}

/** Undefined: not made here. */
async function readMark(folder: string): Promise<string | undefined> {
  const text = await readFile(path.join(folder, markName), 'utf8').catch(() => undefined);
  const parsed = v.safeParse(markSchema, text);
  return parsed.success ? parsed.output.requirements : undefined;
}

/** `3.11.7`, as the environment itself says; undefined when it is not there. */
export async function writtenPython(folder: string): Promise<string | undefined> {
  const settings = await readFile(path.join(folder, 'pyvenv.cfg'), 'utf8').catch(() => '');
  const [, version] = /^version(?:_info)?\s*=\s*(\d+\.\d+\.\d+)/m.exec(settings) ?? [];
  return version;
}

/** Of the Python that would make an environment, which is started for it; undefined: there is none. */
export async function venvPython({ workspace, config }: VenvPlace, signal: AbortSignal): Promise<string | undefined> {
  const { stdout, said } = await runTool(
    { file: config.python ?? usualPython, args: ['--version'], cwd: workspace },
    signal,
  );
  return /Python (\S+)/.exec(stdout || said)?.[1];
}

/** What is installed, by name: from the names of its folders. */
export async function installedPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  const libraries = isWindows
    ? [path.join(folder, 'Lib', 'site-packages')]
    : (await readdir(path.join(folder, 'lib')).catch(() => [])).map(name =>
        path.join(folder, 'lib', name, 'site-packages'),
      );
  const found = new Map<string, string>();
  for (const library of libraries)
    for (const name of await readdir(library).catch(() => [])) {
      const [, id, version] = /^(.+)-([^-]+)\.dist-info$/.exec(name) ?? [];
      if (id !== undefined && version !== undefined) found.set(id.toLowerCase().replace(/[-_.]+/g, '-'), version);
    }
  return found;
}
