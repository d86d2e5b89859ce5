import path from 'node:path';
import { parse } from 'yaml';
import { unreadable } from '../failures';
import type { ProjectTree } from './tree';

/** What a project says about its files, by names within it. */
export interface ProjectFiles {
  readonly params: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
  readonly plots: ReadonlySet<string>;
  /** Folders that DVCLive writes to. */
  readonly live: ReadonlySet<string>;
  /** Parameters as dvc.lock recorded them: also of files that are not YAML or JSON. */
  readonly lockedParams: ReadonlyMap<string, unknown>;
  /** Digests of outputs: names to what DVC's cache calls them. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Reads every dvc.yaml and dvc.lock of the project. @throws ModelyardError `data.unreadable` */
export async function projectFiles(tree: ProjectTree, root: string): Promise<ProjectFiles> {
  const files = {
    params: new Set<string>(),
    metrics: new Set<string>(),
    plots: new Set<string>(),
    live: new Set<string>(),
    lockedParams: new Map<string, unknown>(),
    outputs: new Map<string, string>(),
  };
  const names = await tree.below('');
  if (names.includes('params.yaml')) files.params.add('params.yaml');
  for (const name of names) {
    const base = path.posix.basename(name);
    if (base !== 'dvc.yaml' && base !== 'dvc.lock') continue;
    const text = await tree.text(name);
    if (text === undefined) continue;
    const folder = path.posix.dirname(name);
    const content = yamlOf(text, path.join(root, name));
    if (base === 'dvc.yaml') readPipeline(content, folder, files);
    else readLock(content, folder, files);
  }
  for (const name of names)
    if (/(^|\/)plots\/metrics\/.+\.tsv$/.test(name)) files.live.add(name.replace(/\/?plots\/metrics\/.*$/, ''));
  return files;
}

type Collected = {
  [K in keyof ProjectFiles]: ProjectFiles[K] extends ReadonlySet<string> ? Set<string> : Map<string, unknown>;
};

export function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: 1000 });
  } catch (error) {
    const [why = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw unreadable(file, `it is not YAML (${why.replace(/:?$/, '')})`);
  }
}

const members = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
const member = (value: unknown, key: string): unknown => members(value).find(([name]) => name === key)?.[1];
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);

/** An entry is a name, or a name with options. */
const namesIn = (value: unknown): readonly string[] =>
  list(value).flatMap(entry => (typeof entry === 'string' ? [entry] : members(entry).map(([name]) => name)));

/** A name within the project; what leaves it, or is made by a template, is none. */
function within(folder: string, name: string): string | undefined {
  if (name.includes('${') || path.posix.isAbsolute(name)) return undefined;
  const joined = path.posix.normalize(path.posix.join(folder, name));
  return joined.startsWith('..') ? undefined : joined;
}

function readPipeline(content: unknown, folder: string, files: Collected): void {
  const add = (to: Set<string>, names: readonly string[]): void => {
    for (const name of names) {
      const found = within(folder, name);
      if (found !== undefined) to.add(found);
    }
  };
  add(files.params, namesIn(member(content, 'params')));
  add(files.metrics, namesIn(member(content, 'metrics')));
  add(files.plots, plotNames(member(content, 'plots')));
  for (const [, stage] of members(member(content, 'stages'))) {
    const parts = [stage, member(stage, 'do')]; // of `foreach`
    for (const part of parts) {
      // a name alone is a key of params.yaml, one with options a file
      add(
        files.params,
        list(member(part, 'params')).flatMap(entry => members(entry).map(([name]) => name)),
      );
      add(files.metrics, namesIn(member(part, 'metrics')));
      add(files.plots, namesIn(member(part, 'plots')));
    }
  }
}

/** A plot is a file, or a name whose `y` (or `x`) says the files. */
function plotNames(value: unknown): readonly string[] {
  const plots = [...list(value), ...members(value).map(entry => Object.fromEntries([entry]))];
  return plots.flatMap(plot =>
    typeof plot === 'string'
      ? [plot]
      : members(plot).flatMap(([name, options]) => {
          const files = ['y', 'x'].flatMap(axis => members(member(options, axis)).map(([file]) => file));
          return files.length > 0 ? files : [name];
        }),
  );
}

function readLock(content: unknown, folder: string, files: Collected): void {
  for (const [, stage] of members(member(content, 'stages'))) {
    for (const [file, values] of members(member(stage, 'params'))) {
      const name = within(folder, file);
      if (name === undefined) continue;
      const known = files.lockedParams.get(name);
      files.lockedParams.set(name, Object.fromEntries([...members(known), ...members(values)]));
    }
    for (const out of list(member(stage, 'outs'))) {
      const [name, md5] = [member(out, 'path'), member(out, 'md5')];
      const found = typeof name === 'string' ? within(folder, name) : undefined;
      if (found !== undefined && typeof md5 === 'string' && /^[0-9a-f]{32}(\.dir)?$/.test(md5))
        files.outputs.set(found, md5);
    }
  }
}
