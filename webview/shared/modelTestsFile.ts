import type { ModelTests } from '../../engine/protocol/modelTests';
import { isRecord } from './json';

/** Any client can log a file `model-tests.json`: what is shown of it is looked at first. */
export const isModelTests = (value: unknown): value is ModelTests =>
  isRecord(value) &&
  isList(value['tests']) &&
  value['tests'].every(isResult) &&
  isRecord(value['footprint']) &&
  Object.values(value['footprint']).every(isMeasured) &&
  (value['training'] === undefined || isTraining(value['training'])) &&
  (value['beside'] === undefined || isBeside(value['beside'])) &&
  (value['machine'] === undefined || isRecord(value['machine']));

const isResult = (value: unknown): boolean =>
  isRecord(value) &&
  isRecord(value['test']) &&
  typeof value['test']['test'] === 'string' &&
  typeof value['sentence'] === 'string' &&
  (value['value'] === undefined || isNumber(value['value'])) &&
  isNumber(value['rows']) &&
  isList(value['examples']) &&
  value['examples'].every(isExample);

const isExample = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['file'] === 'string' &&
  typeof value['what'] === 'string' &&
  (value['line'] === undefined || isNumber(value['line']));

const isMeasured = (value: unknown): boolean =>
  isRecord(value) && isNumber(value['value']) && isList(value['rounds']) && value['rounds'].every(isNumber);

const isTraining = (value: unknown): boolean =>
  isRecord(value) && isNumber(value['seconds']) && isList(value['earlier']) && value['earlier'].every(isNumber);

const isBeside = (value: unknown): boolean =>
  isRecord(value) &&
  isNumber(value['version']) &&
  isRecord(value['ratios']) &&
  Object.values(value['ratios']).every(isRatios);

const isRatios = (value: unknown): boolean =>
  isRecord(value) &&
  isNumber(value['ratio']) &&
  isNumber(value['noise']) &&
  isList(value['interval']) &&
  value['interval'].length === 2 &&
  value['interval'].every(isNumber);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number';
