import { isField, QueryError } from './graphqlParser';
import type { Field, Query, Selection } from './graphqlParser';

const MAX_DEPTH = 10;
const MAX_SELECTIONS = 1_000;
const MAX_ROOT_FIELDS = 10;
const MAX_ALIASES = 10;

/**
 * Refuses what would cost more than any page asks for.
 *
 * @throws QueryError
 */
export function checkLimits(query: Query): void {
  let selections = 0;
  let aliases = 0;
  let rootFields = 0;
  const visit = (level: readonly Selection[], depth: number): void => {
    if (depth > MAX_DEPTH) throw new QueryError(`Query exceeds maximum depth of ${MAX_DEPTH}`);
    const fields = fieldsOf(level, query.fragments);
    if (depth === 1) rootFields += fields.length;
    aliases = Math.max(aliases, fields.filter(({ alias }) => alias !== undefined).length);
    selections += fields.length;
    if (selections > MAX_SELECTIONS)
      throw new QueryError(`Query exceeds maximum total selections of ${MAX_SELECTIONS}`);
    for (const field of fields) if (field.selections) visit(field.selections, depth + 1);
  };
  for (const operation of query.operations) visit(operation.selections, 1);
  if (rootFields > MAX_ROOT_FIELDS) throw tooMany('root fields', MAX_ROOT_FIELDS, rootFields);
  if (aliases > MAX_ALIASES) throw tooMany('aliases', MAX_ALIASES, aliases);
}

/** The fields of a level, with those of fragments in their place; a fragment within itself counts once. */
export function fieldsOf(
  level: readonly Selection[],
  fragments: Query['fragments'],
  seen: ReadonlySet<string> = new Set(),
): readonly Field[] {
  return level.flatMap(selection => {
    if (isField(selection)) return [selection];
    const { fragment, selections } = selection;
    if (fragment === undefined) return fieldsOf(selections ?? [], fragments, seen);
    if (seen.has(fragment)) return [];
    const found = fragments.get(fragment);
    if (found === undefined) throw new QueryError(`Unknown fragment '${fragment}'.`);
    return fieldsOf(found, fragments, new Set([...seen, fragment]));
  });
}

const tooMany = (what: string, limit: number, got: number): QueryError =>
  new QueryError(`GraphQL queries should have at most ${limit} ${what}, got ${got} ${what}.`);
