import type { DatasetSource } from '../../protocol/jobs';
import type { Expectation } from '../../protocol/workspaceConfig';
import { ModelyardError } from '../../errors';
import { betweenRule, betweenTest, inSetTest, typeTest } from './cellTests';
import type { Check, CheckOptions } from './check';
import { ColumnCheck, NotNullCheck, type CellTest } from './columnCheck';
import { RegexCheck } from './regexCheck';
import { shownSet } from './sentences';
import { FreshCheck, RowCountCheck } from './tableChecks';
import { UniqueCheck } from './uniqueCheck';

/**
 * One check for each rule of `expect:`, in its order.
 * @param now ms since 1970
 * @throws ModelyardError `config.invalid` for a rule that makes no sense, with `data.expect`, its index
 */
export function buildChecks(source: DatasetSource, now: number): readonly Check[] {
  return source.expect.flatMap((expectation, index) => {
    try {
      return checksOf({ dataset: source.name, index, expectation }, now);
    } catch (error) {
      if (!(error instanceof ModelyardError)) throw error;
      throw new ModelyardError(error.code, `Dataset ${source.name}, expect rule ${index + 1}: ${error.message}`, {
        place: { file: 'modelyard.yaml', key: `datasets.${source.name}.expect.${index}` },
        ...(error.fix !== undefined && { fix: error.fix }),
        data: { dataset: source.name, expect: index },
        cause: error,
      });
    }
  });
}

function checksOf(options: CheckOptions, now: number): Check[] {
  const { expectation } = options;
  const { column, row_count: wanted, fresh_within: within } = expectation;
  const checks: Check[] = column === undefined ? [] : columnChecks(options, column);
  const together = uniqueColumns(expectation);
  if (together.length > 0) {
    const only = together.length === 1 ? together[0] : undefined;
    const named = { ...expectation, ...(only !== undefined && { column: only }) };
    checks.push(new UniqueCheck({ ...options, expectation: named, columns: together }));
  }
  if (wanted !== undefined) checks.push(new RowCountCheck({ ...options, wanted }));
  if (within !== undefined) checks.push(new FreshCheck({ ...options, column, within, now }));
  return checks;
}

function columnChecks(options: CheckOptions, column: string): Check[] {
  const { type, not_null: notNull, between, in_set: set, regex } = options.expectation;
  const checks: Check[] = [];
  const cells = (rule: string, holds: CellTest) => checks.push(new ColumnCheck({ ...options, column, rule, holds }));
  if (type !== undefined) cells(`${column} is ${type}`, typeTest(type));
  if (notNull === true) checks.push(new NotNullCheck({ ...options, column }));
  if (between !== undefined) cells(betweenRule(column, between), betweenTest(between));
  if (set !== undefined) cells(`${column} in ${shownSet(set)}`, inSetTest(set));
  if (regex !== undefined) checks.push(new RegexCheck({ ...options, column, pattern: regex }));
  return checks;
}

/** `unique: true` with a column, a name, or names. */
function uniqueColumns({ unique, column }: Expectation): readonly string[] {
  if (unique === undefined || unique === false) return [];
  if (unique === true) return column === undefined ? [] : [column];
  return typeof unique === 'string' ? [unique] : [...new Set(unique)];
}
