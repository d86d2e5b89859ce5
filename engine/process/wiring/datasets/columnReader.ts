import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { columnsFile } from '../../../data/columnsStep';
import { firstColumns } from '../../../data/firstColumns';
import type { ReadColumns } from '../../../data/service';
import { columnsSchema } from '../../../data/stored';
import { ModelyardError } from '../../../errors';
import { isDatabase } from '../../../protocol/data';
import { runDataJob, type DataJobOptions } from './dataJob';

const parsed = v.pipe(v.string(), v.parseJson(), columnsSchema);
/** ms that a query may take for its first rows. */
const patience = 60_000;

/**
 * Reads the columns of files here, which needs their first rows. A database is opened in a child process: a query may take its time, and
 * DuckDB is a program that the workspace brings along.
 */
export const columnReader =
  (options: DataJobOptions & { readonly isTrusted: () => boolean }): ReadColumns =>
  async source => {
    if (!isDatabase(source.format)) return firstColumns(source);
    if (!options.isTrusted())
      throw new ModelyardError(
        'untrusted',
        `${source.name} is a database, which is read once the workspace is trusted.`,
        {
          fix: 'Trust the workspace folder.',
        },
      );
    const use = { uses: 'columns', with: { dataset: source.name } } as const;
    const take = async (workDir: string) => {
      const found = v.safeParse(parsed, await readFile(path.join(workDir, columnsFile), 'utf8'));
      if (found.success) return found.output;
      throw new ModelyardError('internal', `The columns of ${source.name}: ${found.issues[0].message}`);
    };
    const job = { use, datasets: [source], report: () => undefined, take };
    return runDataJob(options, job, AbortSignal.timeout(patience));
  };
