import { experimentId, traceId } from '../ids';
import type { Database, Row, SqlValue } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';
import { groupRows } from './groupRows';
import { TRACE_STATES } from './traceRecords';
import type { SpanRecord, TraceDeletion, TraceInfo } from './traceRecords';

/** A trace without what hangs on it. */
export interface TraceRow extends Omit<TraceInfo, 'tags' | 'metadata'> {
  readonly row: number;
}

const COLUMNS =
  'trace.id, uuid, experiment_id, requested_at, duration, state, client_request_id, request_preview, response_preview';
const TABLES = { tag: 'trace_tag', metadata: 'trace_metadata' } as const;
export type TraceText = keyof typeof TABLES;

/** The tables `trace`, `trace_tag`, `trace_metadata` and `span`. */
export class TraceStore {
  constructor(private readonly db: Database) {}

  byId(id: string): TraceRow | undefined {
    return this.rows('uuid = ?', [id])[0];
  }

  byIds(ids: readonly string[]): readonly TraceRow[] {
    return this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN trace ON uuid = j.value ORDER BY j.key`)
      .all([JSON.stringify(ids)])
      .map(readTrace);
  }

  byNumbers(numbers: readonly number[]): readonly TraceRow[] {
    return this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN trace ON trace.id = j.value ORDER BY j.key`)
      .all([JSON.stringify(numbers)])
      .map(readTrace);
  }

  /** Makes it, or says anew what is known of it. */
  save(info: Omit<TraceInfo, 'tags' | 'metadata'>): TraceRow {
    const [row = {}] = this.db
      .prepare(
        `INSERT INTO trace (uuid, experiment_id, requested_at, duration, state, client_request_id, request_preview, response_preview)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (uuid) DO UPDATE SET requested_at = excluded.requested_at, duration = excluded.duration,
           state = excluded.state, client_request_id = coalesce(excluded.client_request_id, client_request_id),
           request_preview = coalesce(excluded.request_preview, request_preview),
           response_preview = coalesce(excluded.response_preview, response_preview)
         RETURNING ${COLUMNS}`,
      )
      .all([
        info.id,
        Number(info.experimentId),
        info.requestedAt,
        info.duration ?? null,
        info.state,
        info.clientRequestId ?? null,
        info.requestPreview ?? null,
        info.responsePreview ?? null,
      ]);
    return readTrace(row);
  }

  setText({ row }: TraceRow, kind: TraceText, pair: readonly [string, string]): void {
    this.db
      .prepare(`INSERT OR REPLACE INTO ${TABLES[kind]} (trace_id, key, value) VALUES (?, ?, ?)`)
      .run([row, ...pair]);
  }

  /** False: there was none. */
  deleteTag({ row }: TraceRow, key: string): boolean {
    const sql = 'DELETE FROM trace_tag WHERE trace_id = ? AND key = ? RETURNING key';
    return this.db.prepare(sql).all([row, key]).length > 0;
  }

  /** A span that came before is replaced. */
  saveSpan({ row }: TraceRow, span: SpanRecord): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO span (trace_id, span_id, parent_id, name, started_at, ended_at, content)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run([row, span.spanId, span.parentId ?? null, span.name, span.startedAt, span.endedAt, span.content]);
  }

  spans(traces: readonly TraceRow[]): ReadonlyMap<number, readonly { isRoot: boolean; content: Uint8Array }[]> {
    const rows = this.db
      .prepare(
        `SELECT trace_id, parent_id, content FROM span WHERE trace_id IN (SELECT value FROM json_each(?))
         ORDER BY trace_id, started_at, parent_id IS NOT NULL, span_id`,
      )
      .all([numbersOf(traces)]);
    return groupRows(rows, 'trace_id', row => ({ isRoot: row['parent_id'] === null, content: bytes(row, 'content') }));
  }

  whole(traces: readonly TraceRow[]): readonly TraceInfo[] {
    const tags = this.texts('tag', traces);
    const metadata = this.texts('metadata', traces);
    return traces.map(({ row, ...info }) => ({
      ...info,
      tags: Object.fromEntries(tags.get(row) ?? []),
      metadata: Object.fromEntries(metadata.get(row) ?? []),
    }));
  }

  /** Returns how many there were. */
  delete({ experimentId: experiment, ids, until, atMost = -1 }: TraceDeletion): number {
    return this.db
      .prepare(
        `DELETE FROM trace WHERE id IN (
           SELECT id FROM trace WHERE experiment_id = ?1 AND (?2 IS NULL OR uuid IN (SELECT value FROM json_each(?2)))
             AND (?3 IS NULL OR requested_at <= ?3) ORDER BY requested_at, uuid LIMIT ?4
         ) RETURNING id`,
      )
      .all([Number(experiment), ids === undefined ? null : JSON.stringify(ids), until ?? null, atMost]).length;
  }

  private texts(
    kind: TraceText,
    traces: readonly TraceRow[],
  ): ReadonlyMap<number, readonly (readonly [string, string])[]> {
    const rows = this.db
      .prepare(`SELECT trace_id, key, value FROM ${TABLES[kind]} WHERE trace_id IN (SELECT value FROM json_each(?))`)
      .all([numbersOf(traces)]);
    return groupRows(rows, 'trace_id', row => [text(row, 'key'), text(row, 'value')] as const);
  }

  private rows(where: string, params: readonly SqlValue[]): readonly TraceRow[] {
    return this.db.prepare(`SELECT ${COLUMNS} FROM trace WHERE ${where}`).all(params).map(readTrace);
  }
}

const numbersOf = (traces: readonly TraceRow[]): string => JSON.stringify(traces.map(({ row }) => row));

function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`Column ${column} should have bytes.`);
}

function readTrace(row: Row): TraceRow {
  const duration = optionalInteger(row, 'duration');
  const state = text(row, 'state');
  const [client, request, response] = ['client_request_id', 'request_preview', 'response_preview'].map(column =>
    optionalText(row, column),
  );
  return {
    row: integer(row, 'id'),
    id: traceId(text(row, 'uuid')),
    experimentId: experimentId(String(integer(row, 'experiment_id'))),
    requestedAt: integer(row, 'requested_at'),
    state: TRACE_STATES.find(one => one === state) ?? 'STATE_UNSPECIFIED',
    ...(duration !== undefined && { duration }),
    ...(client !== undefined && { clientRequestId: client }),
    ...(request !== undefined && { requestPreview: request }),
    ...(response !== undefined && { responsePreview: response }),
  };
}
