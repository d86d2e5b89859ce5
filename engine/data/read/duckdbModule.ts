import { createRequire } from 'node:module';
import path from 'node:path';
import type { ModelyardError } from '../../errors';
import type { DatasetSource } from '../../protocol/jobs';
import { dataError } from './dataFile';

const packageName = '@duckdb/node-api';

/** What is used of `@duckdb/node-api`. */
export interface DuckdbConnection {
  run(sql: string): Promise<unknown>;
  closeSync(): void;
}
interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>;
  closeSync(): void;
}
interface DuckdbModule {
  readonly DuckDBInstance: {
    create(path: string, options: Readonly<Record<string, string>>): Promise<DuckdbInstance>;
  };
}

/**
 * DuckDB is no part of Modelyard: a program for each system, of some 60 MB. It is taken from the workspace, or from beside Modelyard.
 * @throws ModelyardError `data.unreadable` with the way out
 */
export function duckdbModule(source: DatasetSource, assetsDir: string): DuckdbModule {
  for (const folder of [source.root ?? path.dirname(source.path), assetsDir]) {
    const load = createRequire(path.join(folder, 'package.json'));
    const file = resolved(load);
    if (file === undefined) continue;
    try {
      const found: unknown = load(file);
      if (isDuckdb(found)) return found;
    } catch (cause) {
      throw unusable(source, cause);
    }
  }
  throw dataError(source, `reading a DuckDB database needs the package ${packageName}, which is not there.`, {
    fix: `Run \`npm install ${packageName}\` in the workspace folder, or export the table to Parquet and name that file.`,
  });
}

function resolved(load: NodeJS.Require): string | undefined {
  try {
    return load.resolve(packageName);
  } catch {
    return undefined;
  }
}

const isDuckdb = (value: unknown): value is DuckdbModule =>
  typeof value === 'object' &&
  value !== null &&
  'DuckDBInstance' in value &&
  typeof value.DuckDBInstance === 'function' &&
  'create' in value.DuckDBInstance;

const unusable = (source: DatasetSource, cause: unknown): ModelyardError =>
  dataError(source, `${packageName} cannot be loaded (${cause instanceof Error ? cause.message : String(cause)}).`, {
    fix: `Install it again for this system: \`npm install ${packageName}\`.`,
    cause,
  });
