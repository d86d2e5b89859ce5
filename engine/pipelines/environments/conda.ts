import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { exists, refuseOutside } from '../../paths';
import type { ToolLog } from './tool';
import { lastSaid, runTool } from './tool';

export interface CondaPlace {
  readonly workspace: string;
  /** The name of an environment, or a file that says what is in one. */
  readonly conda: string;
}

const key = 'environment.conda';
const place = { file: 'modelyard.yaml', key };
const doneName = 'modelyard-environment.done';

export const isCondaFile = (conda: string): boolean => /\.ya?ml$/i.test(conda);

/** The one that makes the least ado first. */
const tools = ['micromamba', 'mamba', 'conda'] as const;

/**
 * The folder of a conda environment: of a named one as the tool knows it, of a file the one that is made of it, once for
 * each content.
 * @throws ModelyardError `step.failed` without conda, or when it cannot be made; `config.invalid`; `cancelled`
 */
export async function prepareConda(
  { workspace, conda }: CondaPlace,
  log: ToolLog,
  signal: AbortSignal,
): Promise<string> {
  if (!isCondaFile(conda)) return (await namedPrefix({ workspace, conda }, signal)).prefix;
  const prefix = await filePrefix({ workspace, conda });
  if (await exists(path.join(prefix, doneName))) return prefix;
  const tool = await findTool(conda);
  await rm(prefix, { recursive: true, force: true });
  await mkdir(path.dirname(prefix), { recursive: true });
  log.write(`Making the environment of ${conda} with ${path.basename(tool)}.\n`);
  const verb = path.basename(tool).startsWith('micromamba') ? ['create', '--yes'] : ['env', 'create', '--yes'];
  const args = [...verb, '--prefix', prefix, '--file', conda];
  const { code, said } = await runTool({ file: tool, args, cwd: workspace, log }, signal).catch(
    async (error: unknown) => {
      await rm(prefix, { recursive: true, force: true });
      throw error;
    },
  );
  if (code === 0) {
    await writeFile(path.join(prefix, doneName), '');
    return prefix;
  }
  await rm(prefix, { recursive: true, force: true });
  const isOffline = /CondaHTTPError|Could not resolve host|ConnectionFailed|Download error|name resolution/i.test(said);
  throw new ModelyardError(
    'step.failed',
    isOffline
      ? `The environment of ${conda} could not be made: its channels cannot be reached.`
      : `The environment of ${conda} could not be made: ${lastSaid(said)}`,
    { place, fix: isOffline ? 'Run it again with a network.' : 'The whole output is in the step’s log.' },
  );
}

/** Where the environment of a file is, or would be made. */
async function filePrefix({ workspace, conda }: CondaPlace): Promise<string> {
  await refuseOutside(workspace, { file: conda, shown: conda, key });
  const bytes = await readFile(path.resolve(workspace, conda)).catch((cause: unknown) => {
    throw new ModelyardError('config.invalid', `There is no file ${conda}, which the environment is made of.`, {
      place,
      cause,
    });
  });
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return path.join(workspace, '.modelyard', 'environments', `conda-${digest}`);
}

const listSchema = v.pipe(v.string(), v.parseJson(), v.object({ envs: v.array(v.string()) }));

/** @throws ModelyardError `step.failed` without conda, or without such an environment */
export async function namedPrefix(
  { workspace, conda }: CondaPlace,
  signal: AbortSignal,
): Promise<{ readonly prefix: string }> {
  const tool = await findTool(conda);
  const { stdout } = await runTool({ file: tool, args: ['env', 'list', '--json'], cwd: workspace }, signal);
  const parsed = v.safeParse(listSchema, stdout);
  const prefixes = parsed.success ? parsed.output.envs : [];
  // The first is that of conda itself.
  const found = conda === 'base' ? prefixes[0] : prefixes.find(prefix => path.basename(prefix) === conda);
  if (found !== undefined) return { prefix: found };
  const names = prefixes.slice(1).map(prefix => path.basename(prefix));
  throw new ModelyardError('step.failed', `There is no conda environment ${conda}.`, {
    place,
    fix: `${names.length > 0 ? `There are ${names.join(', ')}. ` : ''}Name one of them, or a file: \`conda: environment.yml\`.`,
  });
}

/** By their names in `conda-meta`: `numpy-2.1.0-py311_0.json`. */
export async function condaPackages(prefix: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(path.join(prefix, 'conda-meta')).catch(() => [])) {
    const [, id, version] = /^(.+)-([^-]+)-[^-]+\.json$/.exec(name) ?? [];
    if (id !== undefined && version !== undefined) found.set(id, version);
  }
  return found;
}

/** What activating it would put before `PATH`. */
export const condaPaths = (prefix: string): readonly string[] =>
  process.platform === 'win32'
    ? [prefix, path.join(prefix, 'Library', 'bin'), path.join(prefix, 'Scripts')]
    : [path.join(prefix, 'bin')];

async function findTool(conda: string): Promise<string> {
  const told = [process.env['MAMBA_EXE'], process.env['CONDA_EXE']].filter(file => file !== undefined && file !== '');
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(folder => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.bat'] : [''];
  const candidates = [
    ...tools.flatMap(tool => folders.flatMap(folder => endings.map(ending => path.join(folder, tool + ending)))),
    ...told,
  ];
  for (const file of candidates) if (file !== undefined && (await isRunnable(file))) return file;
  throw new ModelyardError(
    'step.failed',
    `There is no conda, mamba or micromamba on this machine for the environment ${conda}.`,
    {
      place,
      fix: 'Install micromamba (one file), or say `environment: {venv: .venv, requirements: requirements.txt}`.',
    },
  );
}

const isRunnable = async (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
