import type { DataAccess } from '../protocol/frame';
import { bindCondition } from './condition/bindCondition';
import { parseCondition } from './condition';
import { readFrame } from './frame';
import { lineOf } from './lineOf';

/** What the data room lends to those who compute with data. */
export const dataAccess: DataAccess = {
  readFrame,
  lineOf,
  condition: (text, frame) => bindCondition(parseCondition(text), frame),
};
