import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { Database, SqlValue, Statement } from '../database';
import { endsTransaction, sqliteFailure } from '../failures';
import type { HostFiles } from '../hostFiles';
import { SQLITE } from './api';
import { type Compiled, Compiler } from './compiler';
import type { SqliteRuntime } from './runtime';
import { PreparedStatement, type StatementHost } from './statement';
import { Values } from './values';

/** Texts whose compiled statement is kept. */
const KEPT_STATEMENTS = 256;

/** The transaction under way; `broken` once something in it has failed for good. */
interface Transaction {
  broken?: { readonly error: unknown };
}

/** A connection to one database file on the host. */
export class Connection implements Database, StatementHost {
  private readonly statements = new Map<string, PreparedStatement>();
  private readonly listeners: (() => void)[] = [];
  private readonly values: Values;
  private readonly compiler: Compiler;
  private current: Transaction | undefined;
  private seenChanges: SqlValue = 0;
  private isClosed = false;

  private constructor(
    private readonly runtime: SqliteRuntime,
    private readonly database: number,
    private readonly place: { readonly file: string; readonly mount: string; readonly files: HostFiles },
  ) {
    this.values = new Values(runtime);
    this.compiler = new Compiler(runtime, this.values, database);
  }

  /** Opens (creating it if need be) a database file. No pragma has been set and nothing of the file read yet. */
  static open(runtime: SqliteRuntime, file: string, files: HostFiles): Connection {
    const { api, host, memory } = runtime;
    const mount = host.mount(path.dirname(file), files);
    const values = new Values(runtime);
    const out = api._malloc(4);
    host.takeFailure();
    const code = api._sqlite3_open(values.cString(`${mount}/${path.basename(file)}`), out);
    const database = memory.view.getUint32(out, true);
    api._free(out);
    const connection = new Connection(runtime, database, { file, mount, files });
    if (code === SQLITE.OK) return connection;
    const error = connection.failure(code);
    connection.close();
    throw error;
  }

  exec(sql: string): void {
    this.change(() => this.execute(sql));
  }

  prepare(sql: string): Statement {
    this.mustBeOpen();
    const kept = this.statements.get(sql);
    if (kept !== undefined) {
      this.statements.delete(sql); // to the end: the least used is the first
      this.statements.set(sql, kept);
      return kept;
    }
    const statement = new PreparedStatement(this, sql);
    this.statements.set(sql, statement);
    if (this.statements.size > KEPT_STATEMENTS) this.forgetOldest();
    return statement;
  }

  transaction<T>(work: () => T): T {
    this.mustBeOpen();
    if (this.current !== undefined) return this.join(this.current, work);
    this.mustBeInPlace();
    this.begin();
    const own: Transaction = {};
    this.current = own;
    let result: T;
    try {
      result = synchronous(work());
      if (own.broken) throw own.broken.error;
      this.execute('COMMIT');
    } catch (error) {
      this.current = undefined;
      this.rollback();
      this.seenChanges = this.totalChanges(); // what was rolled back counts there as well
      throw error;
    }
    this.current = undefined;
    this.announce();
    return result;
  }

