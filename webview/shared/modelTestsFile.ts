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
  isTest(value['test']) &&
  typeof value['sentence'] === 'string' &&
  (value['value'] === undefined || isNumber(value['value'])) &&
  isNumber(value['rows']) &&
  isList(value['examples']) &&
  value['examples'].every(isExample);

/** What is said of each kind beside its name. */
function isTest(test: Readonly<Record<string, unknown>>): boolean {
  switch (test['test']) {
    case 'monotonic':
      return typeof test['column'] === 'string' && typeof test['direction'] === 'string';
    case 'invariant':
      return isTexts(test['columns']);
    case 'directional':
      return isRecord(test['change']) && typeof test['direction'] === 'string';
    case 'robust':
      return typeof test['against'] === 'string' && typeof test['metric'] === 'string' && isTexts(test['columns']);
    case 'golden':
      return typeof test['path'] === 'string';
    case 'reproducible':
      return isNumber(test['trainings']);
    default:
      return test['test'] === 'parity';
  }
}

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
const isTexts = (value: unknown): boolean => isList(value) && value.every(one => typeof one === 'string');
const isNumber = (value: unknown): value is number => typeof value === 'number';
