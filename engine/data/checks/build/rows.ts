import type { Check, CheckOptions } from '../check';
import { CramersCheck } from '../cramersCheck';
import { conditionRule, pairInRule, pairRule, sumRule, uniqueWithinRule } from '../pairRules';
import { RowCheck, type RowRule } from '../rowCheck';
import type { RowCondition } from '../whereCheck';

/** The rules of an entry on several columns of a row. @throws ModelyardError `config.invalid` */
export function* rowChecks(options: CheckOptions, condition: (text: string) => RowCondition): Generator<Check> {
  const { expectation: wanted } = options;
  const check = (rule: RowRule): Check => new RowCheck({ ...options, ...rule });
  for (const order of ['greater', 'greater_or_equal', 'equal'] as const) {
    const pair = wanted[order];
    if (pair !== undefined) yield check(pairRule(order, pair));
  }
  if (wanted.pair_in !== undefined) yield check(pairInRule(wanted.pair_in));
  if (wanted.sum_of !== undefined) yield check(sumRule(wanted.sum_of));
  if (wanted.unique_within_row !== undefined) yield check(uniqueWithinRule(wanted.unique_within_row));
  if (wanted.rows !== undefined) yield check(conditionRule(condition(wanted.rows), wanted.rows, true));
  if (wanted.no_rows !== undefined) yield check(conditionRule(condition(wanted.no_rows), wanted.no_rows, false));
  if (wanted.cramers_phi !== undefined) {
    const { columns: pair, at_most: limit } = wanted.cramers_phi;
    yield new CramersCheck({ ...options, pair, limit });
  }
}
