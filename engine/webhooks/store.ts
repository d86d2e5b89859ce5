import { invalid } from '../search/invalid';
import { pageToken, readPageToken } from '../search/pageToken';
import type { Database, Row } from '../store/database';
import { integer, text } from '../store/row';
import type { EventName, Webhook } from './records';

/** The tables `webhook` and `webhook_event`. */
export class WebhookStore {
  constructor(private readonly db: Database) {}

  get(id: string): Webhook | undefined {
    return this.complete(this.db.prepare('SELECT * FROM webhook WHERE uuid = ?').all([id]))[0];
  }

  /** Newest first. @throws ModelyardError `params.invalid` */
  list({ limit, pageToken: token }: { readonly limit: number; readonly pageToken?: string }): {
    readonly webhooks: readonly Webhook[];
    readonly nextPageToken?: string;
  } {
    const [before] = token === undefined ? [Number.MAX_SAFE_INTEGER] : readPageToken('webhooks', token, 1);
    if (typeof before !== 'number') throw invalid('Invalid page token', 'Begin with the first page.');
    const rows = this.db
      .prepare('SELECT * FROM webhook WHERE id < ? ORDER BY id DESC LIMIT ?')
      .all([before, limit + 1]);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      webhooks: this.complete(rows.slice(0, limit)),
      ...(last && { nextPageToken: pageToken('webhooks', [integer(last, 'id')]) }),
    };
  }

  /** The active ones that want to be told. */
  wanting({ entity, action }: EventName): readonly string[] {
    return this.db
      .prepare(
        `SELECT w.uuid FROM webhook_event e JOIN webhook w ON w.id = e.webhook_id
         WHERE e.entity = ? AND e.action = ? AND w.status = 'ACTIVE' ORDER BY w.id`,
      )
      .all([entity, action])
      .map(row => text(row, 'uuid'));
  }

  put(webhook: Webhook): void {
    const { id, name, description, url, status, isSigned, createdAt, updatedAt } = webhook;
    const row = this.db
      .prepare(
        `INSERT INTO webhook (uuid, name, description, url, status, is_signed, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (uuid) DO UPDATE SET name = excluded.name, description = excluded.description, url = excluded.url,
           status = excluded.status, is_signed = excluded.is_signed, updated_at = excluded.updated_at
         RETURNING id`,
      )
      .all([id, name, description, url, status, isSigned ? 1 : 0, createdAt, updatedAt])[0];
    const number = integer(row ?? {}, 'id');
    this.db.prepare('DELETE FROM webhook_event WHERE webhook_id = ?').run([number]);
    const insert = this.db.prepare(
      'INSERT INTO webhook_event (webhook_id, entity, action) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const { entity, action } of webhook.events) insert.run([number, entity, action]);
  }

  delete(id: string): void {
    this.db.prepare('DELETE FROM webhook WHERE uuid = ?').run([id]);
  }

  private complete(rows: readonly Row[]): readonly Webhook[] {
    return rows.map(row => ({
      id: text(row, 'uuid'),
      name: text(row, 'name'),
      description: text(row, 'description'),
      url: text(row, 'url'),
      status: text(row, 'status') === 'ACTIVE' ? 'ACTIVE' : 'DISABLED',
      isSigned: integer(row, 'is_signed') === 1,
      events: this.db
        .prepare('SELECT entity, action FROM webhook_event WHERE webhook_id = ? ORDER BY entity, action')
        .all([integer(row, 'id')])
        .map(event => ({ entity: text(event, 'entity'), action: text(event, 'action') })),
      createdAt: integer(row, 'created_at'),
      updatedAt: integer(row, 'updated_at'),
    }));
  }
}
