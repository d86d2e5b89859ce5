import * as v from 'valibot';
import type { FeatureImportance, WorstSlicesEvaluation } from '../protocol/evaluation';
import type {
  BoostingEvaluation,
  CalibrationTests,
  ClassEvaluation,
  ErrorsEvaluation,
  GroupsEvaluation,
  LevelIntervals,
  Range,
  RivalEvaluation,
  TrainingPartEvaluation,
  TrivialEvaluation,
} from '../protocol/evaluationParts';

/** JSON has no NaN: a metric that could not be computed is written as null. */
export const number = v.pipe(
  v.nullable(v.number()),
  v.transform(value => value ?? Number.NaN),
);
export const metrics = v.record(v.string(), number);
const range: v.GenericSchema<unknown, Range> = v.tuple([number, number]);
const ranges = v.record(v.string(), range);
const levels: v.GenericSchema<unknown, LevelIntervals> = v.record(v.string(), ranges);
const texts = v.array(v.string());

/** What other tools, or Modelyard before this, write in another way or not at all is not there. */
const known = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);
const list = <T>(item: v.GenericSchema<unknown, T>) => known<readonly T[]>(v.array(item));

const training: v.GenericSchema<unknown, TrainingPartEvaluation> = v.object({
  rows: v.number(),
  metrics,
  drift: v.object({ method: v.picklist(['ks', 'cramers-v']), value: number }),
});
const groups: v.GenericSchema<unknown, GroupsEvaluation> = v.object({
  by: texts,
  minRows: v.number(),
  groups: v.array(
    v.object({
      group: v.string(),
      rows: v.number(),
      isSmall: v.boolean(),
      rates: metrics,
      rateIntervals: v.exactOptional(ranges),
      metrics,
    }),
  ),
  otherRows: v.number(),
  measures: metrics,
  intervals: v.exactOptional(levels),
  proxy: v.exactOptional(
    v.object({ auc: v.number(), interval: v.exactOptional(range), rows: v.number(), seen: texts }),
  ),
});
const trivial: v.GenericSchema<unknown, TrivialEvaluation> = v.object({
  model: v.picklist(['constant', 'best-column', 'linear']),
  column: v.exactOptional(v.string()),
  metrics,
  gains: metrics,
  intervals: v.exactOptional(levels),
});
const rival: v.GenericSchema<unknown, RivalEvaluation> = v.object({
  model: v.string(),
  version: v.number(),
  rows: v.number(),
  seen: v.number(),
  metrics,
  intervals: levels,
  slices: v.array(v.object({ slice: v.string(), rows: v.number(), metrics, intervals: levels })),
});
const around = v.object({ value: v.number(), interval: range });
const calibration: v.GenericSchema<unknown, CalibrationTests> = v.object({
  slope: around,
  intercept: around,
  hosmerLemeshow: v.exactOptional(v.object({ statistic: v.number(), df: v.number(), p: v.number() })),
  spiegelhalter: v.exactOptional(v.object({ z: v.number(), p: v.number() })),
});
const errors: v.GenericSchema<unknown, ErrorsEvaluation> = v.object({
  mean: v.number(),
  interval: range,
  kurtosis: v.number(),
});
const oneClass: v.GenericSchema<unknown, ClassEvaluation> = v.object({
  class: v.string(),
  rows: v.number(),
  auc: v.exactOptional(v.number()),
  precision: number,
  recall: number,
});
const boosting: v.GenericSchema<unknown, BoostingEvaluation> = v.object({
  metric: v.string(),
  trees: v.pipe(v.array(v.number()), v.minLength(1)),
  test: v.pipe(v.array(v.number()), v.minLength(1)),
});
const loss = v.object({
  mean: v.number(),
  rest: v.number(),
  difference: v.number(),
  interval: range,
  p: v.number(),
  adjustedP: v.number(),
});
const worst: v.GenericSchema<unknown, WorstSlicesEvaluation> = v.object({
  tested: v.number(),
  support: v.number(),
  slices: v.array(
    v.object({
      slice: v.string(),
      rows: v.number(),
      metrics,
      loss: v.exactOptional(loss),
      rest: v.object({ rows: v.number(), metrics }),
    }),
  ),
});
const importance: v.GenericSchema<unknown, FeatureImportance> = v.object({
  feature: v.string(),
  importance: number,
  std: number,
});

/** What checks read beside metrics and slices. */
export const parts = {
  intervals: known<Readonly<Record<string, Range>>>(ranges),
  intervalsAt: known(levels),
  classes: known<readonly string[]>(texts),
  confusion: known<readonly (readonly number[])[]>(v.array(v.array(v.number()))),
  importance: list(importance),
  worstSlices: known(worst),
  training: known(training),
  groups: list(groups),
  trivial: list(trivial),
  rivals: list(rival),
  calibration: known(calibration),
  errors: known(errors),
  byClass: list(oneClass),
  boosting: known(boosting),
};
export const sliceIntervals = known(levels);

const partsSchema = v.object(parts);
/** Undefined: the evaluation does not tell. */
export type EvaluationParts = v.InferOutput<typeof partsSchema>;
