import type { Database } from '../../../store/database';
import { text } from '../../../store/row';

/** What a database of MLflow has; its schema has grown over the years. */
export class MlflowSchema {
  private readonly tables = new Map<string, ReadonlySet<string>>();

  constructor(private readonly db: Database) {
    for (const row of db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()) {
      const table = text(row, 'name');
      const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all([table]);
      this.tables.set(table, new Set(columns.map(column => text(column, 'name'))));
    }
  }

  has(table: string): boolean {
    return this.tables.has(table);
  }

  hasColumn(table: string, column: string): boolean {
    return this.tables.get(table)?.has(column) === true;
  }

  /** `columns` as a list for a SELECT; those that the table lacks are NULL. */
  select(table: string, columns: readonly string[]): string {
    const known = this.tables.get(table);
    return columns.map(column => (known?.has(column) === true ? `"${column}"` : `NULL AS "${column}"`)).join(', ');
  }

  /** Older databases lack the index that finds what belongs to a run; in a copy it can be made. */
  index(table: string, column: string): void {
    if (!this.hasColumn(table, column)) return;
    const found = this.db
      .prepare(
        `SELECT 1 FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i ON i.seqno = 0 WHERE i.name = ? LIMIT 1`,
      )
      .get([table, column]);
    if (found === undefined) this.db.exec(`CREATE INDEX "modelyard_${table}_${column}" ON "${table}" ("${column}")`);
  }
}
