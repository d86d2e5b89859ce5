import type { CheckName, CheckRule, GateRule } from '../../protocol/gateRules';
import { approval } from './approval';
import type { Evidence, Judgement, Kind } from './kind';
import { latency, megabytes, throughput, trainingTime } from './footprint';
import { beatsTrivial } from './beatsTrivial';
import { calibration } from './calibration';
import { classAuc, confusion, regressionError, unusedColumns } from './errors';
import { fairness } from './fairness';
import { performanceBias, proxy } from './groupChecks';
import { metric } from './metric';
import { modelTests } from './modelTest';
import { regression } from './regression';
import { sample } from './sample';
import { rollback, served } from './served';
import { signature } from './signature';
import { boostingOverfit, overfit, predictionDrift } from './trainTest';
import { weakSlices } from './weakSlices';
import { security } from './security';
import { signed } from './signed';

const checks: { readonly [K in CheckName]: Kind<CheckRule<K>> } = {
  approval,
  sample,
  ...modelTests,
  latency,
  throughput,
  memory: megabytes('memory_mb'),
  size: megabytes('size_mb'),
  'training-time': trainingTime,
  signature,
  served,
  rollback,
  regression,
  'weak-slices': weakSlices,
  fairness,
  proxy,
  'performance-bias': performanceBias,
  calibration,
  overfit,
  'boosting-overfit': boostingOverfit,
  'beats-trivial': beatsTrivial,
  'prediction-drift': predictionDrift,
  'regression-error': regressionError,
  confusion,
  'class-auc': classAuc,
  'unused-columns': unusedColumns,
  security,
  signed,
};

/** The rule in short. */
export const ruleText = (rule: GateRule): string => ('check' in rule ? checkText(rule) : metric.text(rule));

export const judgeRule = (rule: GateRule, evidence: Evidence): Judgement =>
  'check' in rule ? judgeCheck(rule, evidence) : metric.judge(rule, evidence);

function checkText<K extends CheckName>(rule: CheckRule<K>): string {
  return checks[rule.check].text(rule);
}

function judgeCheck<K extends CheckName>(rule: CheckRule<K>, evidence: Evidence): Judgement {
  return checks[rule.check].judge(rule, evidence);
}
