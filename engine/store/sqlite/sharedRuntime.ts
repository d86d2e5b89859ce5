import { type SqliteBuild, type SqliteRuntime, chooseBuild, loadRuntime } from './runtime';
import { selfTest } from './selfTest';

let loaded: Promise<SqliteRuntime> | undefined;

/** SQLite for this process, loaded once and tested. `wasmDir`: the folder that has sql-wasm.wasm. */
export async function sqliteRuntime(wasmDir: string): Promise<SqliteRuntime> {
  loaded ??= loadTested(chooseBuild(wasmDir));
  return loaded;
}

async function loadTested(build: SqliteBuild): Promise<SqliteRuntime> {
  const runtime = await loadRuntime(build);
  selfTest(runtime);
  return runtime;
}
