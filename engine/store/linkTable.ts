import type { LineageKind, LineageRelation, LineageWay } from '../protocol/lineage';
import type { LineageRef, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database } from './database';
import { integer, text } from './row';

/**
 * A relation between things of two kinds as SQL. Each query begins with `asked`, the keys of one side, and yields `source`
 * (the index of a key), `target` (a key of the other side) and `rank` (what is greater is named first).
 */
export interface LinkTable {
  readonly from: LineageKind;
  readonly to: LineageKind;
  readonly relation: LineageRelation;
  /** Absent: nobody goes that way. */
  readonly down?: string;
  readonly up?: string;
  readonly isFolded?: boolean;
  /** Of the inside of a run: asked for only where steps are wanted. */
  readonly isStep?: boolean;
  /** It is shown, but a fault does not go along it, whatever the relation. */
  readonly isFaultless?: boolean;
}

/** What is asked for, as a table `j` with `key` (the index), `value`, and the parts `name` and `tail` of `name@tail`. */
export const asked =
  '(SELECT key, value ->> 0 AS value, value ->> 1 AS name, value ->> 2 AS tail FROM json_each(?1)) j';

/** The parameter ?1 of a query over `asked`. */
export const askedKeys = (refs: readonly LineageRef[]): string =>
  JSON.stringify(
    refs.map(({ key }) => {
      const at = key.lastIndexOf('@');
      return at < 0 ? [key, key, ''] : [key, key.slice(0, at), key.slice(at + 1)];
    }),
  );

/** Relations that hand on what is wrong with a thing. */
export const carries: ReadonlySet<LineageRelation> = new Set([
  ...(['read', 'code', 'made', 'part', 'registered', 'used', 'reused', 'joined', 'served'] as const),
]);

/** The links from things by all tables that lead away from their kinds. */
export function readLinks(db: Database, tables: readonly LinkTable[], request: LinkRequest): readonly Link[] {
  const { from, way, steps = false, onlyFaults = false } = request;
  return tables.flatMap(table => {
    if (
      (table.isStep === true && !steps) ||
      (onlyFaults && (table.isFaultless === true || !carries.has(table.relation)))
    )
      return [];
    const own = from.filter(({ kind }) => kind === sideOf(table, way));
    return own.length === 0 ? [] : linksOf(db, table, { ...request, from: own });
  });
}

const sideOf = ({ from, to }: LinkTable, way: LineageWay): LineageKind => (way === 'down' ? from : to);

function linksOf(db: Database, table: LinkTable, { from, way, most, first = [] }: LinkRequest): readonly Link[] {
  const kind = sideOf(table, way === 'down' ? 'up' : 'down');
  const own = table[way];
  if (own === undefined) return [];
  const keys = askedKeys(from);
  const prefix = `${kind}:`;
  const wanted = JSON.stringify(first.filter(id => id.startsWith(prefix)).map(id => id.slice(prefix.length)));
  const rows =
    most === undefined
      ? db.prepare(`SELECT source, target, 0 AS total FROM (${own})`).all([keys])
      : db.prepare(limited(own)).all([keys, most, wanted]);
  return rows.flatMap(row => {
    const source = from[integer(row, 'source')];
    if (source === undefined) return [];
    const to: LineageRef = { kind, key: text(row, 'target') };
    const link = { from: source, to, relation: table.relation, total: integer(row, 'total') };
    return [table.isFolded === true ? { ...link, isFolded: true } : link];
  });
}

const limited = (sql: string): string => `
  SELECT source, target, total FROM (
    SELECT source, target, count(*) OVER (PARTITION BY source) AS total,
      row_number() OVER (PARTITION BY source
        ORDER BY (target IN (SELECT value FROM json_each(?3))) DESC, rank DESC, target DESC) AS place
    FROM (${sql}))
  WHERE place <= ?2 ORDER BY source, place`;
