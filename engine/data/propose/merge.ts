import type { Expectation, Proposal } from '../../protocol/expectations';
import type { Candidate } from './candidates';

/** Rules that say more or less the same: one that is there makes the others needless. */
const alike: readonly (readonly (keyof Expectation)[])[] = [
  ['not_null', 'missing_share', 'is_null'],
  ['between', 'above', 'below', 'in_set', 'min', 'max', 'distinct_in', 'distinct_equals'],
  ['regex', 'like', 'length', 'date_format', 'json_schema', 'in_set', 'parses_as'],
  ['increasing', 'decreasing'],
  ['row_count', 'row_count_of'],
  ['columns', 'columns_in_any_order', 'has_columns', 'column_count'],
];

/** The candidates whose rules do not stand there already. */
export function newOnes(candidates: readonly Candidate[], there: readonly Expectation[]): readonly Candidate[] {
  return candidates.filter(({ rule }) => {
    const keys = rulesOf(rule);
    return !there.some(one => isSameSubject(one, rule) && keys.some(key => isThere(one, key, rule)));
  });
}

function isThere(one: Expectation, key: keyof Expectation, rule: Candidate['rule']): boolean {
  if (key === 'greater_or_equal')
    return [one.greater, one.greater_or_equal].some(pair => pair?.join('\n') === rule.greater_or_equal?.join('\n'));
  const group = alike.filter(keys => keys.includes(key)).flat();
  return [key, ...group].some(other => one[other] !== undefined && one[other] !== false);
}

const isSameSubject = (one: Expectation, rule: Candidate['rule']): boolean =>
  one.where === undefined &&
  (one.column === rule.column || (rule.column !== undefined && rule.unique === true && one.unique === rule.column));

const proposed = [
  ...(['type', 'not_null', 'unique', 'in_set', 'between', 'increasing', 'date_format', 'regex', 'length'] as const),
  ...(['greater_or_equal', 'row_count', 'has_columns', 'column_count'] as const),
];
const rulesOf = (rule: Candidate['rule']): readonly (keyof Expectation)[] =>
  proposed.filter(key => rule[key] !== undefined);

/** Rules on one column in one entry, each reason kept; a rule with `mostly` stays by itself. */
export function merged(candidates: readonly Candidate[]): readonly Proposal[] {
  const proposals: { rule: Candidate['rule']; reasons: string[] }[] = [];
  const byColumn = new Map<string, (typeof proposals)[number]>();
  for (const { rule, reason } of candidates) {
    const known = rule.column === undefined || rule.mostly !== undefined ? undefined : byColumn.get(rule.column);
    if (known) {
      known.rule = { ...known.rule, ...rule };
      known.reasons.push(reason);
      continue;
    }
    const proposal = { rule, reasons: [reason] };
    proposals.push(proposal);
    if (rule.column !== undefined && rule.mostly === undefined) byColumn.set(rule.column, proposal);
  }
  return proposals;
}