  onCommit(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** A copy of the whole database in a new file, compacted. Not within a transaction. */
  vacuumInto(file: string): void {
    const mount = this.runtime.host.mount(path.dirname(file), this.place.files);
    try {
      this.prepare('VACUUM INTO ?').run([`${mount}/${path.basename(file)}`]);
    } finally {
      this.runtime.host.unmount(mount);
    }
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { api, host } = this.runtime;
    this.compiler.freeAll();
    this.statements.clear();
    api._sqlite3_close_v2(this.database);
    host.unmount(this.place.mount);
  }

  // What the statements call ------------------------------------------------------------------------------------------

  compile(sql: string): Compiled {
    this.mustBeOpen();
    return this.compiler.compile(sql, code => this.failure(code, sql));
  }

  finalize(compiled: Compiled): void {
    this.compiler.free(compiled.pointer);
  }

  bind(compiled: Compiled, index: number, value: SqlValue): void {
    const code = this.values.bind(compiled.pointer, index, value);
    if (code !== SQLITE.OK) throw this.failure(code);
  }

  step(compiled: Compiled, sql: string): boolean {
    this.mustBeOpen();
    if (this.current?.broken) throw this.current.broken.error;
    this.runtime.host.takeFailure();
    const code = this.runtime.api._sqlite3_step(compiled.pointer);
    if (code === SQLITE.ROW) return true;
    if (code === SQLITE.DONE) return false;
    const error = this.failure(code, sql);
    if (this.current && endsTransaction(error)) this.current.broken = { error };
    throw error;
  }

  reset(compiled: Compiled): void {
    if (!this.compiler.isLive(compiled)) return; // closed meanwhile
    this.runtime.api._sqlite3_reset(compiled.pointer);
    if (compiled.params > 0) this.runtime.api._sqlite3_clear_bindings(compiled.pointer);
  }

  column(compiled: Compiled, column: number): SqlValue {
    return this.values.column(compiled.pointer, column);
  }

  mustBeOpen(): void {
    if (this.isClosed) throw new ModelyardError('store.failed', `${this.place.file} has been closed.`);
  }

  change<T>(work: () => T): T {
    this.mustBeOpen();
    if (this.current !== undefined) return work();
    this.mustBeInPlace();
    const result = work();
    this.announce();
    return result;
  }

  // -------------------------------------------------------------------------------------------------------------------

  private join<T>(outer: Transaction, work: () => T): T {
    try {
      return synchronous(work());
    } catch (error) {
      outer.broken ??= { error }; // the outer one cannot commit half of it, whoever catches this
      throw error;
    }
  }

  private begin(): void {
    try {
      this.execute('BEGIN IMMEDIATE');
    } catch (error) {
      // A transaction whose rollback failed (a disk that refused everything) is still open.
      if (!this.rollback()) throw error;
      this.execute('BEGIN IMMEDIATE');
    }
  }

  /** False when there was nothing to roll back: SQLite had done it already. */
  private rollback(): boolean {
    try {
      this.execute('ROLLBACK');
      return true;
    } catch {
      return false;
    }
  }

  private execute(sql: string): void {
    this.mustBeOpen();
    this.runtime.host.takeFailure();
    const code = this.runtime.api._sqlite3_exec(this.database, this.values.cString(sql), 0, 0, 0);
    if (code === SQLITE.OK) return;
    const error = this.failure(code, sql);
    if (this.current && endsTransaction(error)) this.current.broken = { error };
    throw error;
  }

  /** Tells the listeners when something has been committed since the last time. */
  private announce(): void {
    const changes = this.totalChanges();
    if (changes === this.seenChanges) return;
    this.seenChanges = changes;
    for (const listener of this.listeners) {
      try {
        listener();
      } catch (error) {
        // The commit has happened: its caller must not take it for failed.
        process.emitWarning(error instanceof Error ? error : String(error), 'CommitListener');
      }
    }
  }

  private totalChanges(): SqlValue {
    return this.prepare('SELECT total_changes() AS changes').get()?.['changes'] ?? 0;
  }

  private forgetOldest(): void {
    for (const [sql, statement] of this.statements) {
      this.statements.delete(sql);
      statement.rest();
      return;
    }
  }

  private failure(code: number, sql?: string): ModelyardError {
    const { api, memory, host } = this.runtime;
    return sqliteFailure({
      code,
      message: memory.text(api._sqlite3_errmsg(this.database)),
      file: this.place.file,
      files: this.place.files,
      host: host.takeFailure(),
      ...(sql !== undefined && { sql }),
    });
  }

  /** Commits to a file that nobody can find any more would be lost. */
  private mustBeInPlace(): void {
    if (!this.runtime.host.hasMoved(this.place.file)) return;
    throw new ModelyardError('store.failed', `${this.place.file} was moved or deleted while Modelyard had it open.`, {
      fix: 'Open the folder again.',
    });
  }
}

function synchronous<T>(result: T): T {
  if (typeof result === 'object' && result !== null && 'then' in result) {
    throw new ModelyardError('internal', 'The work of a transaction must not be asynchronous.');
  }
  return result;
}
