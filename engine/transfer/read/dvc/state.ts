import path from 'node:path';
import { unreadable } from '../failures';
import { pythonFloat, int64 } from '../numbers';
import { numbersIn, parsePython, textsIn } from '../pythonJson';
import type { ProjectFiles } from './projectFiles';
import { yamlOf } from './projectFiles';
import type { ProjectTree } from './tree';

export interface SeriesPoint {
  readonly step: bigint;
  readonly value: number;
  /** ms since 1970; undefined: not told */
  readonly time: number | undefined;
}

/** A project's parameters and results at one moment. */
export interface ProjectState {
  readonly params: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, readonly SeriesPoint[]>;
  /** Names of the files that tell of it, to be kept with the run. */
  readonly files: readonly string[];
}

/** Text of a file that the tree or, for what git does not keep, DVC's cache has. */
export async function readState(tree: ProjectTree, files: ProjectFiles, root: string): Promise<ProjectState> {
  const params = await readParams(tree, files, root);
  const metrics = new Map<string, readonly SeriesPoint[]>();
  for (const folder of files.live)
    for (const [key, points] of await readLive(tree, folder, root)) metrics.set(key, points);
  for (const name of files.metrics) {
    const text = await tree.text(name);
    if (text === undefined) continue;
    const isLive = files.live.has(path.posix.dirname(name) === '.' ? '' : path.posix.dirname(name));
    const value = valueOf(text, path.join(root, name));
    for (const [key, number] of numbersIn('', value, isLive ? '/' : '.'))
      if (!(isLive && (key === 'step' || metrics.has(key))))
        metrics.set(free(key, name, metrics), [{ step: 0n, value: number, time: undefined }]);
  }
  return { params, metrics, files: await kept(tree, files) };
}

/** Two files may have the same key: the second one's is named with its file. */
const free = (key: string, file: string, taken: ReadonlyMap<string, unknown>): string =>
  taken.has(key) ? `${file}:${key}` : key;

async function readParams(tree: ProjectTree, files: ProjectFiles, root: string): Promise<Map<string, string>> {
  const params = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    for (const [key, text] of textsIn('', value))
      if (params.get(key) !== text) params.set(free(key, name, params), text);
  };
  const liveFiles = [...files.live].map(folder => path.posix.join(folder, 'params.yaml'));
  for (const name of new Set([...files.params, ...liveFiles])) {
    const text = /\.(ya?ml|json)$/.test(name) ? await tree.text(name) : undefined;
    if (text !== undefined) add(name, valueOf(text, path.join(root, name)));
  }
  // files of Python or TOML are not read: what dvc.lock has of them is what the last run used
  for (const [name, values] of files.lockedParams) if (!/\.(ya?ml|json)$/.test(name)) add(name, values);
  return params;
}

function valueOf(text: string, file: string): unknown {
  if (!file.endsWith('.json')) return yamlOf(text, file);
  const value = parsePython(text);
  if (value === undefined) throw unreadable(file, 'it is not JSON');
  return value;
}

/** `plots/metrics/NAME.tsv`: a line for each step. */
async function readLive(tree: ProjectTree, folder: string, root: string) {
  const metrics = new Map<string, readonly SeriesPoint[]>();
  const parent = path.posix.join(folder, 'plots', 'metrics');
  for (const name of await tree.below(parent)) {
    if (!name.endsWith('.tsv')) continue;
    const text = await tree.text(name);
    const key = name.slice(parent.length + 1, -'.tsv'.length);
    if (text !== undefined) metrics.set(key, readTsv(text, { file: path.join(root, name), key }));
  }
  return metrics;
}

function readTsv(text: string, { file, key }: { file: string; key: string }): readonly SeriesPoint[] {
  const [head = '', ...lines] = text.split(/\r?\n/);
  const columns = head.split('\t');
  const at = (name: string): number => columns.indexOf(name);
  const [step, value, time] = [at('step'), at(path.posix.basename(key)), at('timestamp')];
  if (value < 0) throw unreadable(file, `it has no column ${path.posix.basename(key)}`, { line: 1 });
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    const cells = line.split('\t');
    const number = pythonFloat(cells[value] ?? '');
    const place = step < 0 ? BigInt(index) : int64(cells[step] ?? '');
    if (number === undefined || place === undefined)
      throw unreadable(file, `${JSON.stringify(line.slice(0, 80))} is not a step and a value`, { line: index + 2 });
    const stamp = time < 0 ? Number.NaN : Number(cells[time]);
    return [{ step: place, value: number, time: Number.isSafeInteger(stamp) ? stamp : undefined }];
  });
}

/** What tells of the state, without what the pipeline made besides: models may be large. */
async function kept(tree: ProjectTree, files: ProjectFiles): Promise<readonly string[]> {
  const names = new Set(['dvc.yaml', 'dvc.lock', ...files.params, ...files.metrics]);
  for (const plot of files.plots) {
    names.add(plot);
    for (const name of await tree.below(plot)) names.add(name);
  }
  for (const folder of files.live) for (const name of await tree.below(folder)) names.add(name);
  return [...names].sort();
}
