import * as v from 'valibot';
import type { JoinMode } from '../protocol/features';
import type { Database, Row } from '../store/database';
import { integer, optionalText, text } from '../store/row';

/** A file that was made by joining features to the rows of another one. */
export interface TrainingSetRecord {
  /** sha-256 of the file. */
  readonly digest: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** The dataset of modelyard.yaml that it is. */
  readonly dataset?: string;
  readonly service?: string;
  /** sha-256 over the definitions of all views. */
  readonly definition: string;
  readonly columns: readonly { readonly column: string; readonly reference: string }[];
  /** `loans@v2`, also of those that others are computed from on demand. */
  readonly views: readonly string[];
  /** The dataset or file whose rows asked, and what it was. */
  readonly entities: string;
  readonly entitiesDigest: string;
  readonly eventTime?: string;
  readonly mode: JoinMode;
  readonly rows: number;
  /** ms since 1970 */
  readonly createdAt: number;
}

/** Which files were made of which versions of features. */
export class TrainingSetStore {
  constructor(private readonly db: Database) {}

  put(set: TrainingSetRecord): void {
    this.db.transaction(() =>
      this.db
        .prepare(
          `INSERT INTO feature_training_set (digest, path, dataset, service, definition, feature_columns, views, entities,
             entities_digest, event_time, mode, row_count, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([
          ...[set.digest, set.path, set.dataset ?? null, set.service ?? null, set.definition],
          ...[JSON.stringify(set.columns), JSON.stringify(set.views), set.entities, set.entitiesDigest],
          ...[set.eventTime ?? null, set.mode, set.rows, set.createdAt],
        ]),
    );
  }

  /** How a file with these bytes was last made. */
  byDigest(digest: string): TrainingSetRecord | undefined {
    const row = this.db
      .prepare('SELECT * FROM feature_training_set WHERE digest = ? ORDER BY id DESC LIMIT 1')
      .get([digest]);
    return row && recordOf(row);
  }
}

const columns = v.pipe(v.string(), v.parseJson(), v.array(v.object({ column: v.string(), reference: v.string() })));
const names = v.pipe(v.string(), v.parseJson(), v.array(v.string()));
const mode = v.picklist(['known', 'tie-break']);

function recordOf(row: Row): TrainingSetRecord {
  const [dataset, service, eventTime] = ['dataset', 'service', 'event_time'].map(name => optionalText(row, name));
  return {
    digest: text(row, 'digest'),
    path: text(row, 'path'),
    ...(dataset !== undefined && { dataset }),
    ...(service !== undefined && { service }),
    definition: text(row, 'definition'),
    columns: v.parse(columns, text(row, 'feature_columns')),
    views: v.parse(names, text(row, 'views')),
    entities: text(row, 'entities'),
    entitiesDigest: text(row, 'entities_digest'),
    ...(eventTime !== undefined && { eventTime }),
    mode: v.parse(mode, row['mode']),
    rows: integer(row, 'row_count'),
    createdAt: integer(row, 'created_at'),
  };
}
