import type { EvaluateOptions, PrepareOptions } from '../../../engine/protocol/steps';

/** The options of a prepare step with the defaults of the config. */
export const prepareOptions = (given: Partial<PrepareOptions> & Pick<PrepareOptions, 'label'>): PrepareOptions => ({
  drop: [],
  numeric: { impute: 'median', scale: 'standard', encode: 'numeric' },
  categorical: { encode: 'one-hot', min_count: 1 },
  columns: {},
  ...given,
});

export const evaluateOptions = (given: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  threshold: 0.5,
  slices: [],
  importance: 5,
  bootstrap: 500,
  seed: 0,
  ...given,
});
