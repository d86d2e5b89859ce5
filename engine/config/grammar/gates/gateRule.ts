import * as v from 'valibot';
import type { CheckName, CheckRule, GateRule } from '../../../protocol/gateRules';
import { approval } from './approval';
import { beatsTrivial } from './beatsTrivial';
import { calibration } from './calibration';
import { checkNote } from './checkNote';
import { classAuc, confusion, regressionError, unusedColumns } from './errors';
import { fairness, performanceBias, proxy } from './groups';
import { metricEntries, metricRule } from './metric';
import * as tests from './modelTests';
import { sample } from './sample';
import { boostingOverfit, overfit, predictionDrift } from './trainTest';
import { weakSlices } from './weakSlices';
import { security } from './security';
import { signed } from './signed';
import { rollback, served } from './served';

type Rule = v.GenericSchema<unknown, GateRule>;

/** By `check`. */
const checks: { readonly [K in CheckName]: v.GenericSchema<unknown, CheckRule<K>> } = {
  approval,
  sample,
  monotonic: tests.monotonic,
  invariant: tests.invariant,
  directional: tests.directional,
  robust: tests.robust,
  golden: tests.golden,
  parity: tests.parity,
  reproducible: tests.reproducible,
  latency: tests.latency,
  throughput: tests.throughput,
  memory: tests.memory,
  size: tests.size,
  'training-time': tests.trainingTime,
  signature: tests.signature,
  served,
  rollback,
  regression: tests.regression,
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
const byCheck = new Map<unknown, Rule>(Object.entries(checks));

const names = v.pipe(v.picklist([...byCheck.keys()].map(String)), v.description(checkNote));

/** Stand in for a check that there is not, and for a rule of which nothing is known yet. */
const noCheck = v.pipe(
  v.looseObject({ check: names }),
  v.rawTransform(({ NEVER }) => NEVER),
);
const noRule = v.pipe(
  v.strictObject({ ...metricEntries, check: v.exactOptional(names) }),
  v.rawTransform(({ NEVER }) => NEVER),
);
const anyOf: Rule = v.union([metricRule, ...byCheck.values()]);

/** A rule is about a metric, or a check of another kind. Undefined asks for all there are. */
export const gateRule: Rule = v.lazy((input): Rule => {
  if (input === undefined) return anyOf;
  if (typeof input !== 'object' || input === null) return metricRule;
  if ('check' in input) return byCheck.get(input.check) ?? noCheck;
  return 'metric' in input ? metricRule : noRule;
});
