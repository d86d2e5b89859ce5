import type { Database, Row } from '../store/database';
import { integer, text } from '../store/row';
import type { ModelRecord } from './records';

const COLUMNS = 'm.id, m.name, m.description, m.created_at, m.updated_at';

/** The tables `registered_model`, `registered_model_tag` and `registered_model_alias`. */
export class ModelStore {
  constructor(private readonly db: Database) {}

  all(): readonly ModelRecord[] {
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM registered_model m WHERE m.deleted_at IS NULL ORDER BY m.name`)
      .all();
    return this.complete(rows);
  }

  byName(name: string): ModelRecord | undefined {
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM registered_model m WHERE m.name = ? AND m.deleted_at IS NULL`)
      .all([name]);
    return this.complete(rows)[0];
  }

  /** In the order of the ids. */
  byIds(ids: readonly number[]): readonly ModelRecord[] {
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN registered_model m ON m.id = j.value ORDER BY j.key`)
      .all([JSON.stringify(ids)]);
    return this.complete(rows);
  }

  insert(name: string, description: string, now: number): number {
    const row = this.db
      .prepare(
        'INSERT INTO registered_model (name, description, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING id',
      )
      .all([name, description, now, now])[0];
    return integer(row ?? {}, 'id');
  }

  update(id: number, change: { readonly name: string; readonly description: string; readonly at: number }): void {
    this.db
      .prepare('UPDATE registered_model SET name = ?, description = ?, updated_at = ? WHERE id = ?')
      .run([change.name, change.description, change.at, id]);
  }

  touch(id: number, now: number): void {
    this.db.prepare('UPDATE registered_model SET updated_at = ? WHERE id = ?').run([now, id]);
  }

  delete(id: number, now: number): void {
    this.db.prepare('UPDATE registered_model SET deleted_at = ?, updated_at = ? WHERE id = ?').run([now, now, id]);
  }

  setTag(id: number, key: string, value: string): void {
    this.db
      .prepare('INSERT OR REPLACE INTO registered_model_tag (model_id, key, value) VALUES (?, ?, ?)')
      .run([id, key, value]);
  }

  deleteTag(id: number, key: string): void {
    this.db.prepare('DELETE FROM registered_model_tag WHERE model_id = ? AND key = ?').run([id, key]);
  }

  setAlias(id: number, alias: string, version: number): void {
    this.db
      .prepare('INSERT OR REPLACE INTO registered_model_alias (model_id, alias, version) VALUES (?, ?, ?)')
      .run([id, alias, version]);
  }

  deleteAlias(id: number, alias: string): void {
    this.db.prepare('DELETE FROM registered_model_alias WHERE model_id = ? AND alias = ?').run([id, alias]);
  }

  deleteAliasesOf(id: number, version: number): void {
    this.db.prepare('DELETE FROM registered_model_alias WHERE model_id = ? AND version = ?').run([id, version]);
  }

  private complete(rows: readonly Row[]): readonly ModelRecord[] {
    const ids = JSON.stringify(rows.map(row => integer(row, 'id')));
    const tags = this.pairs('SELECT model_id, key, value FROM registered_model_tag', ids);
    const aliases = this.pairs('SELECT model_id, alias AS key, version AS value FROM registered_model_alias', ids);
    return rows.map(row => {
      const id = integer(row, 'id');
      return {
        id,
        name: text(row, 'name'),
        description: text(row, 'description'),
        createdAt: integer(row, 'created_at'),
        updatedAt: integer(row, 'updated_at'),
        tags: Object.fromEntries((tags.get(id) ?? []).map(pair => [text(pair, 'key'), text(pair, 'value')])),
        aliases: Object.fromEntries((aliases.get(id) ?? []).map(pair => [text(pair, 'key'), integer(pair, 'value')])),
      };
    });
  }

  /** Keys and values by model. */
  private pairs(select: string, ids: string): ReadonlyMap<number, readonly Row[]> {
    const rows = this.db
      .prepare(`${select} WHERE model_id IN (SELECT value FROM json_each(?)) ORDER BY model_id, 2`)
      .all([ids]);
    return groupBy(rows, row => integer(row, 'model_id'));
  }
}

/** In the order in which they come. */
export function groupBy<Value, Key>(
  values: readonly Value[],
  keyOf: (value: Value, index: number) => Key,
): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const [index, value] of values.entries()) {
    const key = keyOf(value, index);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
