import type { SampleRule } from '../../protocol/gateRules';
import { findSlice } from '../evaluationFile';
import { whereText } from '../sentences';
import type { Kind } from './kind';

/** Whether the test part was large enough to judge by. */
export const sample: Kind<SampleRule> = {
  text: rule => `at least ${rule.min_rows} rows${whereText(rule)}`,
  judge: (rule, { evaluation }) => {
    const { min_rows: bound, slice } = rule;
    const about = slice === undefined ? {} : { slice };
    const value = slice === undefined ? evaluation.rows : findSlice(evaluation, slice)?.rows;
    if (value === undefined)
      return { ...about, held: undefined, sentence: `The slice ${slice ?? ''} was not evaluated.` };
    const held = value >= bound;
    const sentence = `The test part has ${value} rows${whereText(rule)}, ${held ? 'at least' : 'fewer than'} the required ${bound}.`;
    return { ...about, held, value, bound, sentence };
  },
};
