import type { PipelineParameters } from '../../../config/parameters';

/** What is written in the steps of a pipeline, as `train.with.C`. */
export const writtenParams = ({ parameters }: PipelineParameters): Readonly<Record<string, string>> =>
  Object.fromEntries(parameters.map(({ step, path, value }) => [[step, ...path].join('.'), value]));
