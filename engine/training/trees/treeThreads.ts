import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

/** Threads that grow trees. */
export interface TreeThreads {
  /** The code of a thread: dist/forest.js, dist/boosting.js. */
  readonly file: string;
  /** With the one that asks for them. */
  readonly count: number;
  /** How much work is worth their start; each sort of trees has a measure of its own. */
  readonly worth: number;
}

/** More are seldom worth their memory: each of a forest has the bins of all rows. */
const mostThreads = 8;

/**
 * The threads of this machine, or as many as MODELYARD_THREADS says.
 * @param assetsDir where their code lies, beside that of the engine; undefined comes of a folder without it
 */
export function treeThreads(
  assetsDir: string,
  { file: name, worth }: { readonly file: string; readonly worth: number },
  env = process.env,
): TreeThreads | undefined {
  const file = path.join(assetsDir, name);
  if (!existsSync(file)) return undefined;
  const wanted = Number(env['MODELYARD_THREADS'] ?? NaN);
  const count = Number.isInteger(wanted) && wanted >= 1 ? wanted : Math.min(mostThreads, availableParallelism());
  return { file, count, worth };
}
