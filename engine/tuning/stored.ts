import * as v from 'valibot';
import type { MetricConstraint } from '../protocol/steps/search';
import type { Objective, Parameter, Params, ParamValue, PrunerName, Reported, SamplerName } from '../protocol/tuning';

/** What stays the same for all trials of a study. */
export interface StudyDetail {
  readonly objectives: readonly Objective[];
  readonly reported: Reported;
  readonly constraints: readonly MetricConstraint[];
  readonly parameters: readonly Parameter[];
  /** Options that are not searched. */
  readonly fixed: Params;
  readonly sampler: SamplerName;
  readonly pruner: PrunerName;
  readonly seed: number;
  /** Folds that a complete trial is measured on. */
  readonly steps: number;
}

const value: v.GenericSchema<unknown, ParamValue> = v.union([v.string(), v.number(), v.boolean(), v.array(v.number())]);
export const paramsSchema: v.GenericSchema<unknown, Params> = v.record(v.string(), value);

const common = {
  name: v.string(),
  when: v.array(v.strictObject({ parameter: v.string(), values: v.array(value) })),
};
const range = { low: v.number(), high: v.number(), log: v.boolean() };
const parameter: v.GenericSchema<unknown, Parameter> = v.variant('kind', [
  v.strictObject({ kind: v.literal('float'), ...common, ...range, step: v.exactOptional(v.number()) }),
  v.strictObject({ kind: v.literal('int'), ...common, ...range, step: v.number() }),
  v.strictObject({ kind: v.literal('choice'), ...common, choices: v.array(value) }),
]);

export const detailSchema: v.GenericSchema<unknown, StudyDetail> = v.object({
  objectives: v.array(v.object({ metric: v.string(), maximize: v.boolean() })),
  reported: v.object({ metric: v.string(), maximize: v.boolean(), per: v.picklist(['fold', 'iteration']) }),
  constraints: v.array(
    v.object({
      metric: v.string(),
      at_least: v.exactOptional(v.number()),
      at_most: v.exactOptional(v.number()),
    }),
  ),
  parameters: v.array(parameter),
  fixed: paramsSchema,
  sampler: v.picklist(['random', 'grid', 'quasi-random', 'tpe', 'cma-es']),
  pruner: v.picklist(['none', 'median', 'asha', 'hyperband', 'wilcoxon']),
  seed: v.number(),
  steps: v.number(),
});
