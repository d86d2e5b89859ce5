import { ModelyardError } from '../../errors';
import type { Row, SqlParams, SqlValue, Statement } from '../database';
import type { Compiled } from './compiler';

/** What a statement needs of its connection. */
export interface StatementHost {
  compile(sql: string): Compiled;
  finalize(compiled: Compiled): void;
  /** Binds one parameter (from 1); throws when SQLite refuses. */
  bind(compiled: Compiled, index: number, value: SqlValue): void;
  /** True when there is a row; throws SQLite's error. */
  step(compiled: Compiled, sql: string): boolean;
  reset(compiled: Compiled): void;
  column(compiled: Compiled, column: number): SqlValue;
  /** Runs what may write; outside a transaction that is a commit of its own. */
  change<T>(work: () => T): T;
  mustBeOpen(): void;
}

/**
 * A statement of one text. Every use takes a compiled statement for itself and gives it back reset, so that an error,
 * an iteration left early, or the same statement used within its own iteration never disturb another use.
 */
export class PreparedStatement implements Statement {
  private idle: Compiled | undefined;
  private readonly isQuery: boolean;

  constructor(
    private readonly host: StatementHost,
    readonly sql: string,
  ) {
    this.idle = host.compile(sql); // says at once what is wrong with the text
    this.isQuery = /^\s*(SELECT|PRAGMA|EXPLAIN)\b/i.test(sql);
  }

  run(params: SqlParams = []): void {
    this.use(params, compiled => {
      while (this.host.step(compiled, this.sql));
    });
  }

  get(params: SqlParams = []): Row | undefined {
    return this.use(params, compiled => {
      if (!this.host.step(compiled, this.sql)) return undefined;
      const row = this.row(compiled);
      // To its end, or INSERT … RETURNING would not have happened yet.
      if (!this.isQuery) while (this.host.step(compiled, this.sql));
      return row;
    });
  }

  all(params: SqlParams = []): readonly Row[] {
    return this.use(params, compiled => {
      const rows: Row[] = [];
      while (this.host.step(compiled, this.sql)) rows.push(this.row(compiled));
      return rows;
    });
  }

  *iterate(params: SqlParams = []): IterableIterator<Row> {
    this.host.mustBeOpen();
    const compiled = this.take();
    try {
      this.bindAll(compiled, params);
      while (this.host.step(compiled, this.sql)) yield this.row(compiled);
    } finally {
      this.give(compiled);
    }
  }

  /** Frees the memory; the next use compiles again. */
  rest(): void {
    if (this.idle !== undefined) this.host.finalize(this.idle);
    this.idle = undefined;
  }

  private use<T>(params: SqlParams, work: (compiled: Compiled) => T): T {
    this.host.mustBeOpen();
    return this.isQuery ? this.once(params, work) : this.host.change(() => this.once(params, work));
  }

  private once<T>(params: SqlParams, work: (compiled: Compiled) => T): T {
    const compiled = this.take();
    try {
      this.bindAll(compiled, params);
      return work(compiled);
    } finally {
      this.give(compiled);
    }
  }

  private take(): Compiled {
    const compiled = this.idle ?? this.host.compile(this.sql);
    this.idle = undefined;
    return compiled;
  }

  private give(compiled: Compiled): void {
    this.host.reset(compiled);
    if (this.idle === undefined) this.idle = compiled;
    else this.host.finalize(compiled);
  }

  private bindAll(compiled: Compiled, params: SqlParams): void {
    if (params.length !== compiled.params) {
      throw new ModelyardError(
        'internal',
        `A statement takes ${compiled.params} parameters but was given ${params.length}: ${this.sql.slice(0, 200)}`,
      );
    }
    for (let index = 0; index < params.length; index++) {
      this.host.bind(compiled, index + 1, params[index] ?? null);
    }
  }

  private row(compiled: Compiled): Row {
    const row: Record<string, SqlValue> = {};
    const { columns } = compiled;
    for (let column = 0; column < columns.length; column++) row[columns[column]!] = this.host.column(compiled, column);
    return row;
  }
}
