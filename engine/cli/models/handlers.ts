import type { GlobalOptions } from '../commandContext';
import type { Invocation } from '../invocation';
import type { ModelHandlers } from '../program/models';
import { modelCleanCommand } from './clean';
import { approvalsCommand, decideCommand, withdrawCommand } from './decide';
import {
  modelCompareCommand,
  modelDescribeCommand,
  modelDiffCommand,
  modelSearchCommand,
  modelTagCommand,
} from './look';
import { modelDeleteCommand, modelMoveCommand, modelRollbackCommand, promoteCommand } from './move';

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

/** What is done with registered models. */
export const modelHandlers = (perform: Perform): ModelHandlers => ({
  promote: (options, name, version) =>
    perform(options, invocation => promoteCommand(invocation, { ...options, name, version })),
  modelDiff: (options, names) => perform(options, invocation => modelDiffCommand(invocation, { ...options, ...names })),
  modelCompare: (options, name, versions) =>
    perform(options, invocation => modelCompareCommand(invocation, { name, versions })),
  modelSearch: (options, filter) =>
    perform(options, invocation => modelSearchCommand(invocation, { ...options, filter })),
  modelDescribe: (options, name, text) =>
    perform(options, invocation => modelDescribeCommand(invocation, { ...options, name, text })),
  modelTag: (options, name, pairs) =>
    perform(options, invocation => modelTagCommand(invocation, { ...options, name, pairs })),
  modelMove: (options, move) => perform(options, invocation => modelMoveCommand(invocation, { ...options, ...move })),
  modelRollback: (options, name, stage) =>
    perform(options, invocation => modelRollbackCommand(invocation, { ...options, name, stage })),
  modelDelete: (options, name, version) =>
    perform(options, invocation =>
      modelDeleteCommand(invocation, { ...options, name, ...(version !== undefined && { version }) }),
    ),
  modelClean: (options, model) => perform(options, invocation => modelCleanCommand(invocation, { ...options, model })),
  decide: (options, decision) => perform(options, invocation => decideCommand(invocation, { ...options, ...decision })),
  withdraw: (options, name, version) =>
    perform(options, invocation => withdrawCommand(invocation, { ...options, name, version })),
  approvals: (options, name, version) =>
    perform(options, invocation => approvalsCommand(invocation, { name, version })),
});
