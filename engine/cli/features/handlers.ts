import type { GlobalOptions } from '../commandContext';
import type { JoinRequest } from '../../protocol/featureJoins';
import type { Invocation } from '../invocation';
import { applyCommand, diffCommand, listCommand, showCommand } from './commands';
import { computeCommand, previewCommand, trainingSetCommand } from './joinCommands';
import { checkCommand, statisticsCommand } from './monitorCommands';
import { getCommand, materialiseCommand, pushCommand } from './onlineCommands';
import type { FeatureHandlers, JoinFlags } from '../program/features';

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

/** `modelyard features …` */
export const featureHandlers = (perform: Perform): FeatureHandlers => ({
  features: options => perform(options, listCommand),
  featureView: (options, view) => perform(options, invocation => showCommand(invocation, view)),
  applyFeatures: (options, views) => perform(options, invocation => applyCommand(invocation, views)),
  featureDiff: ({ exitCode = false, values = false, ...options }, versions) =>
    perform(options, invocation => diffCommand(invocation, { ...versions, exitCode, values })),
  computeFeatures: ({ limit, ...options }, view) =>
    perform(options, invocation => computeCommand(invocation, { view, limit })),
  trainingSet: ({ to, force = false, ...options }, service) =>
    perform(options, invocation => trainingSetCommand(invocation, { ...joinOf(options, service), to, force })),
  previewFeatures: ({ limit, offset, filter, ...options }, service) =>
    perform(options, invocation => previewCommand(invocation, { ...joinOf(options, service), limit, offset, filter })),
  materialiseFeatures: (options, views) =>
    perform(options, invocation => materialiseCommand(invocation, views, options)),
  getFeatures: (options, service) => perform(options, invocation => getCommand(invocation, service, options)),
  featureStatistics: (options, view) => perform(options, invocation => statisticsCommand(invocation, view)),
  checkFeatures: (options, views) => perform(options, invocation => checkCommand(invocation, views)),
  pushFeatures: ({ to, id, ...options }, pushed) =>
    perform(options, invocation => pushCommand(invocation, { ...pushed, to, ...(id !== undefined && { id }) })),
});

function joinOf(flags: JoinFlags, service: string | undefined): JoinRequest {
  const { features, entities, eventTime, timezone, created, fullNames } = flags;
  return {
    entities,
    ...(service !== undefined && { service }),
    ...(features !== undefined && { features }),
    ...(eventTime !== undefined && { eventTime }),
    ...(timezone !== undefined && { timezone }),
    ...(created !== undefined && { mode: created }),
    ...(fullNames !== undefined && { fullNames }),
  };
}
