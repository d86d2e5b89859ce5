/**
 * What SQLite stores. Integers outside ±2^53 come back as bigint; NaN becomes NULL.
 *
 * Bound to a column, or compared with one, every integer is an integer. On its own in an expression a number beyond
 * 32 bits is a REAL and a bigint beyond 32 bits is a text: write CAST(? AS INTEGER) there.
 */
export type SqlValue = string | number | bigint | Uint8Array | null;
export type Row = Readonly<Record<string, SqlValue>>;
export type SqlParams = readonly SqlValue[];

/** A compiled statement; kept and used again by its owner, closed with the database. */
export interface Statement {
  run(params?: SqlParams): void;
  get(params?: SqlParams): Row | undefined;
  all(params?: SqlParams): readonly Row[];
  /** For queries: the rows one by one. May be left early, and the same statement may be used meanwhile. */
  iterate(params?: SqlParams): IterableIterator<Row>;
}

/**
 * The part of a SQLite database that the rooms need, so that none of them knows which SQLite it is. All calls are
 * synchronous; whoever calls is in the engine process, the only writer.
 */
export interface Database {
  /** Statements without results, one or many. */
  exec(sql: string): void;
  /** Compiled once for each text and kept. */
  prepare(sql: string): Statement;
  /**
   * Runs `work` within BEGIN IMMEDIATE … COMMIT. When it returns, the change is on the disk. When `work` (or COMMIT)
   * throws, everything is rolled back and the error goes on. Nested calls join the outer transaction; when one throws,
   * the outer one can no longer commit, even if it catches the error. `work` must not be asynchronous.
   */
  transaction<T>(work: () => T): T;
  /** Called after each commit that changed something, outside the transaction. */
  onCommit(listener: () => void): void;
}
