import * as v from 'valibot';
import type { FeatureTrainingSet } from '../../protocol/featureJoins';
import type { Database, Row } from '../../store/database';
import { integer, optionalText, text } from '../../store/row';

export interface TrainingSetRecord extends FeatureTrainingSet {
  /** sha-256 over the definitions of all views. */
  readonly definition: string;
  readonly columns: readonly { readonly column: string; readonly reference: string }[];
  /** Of the data whose rows asked. */
  readonly entitiesDigest: string;
  /** Its column with the time of each row. */
  readonly eventTime?: string;
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

  /** The newest dataset that has features of a version of a view, with the column of each. */
  newestOf({
    view,
    version,
  }: {
    readonly view: string;
    readonly version: number;
  }):
    | { readonly dataset: string; readonly digest: string; readonly columns: Readonly<Record<string, string>> }
    | undefined {
    const name = `${view}@v${version}`;
    const row = this.db
      .prepare(
        `SELECT digest, dataset, feature_columns FROM feature_training_set s WHERE dataset IS NOT NULL
         AND EXISTS (SELECT 1 FROM json_each(s.views) WHERE value = ?) ORDER BY id DESC LIMIT 1`,
      )
      .get([name]);
    if (!row) return undefined;
    const own = v
      .parse(columns, row['feature_columns'])
      .flatMap(({ column, reference }) =>
        reference.startsWith(`${name}:`) ? [[reference.slice(name.length + 1), column] as const] : [],
      );
    return { dataset: text(row, 'dataset'), digest: text(row, 'digest'), columns: Object.fromEntries(own) };
  }

  /** Those that a view took part in, the newest first. */
  ofView(view: string, limit: number): readonly FeatureTrainingSet[] {
    return this.db
      .prepare(
        `SELECT * FROM feature_training_set s
         WHERE EXISTS (SELECT 1 FROM json_each(s.views) WHERE substr(value, 1, length(?1)) = ?1)
         ORDER BY id DESC LIMIT ?2`,
      )
      .all([`${view}@v`, limit])
      .map(row => setOf(row));
  }
}

const names = v.pipe(v.string(), v.parseJson(), v.array(v.string()));
const columns = v.pipe(v.string(), v.parseJson(), v.array(v.object({ column: v.string(), reference: v.string() })));
const mode = v.picklist(['known', 'tie-break']);

function setOf(row: Row): FeatureTrainingSet {
  const [dataset, service] = [optionalText(row, 'dataset'), optionalText(row, 'service')];
  return {
    path: text(row, 'path'),
    digest: text(row, 'digest'),
    ...(dataset !== undefined && { dataset }),
    ...(service !== undefined && { service }),
    views: v.parse(names, text(row, 'views')),
    entities: text(row, 'entities'),
    mode: v.parse(mode, row['mode']),
    rows: integer(row, 'row_count'),
    createdAt: integer(row, 'created_at'),
  };
}
