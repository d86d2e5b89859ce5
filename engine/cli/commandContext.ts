import { existsSync } from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { EngineClient } from '../client/engineClient';
import { realWorkspace } from '../client/endpoint';
import { ModelyardError } from '../errors';
import type { Io } from './io';

/** The options that every command has. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export interface Place {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  /** Relative to the workspace, with `/`. */
  readonly configFile: string;
}

const defaultConfig = 'modelyard.yaml';

/**
 * The folder that is meant: `--workspace`; else the folder of `--config`; else the nearest one here or above that has a
 * modelyard.yaml; else here.
 */
export function findPlace({ workspace, config }: GlobalOptions, cwd: string): Place {
  const configFile = config === undefined ? undefined : path.resolve(cwd, config);
  const folder = workspace === undefined ? undefined : path.resolve(cwd, workspace);
  const root = realWorkspace(folder ?? (configFile && path.dirname(configFile)) ?? nearest(cwd) ?? cwd);
  if (configFile === undefined) return { workspace: root, configFile: defaultConfig };
  const real = path.join(realWorkspace(path.dirname(configFile)), path.basename(configFile));
  return { workspace: root, configFile: path.relative(root, real).split(path.sep).join('/') };
}

function nearest(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, defaultConfig))) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

/** Running something needs a modelyard.yaml; without one no engine is started, and no folder is made. */
export function requireConfig({ workspace, configFile }: Place): void {
  if (existsSync(path.resolve(workspace, configFile))) return;
  throw new ModelyardError('config.missing', `There is no ${configFile} in ${workspace}.`, {
    fix: 'Go to a folder that has one, or name it with --workspace DIR or --config FILE.',
    place: { file: configFile },
  });
}

/** Reading needs what a modelyard.yaml or an earlier run has left. */
export function requireWorkspace(place: Place): void {
  if (existsSync(path.join(place.workspace, '.modelyard', 'modelyard.db'))) return;
  requireConfig(place);
}

const engineFile = (): string => path.join(__dirname, 'engine.js');

export interface ConnectOptions {
  /** False: only to an engine that runs. */
  readonly start?: boolean;
  /** ms; how long an engine is waited for. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

export const connect = (place: Place, { start = true, patience, signal }: ConnectOptions = {}): Promise<EngineClient> =>
  EngineClient.connect(
    {
      ...place,
      ...(start && { engineFile: engineFile() }),
      ...(patience !== undefined && { patience }),
      client: 'cli',
      version,
      trusted: true,
    },
    signal,
  );

/** How to say a workspace in a command that is typed here; empty when it is found from here by itself. */
export function spokenWorkspace(place: Place, io: Io): string {
  const cwd = realWorkspace(io.cwd);
  return place.workspace === (nearest(cwd) ?? cwd) ? '' : path.relative(cwd, place.workspace) || '.';
}
