import type { StepConfig } from '../../protocol/workspaceConfig';

/**
 * The version of what a step computes: to be raised with every change of Modelyard after which the same step would make
 * something else of the same inputs. Results of an older version are then no longer taken from the cache.
 */
export const codeVersions: Readonly<Record<StepConfig['uses'], number>> = {
  validate: 1,
  features: 1,
  materialise: 1,
  'check-features': 1,
  split: 1,
  prepare: 1,
  train: 2,
  'cross-validate': 2,
  'learning-curve': 2,
  import: 1,
  tune: 2,
  evaluate: 3,
  test: 1,
  gate: 1,
  register: 1,
  run: 1,
};
