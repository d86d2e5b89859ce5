import type { CrossValidation } from '../../engine/protocol/crossValidation';
import type { DataCheckReport } from '../../engine/protocol/dataChecks';
import type { BinaryEvaluation, ChampionComparison, CurvePoints, Evaluation } from '../../engine/protocol/evaluation';
import type { GateReport } from '../../engine/protocol/gates';
import type { LearningCurve } from '../../engine/protocol/learningCurve';
import type { Dependence, Explanation, ExplanationSummary } from '../../engine/protocol/explanation';
import { isRecord } from '../shared/json';

/** Any client can log a file of this name: what is drawn from it is looked at first. */
export const isEvaluation = (value: unknown): value is Evaluation =>
  isRecord(value) &&
  typeof value['task'] === 'string' &&
  typeof value['rows'] === 'number' &&
  isRecord(value['metrics']) &&
  (value['binary'] === undefined || isBinary(value['binary'])) &&
  (value['explanation'] === undefined || isSummary(value['explanation'])) &&
  (value['dependence'] === undefined || isDependence(value['dependence'])) &&
  (value['worstSlices'] === undefined || isWorst(value['worstSlices'])) &&
  (value['groups'] === undefined || (isList(value['groups']) && value['groups'].every(isGroups))) &&
  ['slices', 'importance', 'confusion', 'classes'].every(key => value[key] === undefined || isList(value[key]));

const isBinary = (value: unknown): value is BinaryEvaluation =>
  isRecord(value) &&
  typeof value['threshold'] === 'number' &&
  isCurve(value['roc']) &&
  isCurve(value['precisionRecall']) &&
  isList(value['calibration']) &&
  isList(value['thresholds']) &&
  isRecord(value['scores']) &&
  (value['delong'] === undefined || (isRecord(value['delong']) && isList(value['delong']['interval']))) &&
  (value['uncalibrated'] === undefined || isUncalibrated(value['uncalibrated']));

const isUncalibrated = (value: unknown): boolean =>
  isRecord(value) && isList(value['calibration']) && isRecord(value['metrics']);

const isGroups = (value: unknown): boolean =>
  isRecord(value) &&
  isList(value['by']) &&
  isRecord(value['measures']) &&
  isList(value['groups']) &&
  value['groups'].every(one => isRecord(one) && isRecord(one['rates']) && isRecord(one['metrics']));

const isWorst = (value: unknown): boolean => isRecord(value) && isList(value['slices']);

const isSummary = (value: unknown): value is ExplanationSummary =>
  isRecord(value) &&
  isList(value['outputs']) &&
  isList(value['columns']) &&
  value['columns'].every(column => isRecord(column) && isList(column['meanAbsolute']));

export const isExplanation = (value: unknown): value is Explanation =>
  isSummary(value) && 'sample' in value && isSample(value.sample);

const isSample = (value: unknown): boolean => {
  if (!isRecord(value) || !isList(value['rows']) || !isList(value['columns'])) return false;
  const { length } = value['rows'];
  return value['columns'].every(
    column =>
      isRecord(column) &&
      typeof column['column'] === 'string' &&
      isList(column['values']) &&
      column['values'].length === length &&
      isList(column['contributions']) &&
      column['contributions'].every(list => isList(list) && list.every(one => typeof one === 'number')),
  );
};

const isDependence = (value: unknown): value is Dependence =>
  isRecord(value) &&
  isList(value['outputs']) &&
  isList(value['columns']) &&
  value['columns'].every(
    column => isRecord(column) && isList(column['grid']) && isList(column['mean']) && column['mean'].every(isList),
  );

const isCurve = (value: unknown): value is CurvePoints => isRecord(value) && isList(value['x']) && isList(value['y']);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const isChampion = (value: unknown): value is ChampionComparison =>
  isRecord(value) &&
  typeof value['model'] === 'string' &&
  typeof value['rows'] === 'number' &&
  isRecord(value['metrics']) &&
  Object.values(value['metrics']).every(
    one => isRecord(one) && typeof one['own'] === 'number' && typeof one['champion'] === 'number',
  );

export const isCrossValidation = (value: unknown): value is CrossValidation =>
  isRecord(value) &&
  typeof value['metric'] === 'string' &&
  typeof value['repeats'] === 'number' &&
  methods.has(value['method']) &&
  isList(value['by']) &&
  isList(value['folds']) &&
  isList(value['learners']) &&
  value['learners'].every(one => isRecord(one) && isRecord(one['values']) && isRecord(one['metrics'])) &&
  isList(value['comparisons']) &&
  value['comparisons'].every(one => isRecord(one) && isList(one['interval']) && isRecord(one['wilcoxon']));

const methods = new Set<unknown>(['random', 'stratified', 'group', 'stratified-group', 'time']);

export const isLearningCurve = (value: unknown): value is LearningCurve =>
  isRecord(value) &&
  typeof value['metric'] === 'string' &&
  typeof value['repeats'] === 'number' &&
  isList(value['sizes']) &&
  isList(value['learners']) &&
  value['learners'].every(one => isRecord(one) && isRecord(one['training']) && isRecord(one['validation']));

export const isGateReports = (value: unknown): value is readonly GateReport[] =>
  isList(value) && value.every(report => isRecord(report) && isList(report['results']) && 'verdict' in report);

export const isDataChecks = (value: unknown): value is DataCheckReport =>
  isRecord(value) &&
  typeof value['dataset'] === 'string' &&
  typeof value['rows'] === 'number' &&
  (value['suite'] === 'integrity' || value['suite'] === 'train-test') &&
  (value['parts'] === undefined || isRecord(value['parts'])) &&
  isList(value['results']) &&
  value['results'].every(
    one =>
      isRecord(one) && typeof one['message'] === 'string' && dataVerdicts.has(one['verdict']) && isList(one['rows']),
  );

const dataVerdicts = new Set<unknown>(['passed', 'warned', 'failed', 'unknown', 'waived', 'skipped']);
