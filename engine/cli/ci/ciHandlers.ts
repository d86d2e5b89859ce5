import { ciCommentCommand } from '../commands/ciComment';
import { ciGenerateCommand } from '../commands/ciGenerate';
import { installHookCommand, removeHookCommand, runHookCommand } from '../commands/ciHook';
import { configCheckCommand } from '../commands/configCheck';
import type { GlobalOptions } from '../commandContext';
import type { Invocation } from '../invocation';
import type { CiHandlers, GenerateFlags } from '../program/ci';

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

const modeOf = ({ write, check, diff }: GenerateFlags): 'print' | 'write' | 'check' | 'diff' =>
  write === true ? 'write' : check === true ? 'check' : diff === true ? 'diff' : 'print';

export const ciHandlers = (perform: Perform): CiHandlers => ({
  checkConfig: ({ strict = false, ...options }) =>
    perform(options, invocation => configCheckCommand(invocation, strict)),
  generateCi: ({ system, force = false, ...options }) =>
    perform(options, invocation =>
      ciGenerateCommand(invocation, { ...(system && { systems: system }), mode: modeOf(options), force }),
    ),
  comment: ({ file = 'modelyard-reports/summary.md', host, marker, ...options }) =>
    perform(options, invocation => ciCommentCommand(invocation, { file, marker, ...(host && { host }) })),
  installHook: ({ maxSize, ...options }) => perform(options, invocation => installHookCommand(invocation, maxSize)),
  removeHook: options => perform(options, removeHookCommand),
  runHook: ({ maxSize, ...options }) => perform(options, invocation => runHookCommand(invocation, maxSize)),
});
