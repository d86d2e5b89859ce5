import type { Database } from '../store/database';
import { integer } from '../store/row';
import { invalid } from './failures';
import { keyOf, pageToken, readPageToken } from '../search/pageToken';
import type { FoundRows } from './runSearch';
import { after, joinAnd, orderBy } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';

export interface KeysetQuery {
  /** What is looked for, for messages: `traces`. */
  readonly what: string;
  /** A table with an alias: `trace t`. */
  readonly from: string;
  readonly where: readonly Sql[];
  /** The last one is different for each row. */
  readonly columns: readonly SortColumn[];
  /** What the pages of one question have in common. */
  readonly identity: readonly unknown[];
  readonly limit: number;
  readonly maxLimit: number;
  readonly pageToken: string | undefined;
}

/** The numbers of the rows on a page. @throws ModelyardError `params.invalid`: limit or page token */
export function keysetPage(db: Database, query: KeysetQuery): FoundRows {
  const { what, limit, maxLimit, columns, identity } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw invalid(`The number of ${what} asked for must be between 1 and ${maxLimit}, not ${limit}.`);
  const alias = query.from.slice(query.from.lastIndexOf(' ') + 1);
  const where = joinAnd(query.where);
  // the columns are named within, so that the place of the last page can be compared with them
  const names = columns.map(({ descending }, index) => ({ text: `k${index}`, params: [], descending }));
  const place =
    query.pageToken === undefined
      ? { text: '1', params: [] }
      : after(names, readPageToken(identity, query.pageToken, names.length));
  const rows = db
    .prepare(
      `SELECT * FROM (
         SELECT ${alias}.id, ${columns.map(({ text }, index) => `${text} AS k${index}`).join(', ')}
         FROM ${query.from} WHERE ${where.text}
       ) WHERE ${place.text} ORDER BY ${orderBy(names)} LIMIT ?`,
    )
    .all([...columns.flatMap(({ params }) => params), ...where.params, ...place.params, limit + 1]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit).map(row => integer(row, 'id')),
    ...(last && { nextPageToken: pageToken(identity, keyOf(last, names.length)) }),
  };
}
