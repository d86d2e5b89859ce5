import type { GlobalOptions } from '../commandContext';
import type { Invocation } from '../invocation';
import { modelBomCommand } from './bom';
import { modelKeyCommand, modelSignCommand, modelVerifyCommand } from './commands';
import type { SignHandlers } from '../program/sign';

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

/** Signatures of models, and what they are made of. */
export const signHandlers = (perform: Perform): SignHandlers => ({
  modelKey: (options, file) =>
    perform(options, invocation => modelKeyCommand(invocation, { ...options, output: file })),
  modelSign: (options, name, version) =>
    perform(options, invocation => modelSignCommand(invocation, { ...options, name, version })),
  modelVerify: (options, name, version) =>
    perform(options, invocation => modelVerifyCommand(invocation, { ...options, name, version })),
  modelBom: (options, name, version) =>
    perform(options, invocation => modelBomCommand(invocation, { ...options, name, version })),
});
