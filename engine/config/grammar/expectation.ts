import * as v from 'valibot';
import { aggregateRules } from './expectationAggregates';
import { contradictions } from './expectationProblems';
import { modifiers, rowRules, tableRules } from './expectationTables';
import { said } from './expectationTerms';
import { valueRules } from './expectationValues';
import { column } from './terms';

const shape = v.strictObject({
  column: said(column(), 'The column that the rules of this entry are about.'),
  ...valueRules,
  ...aggregateRules,
  ...rowRules,
  ...tableRules,
  ...modifiers,
});

/** One entry of `expect:`. */
export const expectation = v.pipe(
  shape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    for (const { key, message } of contradictions(value)) {
      addIssue({
        message,
        ...(key && { path: [{ type: 'object', origin: 'value', input: { ...value }, key, value: value[key] }] }),
      });
    }
  }),
);
