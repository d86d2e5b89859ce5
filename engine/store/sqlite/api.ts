/** SQLite's C functions as sql.js exports them. Pointers and result codes are numbers. */
export interface SqliteApi {
  _malloc(size: number): number;
  _free(pointer: number): void;
  _sqlite3_open(name: number, database: number): number;
  _sqlite3_close_v2(database: number): number;
  _sqlite3_errmsg(database: number): number;
  _sqlite3_exec(database: number, sql: number, callback: number, argument: number, message: number): number;
  _sqlite3_prepare_v2(database: number, sql: number, bytes: number, statement: number, tail: number): number;
  _sqlite3_step(statement: number): number;
  _sqlite3_reset(statement: number): number;
  _sqlite3_finalize(statement: number): number;
  _sqlite3_clear_bindings(statement: number): number;
  _sqlite3_bind_blob(statement: number, index: number, value: number, bytes: number, free: number): number;
  _sqlite3_bind_double(statement: number, index: number, value: number): number;
  _sqlite3_bind_int(statement: number, index: number, value: number): number;
  _sqlite3_bind_text(statement: number, index: number, value: number, bytes: number, free: number): number;
  _sqlite3_column_count(statement: number): number;
  _sqlite3_column_name(statement: number, column: number): number;
  _sqlite3_column_type(statement: number, column: number): number;
  _sqlite3_column_double(statement: number, column: number): number;
  _sqlite3_column_text(statement: number, column: number): number;
  _sqlite3_column_blob(statement: number, column: number): number;
  _sqlite3_column_bytes(statement: number, column: number): number;
}

const names = [
  '_malloc',
  '_free',
  '_sqlite3_open',
  '_sqlite3_close_v2',
  '_sqlite3_errmsg',
  '_sqlite3_exec',
  '_sqlite3_prepare_v2',
  '_sqlite3_step',
  '_sqlite3_reset',
  '_sqlite3_finalize',
  '_sqlite3_clear_bindings',
  '_sqlite3_bind_blob',
  '_sqlite3_bind_double',
  '_sqlite3_bind_int',
  '_sqlite3_bind_text',
  '_sqlite3_column_count',
  '_sqlite3_column_name',
  '_sqlite3_column_type',
  '_sqlite3_column_double',
  '_sqlite3_column_text',
  '_sqlite3_column_blob',
  '_sqlite3_column_bytes',
] satisfies readonly (keyof SqliteApi)[];

/** Whether sql.js exports what the store calls. */
export const isSqliteApi = (value: unknown): value is SqliteApi =>
  typeof value === 'object' && value !== null && names.every(name => typeof Reflect.get(value, name) === 'function');

/** Result codes. */
export const SQLITE = {
  OK: 0,
  BUSY: 5,
  NOMEM: 7,
  READONLY: 8,
  INTERRUPT: 9,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  CONSTRAINT: 19,
  RANGE: 25,
  NOTADB: 26,
  ROW: 100,
  DONE: 101,
} as const;

/** Column types. */
export const INTEGER = 1;
export const FLOAT = 2;
export const TEXT = 3;
export const BLOB = 4;
/** Has SQLite copy a bound value. */
export const TRANSIENT = -1;
