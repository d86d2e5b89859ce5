import { FilterScanner } from '../../search/filterScanner';
import type { Sql } from '../../search/searchSql';
import { runDialect } from '../runDialect';

/** Attributes to group by, beyond those that can be searched. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  status: 'run.status',
  user_id: 'run.user',
  run_name: 'run.name',
  experiment: '(SELECT name FROM experiment WHERE id = run.experiment_id)',
  pipeline: "(SELECT value FROM tag WHERE run_id = run.id AND key = 'modelyard.pipeline')",
};
/** All datasets of a run with the beginning of their digests, as lists show them. */
const DATASETS = `(SELECT group_concat(name, ', ') FROM (
  SELECT DISTINCT dataset || ' ' || substr(digest, 1, 8) AS name FROM run_input WHERE run_id = run.id ORDER BY 1))`;

/**
 * The value that a row of `run` is grouped by, NULL when it has none.
 * @throws ModelyardError `params.invalid`: nothing that runs can be grouped by
 */
export function groupSql(by: string): Sql {
  const scanner = new FilterScanner(by, 'group');
  const { entity, key } = scanner.identifier();
  if (!scanner.atEnd()) scanner.fail('Only one name may stand here.');
  if (entity === undefined && key === 'datasets') return { text: DATASETS, params: [] };
  if (entity === undefined || entity === 'attributes') {
    const text = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined;
    return text === undefined
      ? scanner.fail(
          `Runs are grouped by params.NAME, tags.NAME, datasets or ${Object.keys(ATTRIBUTES).join(', ')}.`,
          0,
        )
      : { text, params: [] };
  }
  const field = runDialect(entity, key);
  if (typeof field === 'string' || (field.entity !== 'param' && field.entity !== 'tag'))
    return scanner.fail(typeof field === 'string' ? field : `Runs cannot be grouped by ${entity}.`, 0);
  return { text: `(SELECT value FROM ${field.entity} WHERE run_id = run.id AND key = ?)`, params: [key] };
}
