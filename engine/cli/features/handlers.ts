import type { GlobalOptions } from '../commandContext';
import type { Invocation } from '../invocation';
import { applyCommand, diffCommand, listCommand, showCommand } from './commands';
import type { FeatureHandlers } from './programFeatures';

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

/** `modelyard features …` */
export const featureHandlers = (perform: Perform): FeatureHandlers => ({
  features: options => perform(options, listCommand),
  featureView: (options, view) => perform(options, invocation => showCommand(invocation, view)),
  applyFeatures: (options, views) => perform(options, invocation => applyCommand(invocation, views)),
  featureDiff: ({ exitCode = false, ...options }, versions) =>
    perform(options, invocation => diffCommand(invocation, { ...versions, exitCode })),
});
