import * as v from 'valibot';
import { dataFormats, isDatabase, type DataFormat } from '../../protocol/data';
import type { DatasetConfig } from '../../protocol/workspaceConfig';
import { dataChecks } from './dataChecks/dataCheck';
import { expectation } from './expectation';
import { workspacePath } from './path';
import { label, text } from './terms';

/** Besides an empty cell. */
const missingMarkers = ['NA', 'N/A', 'NaN', 'null', 'NULL'];

const shape = v.strictObject({
  path: v.pipe(
    workspacePath('the path of a file'),
    v.description(
      'The file, relative to the workspace folder; a folder, or a pattern such as `loans/*.parquet`, for several files with the same columns, which are read in the order of their names.',
    ),
  ),
  format: v.exactOptional(v.pipe(v.picklist(dataFormats), v.description('Without it: from the ending of the file.'))),
  description: v.exactOptional(v.pipe(text(), v.description('What one row is, where it comes from.'))),
  delimiter: v.exactOptional(
    v.pipe(
      v.string('must be a single character'),
      v.length(1, 'must be a single character'),
      v.description('What stands between the columns of a CSV. Without it: found out from the first lines.'),
      v.examples([',', ';', '\t', '|']),
    ),
  ),
  table: v.exactOptional(
    v.pipe(
      label(),
      v.description('Of a SQLite or DuckDB database: the table or view whose rows are the data.'),
      v.examples(['loans']),
    ),
  ),
  query: v.exactOptional(
    v.pipe(
      text(),
      v.description('Of a SQLite or DuckDB database, instead of `table`: a `SELECT` whose rows are the data.'),
      v.examples(['SELECT * FROM loans WHERE closed_at IS NOT NULL']),
    ),
  ),
  missing: v.optional(
    v.pipe(
      v.array(label(), 'must be a list of texts'),
      v.description(`Texts that mean "missing", besides an empty cell.`),
    ),
    missingMarkers,
  ),
  expect: v.optional(
    v.pipe(
      v.array(expectation, 'must be a list of checks'),
      v.description('What must hold for the data; checked by `uses: validate`.'),
    ),
    [],
  ),
  checks: v.exactOptional(
    v.pipe(
      dataChecks,
      v.description(
        'Checks of the table as a whole (`integrity`), and of the parts of a split (`train-test`), by suite or by name.',
      ),
    ),
  ),
});

export const dataset = v.pipe(
  shape,
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): DatasetConfig => {
    const format = value.format ?? formatOf(value.path);
    const at = (key: 'path' | 'delimiter' | 'table' | 'query') => [
      { type: 'object' as const, origin: 'value' as const, input: { ...value }, key, value: value[key] },
    ];
    if (!format) {
      addIssue({
        message: `unknown-format|does not say by its ending what it is: add \`format: csv\`, \`jsonl\`, \`parquet\`, \`sqlite\` or \`duckdb\``,
        path: [at('path')[0]!],
      });
      return NEVER;
    }
    if (value.delimiter !== undefined && format !== 'csv') {
      addIssue({ message: `misplaced-key|is for CSV only, and this file is ${format}`, path: [at('delimiter')[0]!] });
      return NEVER;
    }
    const selects = (['table', 'query'] as const).filter(key => value[key] !== undefined);
    const [first, second] = selects;
    if (first !== undefined && !isDatabase(format)) {
      addIssue({ message: `misplaced-key|is for databases only, and this file is ${format}`, path: [at(first)[0]!] });
      return NEVER;
    }
    if (second !== undefined) {
      addIssue({ message: 'misplaced-key|cannot stand beside `table`: give one of them', path: [at(second)[0]!] });
      return NEVER;
    }
    if (first === undefined && isDatabase(format)) {
      addIssue({ message: `missing-key|is a database: add \`table:\` or \`query:\``, path: [at('path')[0]!] });
      return NEVER;
    }
    return { ...value, format };
  }),
);

export function formatOf(path: string): DataFormat | undefined {
  if (/\.(csv|tsv|txt)$/i.test(path)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(path)) return 'jsonl';
  if (/\.(parquet|pq)$/i.test(path)) return 'parquet';
  if (/\.(sqlite3?|db3?)$/i.test(path)) return 'sqlite';
  return /\.(duckdb|ddb)$/i.test(path) ? 'duckdb' : undefined;
}
