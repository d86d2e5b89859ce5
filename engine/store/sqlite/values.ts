import { ModelyardError } from '../../errors';
import type { SqlValue } from '../database';
import { BLOB, FLOAT, INTEGER, TEXT, TRANSIENT } from './api';
import type { SqliteRuntime } from './runtime';

/** Moves values into statements and out of rows. One for all connections: what is bound is copied at once. */
export class Values {
  private scratch = 0;
  private scratchSize = 0;

  constructor(private readonly runtime: SqliteRuntime) {}

  /** Binds one parameter (from 1); returns SQLite's result code. */
  bind(statement: number, index: number, value: SqlValue): number {
    const { api } = this.runtime;
    switch (typeof value) {
      case 'number':
        return value === (value | 0)
          ? api._sqlite3_bind_int(statement, index, value)
          : api._sqlite3_bind_double(statement, index, value);
      case 'string':
        return api._sqlite3_bind_text(statement, index, this.scratchOf(value.length * 3), this.write(value), TRANSIENT);
      case 'bigint':
        return this.bindBig(statement, index, value);
      default:
        return this.bindBytes(statement, index, value);
    }
  }

  /** The value of a column (from 0) in the current row. */
  column(statement: number, column: number): SqlValue {
    const { api } = this.runtime;
    switch (api._sqlite3_column_type(statement, column)) {
      case INTEGER: {
        const value = api._sqlite3_column_double(statement, column);
        return Number.isSafeInteger(value) ? value : BigInt(this.text(statement, column));
      }
      case FLOAT:
        return api._sqlite3_column_double(statement, column);
      case TEXT:
        return this.text(statement, column);
      case BLOB: {
        const pointer = api._sqlite3_column_blob(statement, column);
        const size = api._sqlite3_column_bytes(statement, column);
        return new Uint8Array(this.runtime.memory.bytes.subarray(pointer, pointer + size));
      }
      default:
        return null;
    }
  }

  /** The address of a NUL-ended copy of the text, good until the next call. */
  cString(text: string): number {
    const pointer = this.scratchOf(text.length * 3 + 1);
    this.runtime.memory.bytes[pointer + this.write(text)] = 0;
    return pointer;
  }

  private text(statement: number, column: number): string {
    const { api, memory } = this.runtime;
    const pointer = api._sqlite3_column_text(statement, column);
    return memory.bytes.toString('utf8', pointer, pointer + api._sqlite3_column_bytes(statement, column));
  }

  /** sql.js has no way to bind 64 bits: as text, which a column or comparison of integer affinity turns back. */
  private bindBig(statement: number, index: number, value: bigint): number {
    if (BigInt.asIntN(64, value) !== value) {
      throw new ModelyardError('params.invalid', `${value} does not fit into 64 bits.`);
    }
    const small = Number(value);
    if (small === (small | 0)) return this.runtime.api._sqlite3_bind_int(statement, index, small);
    return this.bind(statement, index, value.toString());
  }

  private bindBytes(statement: number, index: number, value: Uint8Array | null): number {
    const { api, memory } = this.runtime;
    if (value === null) return api._sqlite3_bind_blob(statement, index, 0, 0, 0);
    const pointer = this.scratchOf(value.length);
    memory.bytes.set(value, pointer);
    return api._sqlite3_bind_blob(statement, index, pointer, value.length, TRANSIENT);
  }

  /** Writes into the scratch memory; returns the number of bytes. */
  private write(text: string): number {
    return this.runtime.memory.bytes.write(text, this.scratch, 'utf8');
  }

  private scratchOf(size: number): number {
    const isWasteful = this.scratchSize > 1 << 20 && size < 1 << 16; // after a large blob
    if (size <= this.scratchSize && this.scratch !== 0 && !isWasteful) return this.scratch;
    const { api } = this.runtime;
    if (this.scratch !== 0) api._free(this.scratch);
    this.scratchSize = Math.max(4096, size);
    this.scratch = api._malloc(this.scratchSize);
    if (this.scratch !== 0) return this.scratch;
    this.scratchSize = 0;
    throw new ModelyardError('store.failed', `There is no memory for a value of ${size} bytes.`);
  }
}
