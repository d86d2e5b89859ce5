import type { SampleRule } from '../../protocol/gateRules';
import { findSlice } from '../evaluationFile';
import { whereText } from '../sentences';
import type { Kind } from './kind';
import { counted } from '../../plural';

/** Whether the test part was large enough to judge by. */
export const sample: Kind<SampleRule> = {
  text: rule => `at least ${counted(rule.min_rows, 'row')}${whereText(rule)}`,
  judge: (rule, { evaluation }) => {
    const { min_rows: bound, slice } = rule;
    const about = slice === undefined ? {} : { slice };
    const value = slice === undefined ? evaluation.rows : findSlice(evaluation, slice)?.rows;
    if (value === undefined)
      return { ...about, held: undefined, sentence: `The slice ${slice ?? ''} was not evaluated.` };
    const held = value >= bound;
    const sentence = `The test part has ${counted(value, 'row')}${whereText(rule)}, ${held ? 'at least' : 'fewer than'} the required ${bound}.`;
    return { ...about, held, value, bound, sentence };
  },
};
