import type { Database, Row } from '../../../store/database';
import { integer, optionalInteger, optionalText, text } from '../../../store/row';
import type { Texts } from '../../content/run';
import type { Addressed } from '../modelPlaces';
import type { MlflowSchema } from './schema';

/** A registered model of one of MLflow's workspaces; names are unique within one. */
export interface ModelKey {
  readonly workspace: string;
  readonly name: string;
}

export const DEFAULT_WORKSPACE = 'default';

const MODELS = 'registered_models';
const VERSIONS = 'model_versions';
const VERSION_COLUMNS = ['version', 'creation_time', 'last_updated_time', 'description', 'user_id', 'current_stage',
  'source', 'storage_location', 'run_id', 'run_link', 'status']; // prettier-ignore

/** Reads the tables of MLflow's registry; a database of before 2020 has none. */
export class ModelRows {
  constructor(
    private readonly db: Database,
    private readonly schema: MlflowSchema,
  ) {
    for (const table of [VERSIONS, 'model_version_tags', 'registered_model_tags', 'registered_model_aliases'])
      schema.index(table, 'name');
  }

  *keys(): Generator<ModelKey> {
    if (!this.schema.has(MODELS)) return;
    const rows = this.db
      .prepare(`SELECT ${this.schema.select(MODELS, ['name', 'workspace'])} FROM ${MODELS} ORDER BY 2, 1`)
      .all();
    for (const row of rows)
      yield { name: text(row, 'name'), workspace: optionalText(row, 'workspace') ?? DEFAULT_WORKSPACE };
  }

  model(key: ModelKey): Row {
    const columns = this.schema.select(MODELS, ['creation_time', 'last_updated_time', 'description']);
    return this.rows(MODELS, { key, columns })[0] ?? {};
  }

  /** By number, with those that were deleted. */
  versions(key: ModelKey): readonly Row[] {
    if (!this.schema.has(VERSIONS)) return [];
    return this.rows(VERSIONS, {
      key,
      columns: this.schema.select(VERSIONS, VERSION_COLUMNS),
      rest: 'ORDER BY version',
    });
  }

  tags(key: ModelKey): Texts {
    return this.texts('registered_model_tags', { key, columns: 'key, value' });
  }

  /** The tags of all versions of a model. */
  versionTags(key: ModelKey): ReadonlyMap<number, Texts> {
    const tags = new Map<number, [string, string][]>();
    if (!this.schema.has('model_version_tags')) return new Map();
    for (const row of this.rows('model_version_tags', { key, columns: 'version, key, value' })) {
      const version = integer(row, 'version');
      const own = tags.get(version) ?? [];
      own.push([text(row, 'key'), optionalText(row, 'value') ?? '']);
      tags.set(version, own);
    }
    return new Map([...tags].map(([version, own]) => [version, Object.fromEntries(own)]));
  }

  aliases(key: ModelKey): Readonly<Record<string, number>> {
    const table = 'registered_model_aliases';
    if (!this.schema.has(table)) return {};
    const rows = this.rows(table, { key, columns: 'alias, version' });
    return Object.fromEntries(rows.map(row => [text(row, 'alias'), integer(row, 'version')]));
  }

  /** What a version says of its files. */
  addressed(key: ModelKey, version: number): Addressed | undefined {
    const columns = this.schema.select(VERSIONS, ['source', 'storage_location', 'run_id']);
    const [row] = this.rows(VERSIONS, { key, columns, rest: 'AND version = ?', params: [version] });
    return row && addressedOf(row);
  }

  private texts(table: string, query: Query): Texts {
    if (!this.schema.has(table)) return {};
    return Object.fromEntries(this.rows(table, query).map(row => [text(row, 'key'), optionalText(row, 'value') ?? '']));
  }

  private rows(table: string, { key, columns, rest = '', params = [] }: Query): readonly Row[] {
    const isShared = this.schema.hasColumn(table, 'workspace');
    const owner = isShared ? 'name = ? AND workspace = ?' : 'name = ?';
    return this.db
      .prepare(`SELECT ${columns} FROM ${table} WHERE ${owner} ${rest}`)
      .all([key.name, ...(isShared ? [key.workspace] : []), ...params]);
  }
}

interface Query {
  readonly key: ModelKey;
  readonly columns: string;
  readonly rest?: string;
  readonly params?: readonly number[];
}

export function addressedOf(row: Row): Addressed {
  const run = optionalText(row, 'run_id');
  return {
    addresses: ['storage_location', 'source'].map(column => optionalText(row, column) ?? ''),
    run: run === '' ? undefined : run,
  };
}

/** ms since 1970: the time of a row, or else when it was changed last. */
export const createdAt = (row: Row): number =>
  optionalInteger(row, 'creation_time') ?? optionalInteger(row, 'last_updated_time') ?? 0;
