import { parseFilter, parseOrder } from '../search/filterParser';
import type { Condition, Dialect, SortTerm } from '../search/filterParser';
import { invalid } from '../search/invalid';
import { pageToken, readPageToken } from '../search/pageToken';
import type { KeyPart } from '../search/pageToken';
import { after, compare, joinAnd, orderBy } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';
import type { Database, Row } from '../store/database';
import { integer } from '../store/row';
import { modelFilter, modelOrder, versionFilter, versionOrder } from './dialects';
import { promptTag } from './records';

export interface RegistrySearch {
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  /** At least 1. */
  readonly limit: number;
  readonly pageToken?: string;
}

export interface Found<Key> {
  readonly keys: readonly Key[];
  readonly nextPageToken?: string;
}

/** What is searched: tables, names, and the order when none is asked for. */
interface Kind {
  readonly name: string;
  readonly from: string;
  readonly filter: Dialect;
  readonly order: Dialect;
  /** SQL of each attribute. */
  readonly sql: Readonly<Record<string, string>>;
  readonly tagsOf: string;
  readonly isPrompt: string;
  readonly defaultOrder: readonly string[];
  /** Makes the order one of single rows. */
  readonly ties: readonly string[];
}

const MODELS: Kind = {
  name: 'models',
  from: 'm.id AS id FROM registered_model m WHERE m.deleted_at IS NULL',
  filter: modelFilter,
  order: modelOrder,
  sql: { name: 'm.name', creation_timestamp: 'm.created_at', last_updated_timestamp: 'm.updated_at' },
  tagsOf: 'registered_model_tag t WHERE t.model_id = m.id',
  isPrompt: `SELECT 1 FROM registered_model_tag p WHERE p.model_id = m.id AND p.key = '${promptTag}' AND p.value = 'true'`,
  defaultOrder: [],
  ties: ['name'],
};

const VERSIONS: Kind = {
  name: 'versions',
  from: `mv.model_id AS id, mv.version AS version
    FROM model_version mv JOIN registered_model m ON m.id = mv.model_id LEFT JOIN run ON run.id = mv.run_id
    WHERE mv.deleted_at IS NULL`,
  filter: versionFilter,
  order: versionOrder,
  sql: {
    name: 'm.name',
    version_number: 'mv.version',
    run_id: 'coalesce(run.uuid, mv.foreign_run)',
    source_path: 'mv.source',
    creation_timestamp: 'mv.created_at',
    last_updated_timestamp: 'mv.updated_at',
  },
  tagsOf: 'model_version_tag t WHERE t.model_id = mv.model_id AND t.version = mv.version',
  isPrompt: `SELECT 1 FROM model_version_tag p WHERE p.model_id = mv.model_id AND p.key = '${promptTag}' AND p.value = 'true'`,
  defaultOrder: ['last_updated_timestamp DESC'],
  ties: ['name', 'version_number DESC'],
};

/** Ids of models. @throws ModelyardError `params.invalid`: filter, order or page token */
export function searchModels(db: Database, search: RegistrySearch): Found<number> {
  const { rows, ...rest } = find(db, MODELS, search);
  return { keys: rows.map(row => integer(row, 'id')), ...rest };
}

/** Ids of models with numbers of versions. @throws ModelyardError `params.invalid`: filter, order or page token */
export function searchVersions(db: Database, search: RegistrySearch): Found<readonly [number, number]> {
  const { rows, ...rest } = find(db, VERSIONS, search);
  return { keys: rows.map(row => [integer(row, 'id'), integer(row, 'version')] as const), ...rest };
}

function find(
  db: Database,
  kind: Kind,
  { filter = '', orderBy: orders = [], limit, pageToken: token }: RegistrySearch,
): { readonly rows: readonly Row[]; readonly nextPageToken?: string } {
  const identity = [kind.name, filter, orders];
  const columns = sortColumns(kind, orders);
  const where = conditions(kind, parseFilter(filter, kind.filter));
  if (token !== undefined) where.push(after(columns, readPageToken(identity, token, columns.length)));
  const condition = joinAnd([{ text: '1', params: [] }, ...where]);
  const rows = db
    .prepare(
      `SELECT ${columns.map(({ text }, index) => `${text} AS k${index}`).join(', ')}, ${kind.from} AND ${condition.text}
       ORDER BY ${orderBy(columns)} LIMIT ?`,
    )
    .all([...condition.params, limit + 1]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    ...(last && { nextPageToken: pageToken(identity, keyOf(last, columns.length)) }),
  };
}

function keyOf(row: Row, columns: number): readonly KeyPart[] {
  return Array.from({ length: columns }, (_, index) => {
    const value = row[`k${index}`];
    if (value === undefined || value instanceof Uint8Array) throw new TypeError(`Column k${index} cannot be a key.`);
    return value;
  });
}

/** Prompts are left out unless the filter asks for them. */
function conditions(kind: Kind, parsed: readonly Condition[]): Sql[] {
  const isOfPrompts = ({ field }: Condition): boolean => field.entity === 'tag' && field.key === promptTag;
  const asked = parsed.find(isOfPrompts);
  const wantsPrompts =
    typeof asked?.value === 'string' &&
    /^(?:= true|!= false)$/.test(`${asked.comparator} ${asked.value.toLowerCase()}`);
  const chosen = wantsPrompts ? parsed : parsed.filter(condition => !isOfPrompts(condition));
  const found = chosen.map(condition => conditionSql(kind, condition));
  return wantsPrompts ? found : [...found, { text: `NOT EXISTS (${kind.isPrompt})`, params: [] }];
}

function conditionSql(kind: Kind, condition: Condition): Sql {
  const { field, value } = condition;
  if (field.entity === 'tag') {
    const test = compare('t.value', condition);
    return {
      text: `EXISTS (SELECT 1 FROM ${kind.tagsOf} AND t.key = ? AND ${test.text})`,
      params: [field.key, ...test.params],
    };
  }
  if (typeof value === 'number' && !Number.isInteger(value))
    throw invalid(`Invalid value for numeric attribute '${field.key}': ${value}. It must be a whole number.`);
  return compare(kind.sql[field.key] ?? 'NULL', condition);
}

function sortColumns(kind: Kind, orders: readonly string[]): readonly SortColumn[] {
  const terms = parseOrder(orders.length > 0 ? orders : kind.defaultOrder, kind.order);
  const isNamed = ({ field }: SortTerm): boolean => terms.some(term => term.field.key === field.key);
  const ties = parseOrder(kind.ties, kind.order).filter(tie => !isNamed(tie));
  return [...terms, ...ties].map(({ field, descending }) => ({
    text: kind.sql[field.key] ?? 'NULL',
    params: [],
    descending,
  }));
}
