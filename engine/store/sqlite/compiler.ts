import { ModelyardError } from '../../errors';
import { SQLITE } from './api';
import type { SqliteRuntime } from './runtime';
import type { Values } from './values';

/** A compiled statement: its address in SQLite, the names of its columns and how many parameters it takes. */
export interface Compiled {
  readonly pointer: number;
  readonly columns: readonly string[];
  readonly params: number;
}

/** Compiles the statements of one connection, and knows those that have not been freed. */
export class Compiler {
  private readonly live = new Set<number>();

  constructor(
    private readonly runtime: SqliteRuntime,
    private readonly values: Values,
    private readonly database: number,
  ) {}

  /**
   * @param fail makes the error for a result code
   * @throws ModelyardError `internal` when the text is not exactly one statement
   */
  compile(sql: string, fail: (code: number) => ModelyardError): Compiled {
    const { api, memory } = this.runtime;
    const out = api._malloc(8);
    try {
      const code = api._sqlite3_prepare_v2(this.database, this.values.cString(sql), -1, out, out + 4);
      if (code !== SQLITE.OK) throw fail(code);
      const pointer = memory.view.getUint32(out, true);
      const rest = memory.text(memory.view.getUint32(out + 4, true)).trim();
      if (pointer !== 0) this.live.add(pointer);
      if (pointer === 0 || rest !== '') {
        this.free(pointer);
        throw new ModelyardError('internal', `Not exactly one SQL statement: ${sql.slice(0, 200)}`);
      }
      return { pointer, columns: this.columns(pointer), params: this.countParams(pointer) };
    } finally {
      api._free(out);
    }
  }

  isLive(compiled: Compiled): boolean {
    return this.live.has(compiled.pointer);
  }

  free(pointer: number): void {
    if (this.live.delete(pointer)) this.runtime.api._sqlite3_finalize(pointer);
  }

  freeAll(): void {
    for (const pointer of this.live) this.free(pointer);
  }

  private columns(pointer: number): readonly string[] {
    const { api, memory } = this.runtime;
    const count = api._sqlite3_column_count(pointer);
    return Array.from({ length: count }, (_, column) => memory.text(api._sqlite3_column_name(pointer, column)));
  }

  /** sql.js does not export the count; SQLite refuses the first parameter that is not there. */
  private countParams(pointer: number): number {
    const { api } = this.runtime;
    let count = 0;
    while (api._sqlite3_bind_int(pointer, count + 1, 0) !== SQLITE.RANGE) count++;
    api._sqlite3_clear_bindings(pointer);
    return count;
  }
}
