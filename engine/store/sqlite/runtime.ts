import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { ModelyardError } from '../../errors';
import { optimiseLate } from '../../optimiseLate';
import { type SqliteApi, isSqliteApi } from './api';
import { fdSyscalls } from './fdSyscalls';
import { HostFs } from './hostFs';
import { pathSyscalls } from './pathSyscalls';
import { type SyscallName, type Syscalls, releaseBuild } from './syscalls';
import { WasmMemory } from './wasmMemory';

/** Bytes of a function of SQLite that run before it is optimised: what is really busy gets there within a second. */
const BUDGET = 2_000_000_000;

/** SQLite, loaded: its functions, its memory and the files it sees. */
export interface SqliteRuntime {
  readonly api: SqliteApi;
  readonly memory: WasmMemory;
  readonly host: HostFs;
}

/** A WASM file of sql.js and what goes with it. */
export interface SqliteBuild {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** The loader that belongs to the WASM file. */
  readonly glue: unknown;
  readonly importName: (name: SyscallName) => string;
}

type Glue = (options: {
  readonly useOldExtensionFunctions: boolean;
  readonly instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => object;
}) => Promise<unknown>;

/**
 * Loads sql.js so that SQLite's own file layer works on the host's files: the calls of its file system are replaced in
 * the import object before the WASM is instantiated. Everything above them (journal, recovery, page cache) is SQLite.
 * Once in a process: sql.js has one instance.
 */
export async function loadRuntime(build: SqliteBuild): Promise<SqliteRuntime> {
  const { glue } = build;
  if (!isGlue(glue)) throw unusable('sql.js is not a function.');
  optimiseLate(BUDGET);
  const memory = new WasmMemory();
  const host = new HostFs(memory);
  const api = await new Promise<unknown>((resolve, reject) => {
    const instantiateWasm: Parameters<Glue>[0]['instantiateWasm'] = (imports, done) => {
      try {
        replaceSyscalls(imports, host, build.importName);
        const instance = new WebAssembly.Instance(new WebAssembly.Module(build.wasm), imports);
        memory.attach(memoryOf(instance));
        done(instance);
      } catch (error) {
        // sql.js itself would wait for ever.
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      return {};
    };
    glue({ useOldExtensionFunctions: false, instantiateWasm }).then(resolve, reject);
  });
  if (!isSqliteApi(api)) throw unusable('sql.js does not export the functions of SQLite that the store needs.');
  return { api, memory, host };
}

/**
 * The release build when it is exactly the one whose minified import names are known, else the debug build.
 *
 * @param wasmDir the folder that has sql-wasm.wasm
 */
export function chooseBuild(wasmDir: string): SqliteBuild {
  const file = path.join(wasmDir, 'sql-wasm.wasm');
  const wasm = read(file);
  if (wasm === undefined) throw unusable(`${file} is missing.`);
  const sha256 = createHash('sha256').update(wasm).digest('hex');
  if (sha256 === releaseBuild.sha256) return { wasm, glue: initSqlJs, importName: name => releaseBuild.names[name] };
  const debug = path.join(wasmDir, 'sql-wasm-debug.wasm');
  const debugWasm = read(debug);
  if (debugWasm === undefined) {
    throw unusable(
      `${file} is not the build of sql.js that Modelyard was made for (its sha-256 is ${sha256}), ` +
        'and sql-wasm-debug.wasm, which would do instead, is not beside it.',
    );
  }
  const glue: unknown = createRequire(debug)('./sql-wasm-debug.js');
  return { wasm: debugWasm, glue, importName: name => name };
}

function replaceSyscalls(imports: WebAssembly.Imports, host: HostFs, importName: SqliteBuild['importName']): void {
  const original: Partial<Record<SyscallName, unknown>> = {};
  const groups = new Map<SyscallName, WebAssembly.Imports[string]>();
  for (const name of syscallNames) {
    const group = Object.values(imports).find(candidate => importName(name) in candidate);
    if (group === undefined) throw unusable(`The WASM of sql.js does not import ${name}.`);
    original[name] = group[importName(name)];
    groups.set(name, group);
  }
  if (!isSyscalls(original)) throw unusable('The WASM of sql.js imports a system call that is not a function.');
  const replaced: Syscalls = { ...pathSyscalls(host, original), ...fdSyscalls(host, original) };
  for (const [name, group] of groups) group[importName(name)] = replaced[name];
}

const isSyscallName = (name: string): name is SyscallName => name in releaseBuild.names;
const syscallNames = Object.keys(releaseBuild.names).filter(isSyscallName);
const isSyscalls = (value: Partial<Record<SyscallName, unknown>>): value is Record<SyscallName, never> & Syscalls =>
  syscallNames.every(name => typeof value[name] === 'function');
const isGlue = (value: unknown): value is Glue => typeof value === 'function';

function memoryOf(instance: WebAssembly.Instance): WebAssembly.Memory {
  for (const exported of Object.values(instance.exports)) if (exported instanceof WebAssembly.Memory) return exported;
  throw unusable('The WASM of sql.js exports no memory.');
}

function read(file: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

const unusable = (why: string): ModelyardError =>
  new ModelyardError('store.failed', `SQLite cannot be loaded: ${why}`, {
    fix: 'Install Modelyard again; its files are incomplete or of different versions.',
  });
