import type { Command } from 'commander';
import { Option } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import type { Invocation } from '../invocation';
import type { ServedFolderHandlers } from './servedFolder';
import { servedFolderHandlers } from './servedFolder';
import type { InfraCheckFlags, InfraGenerateFlags } from '../infra/flags';
import { infraCheckCommand } from '../commands/infraCheck';
import { infraGenerateCommand } from '../commands/infraGenerate';

export interface InfraHandlers {
  generateInfra(options: GlobalOptions & InfraGenerateFlags): Promise<void>;
  checkInfra(options: GlobalOptions & InfraCheckFlags): Promise<void>;
}

/** The commands about the files that models are deployed with. */
export function addInfra(add: Add, program: Command, handlers: InfraHandlers): void {
  const infra = program.command('infra').description('files of Docker, Kubernetes and Terraform that serve models');
  add(infra, 'generate', 'the files that `infrastructure:` of modelyard.yaml asks for')
    .option('--write', 'write the files that are missing or out of date')
    .addOption(new Option('--check', 'write nothing; end with 1 when a file is not as it should be').conflicts('write'))
    .addOption(new Option('--diff', 'show how the files would change').conflicts(['write', 'check']))
    .option('--force', 'with --write: also over what was changed by hand')
    .action((_: unknown, command: Command) => handlers.generateInfra(command.optsWithGlobals()));
  add(infra, 'check', 'judge the files on the disk: drift, schemas, practices; end with 1 when one is wrong')
    .option('--no-tools', 'do not ask kubeconform, terraform or tofu of this machine')
    .option('--cluster', 'have kubectl ask the cluster of its current context too (dry run: it changes nothing)')
    .action((_: unknown, command: Command) => handlers.checkInfra(command.optsWithGlobals()));
}

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

export const infraHandlers = (perform: Perform): InfraHandlers & ServedFolderHandlers => ({
  ...servedFolderHandlers(perform),
  generateInfra: ({ write, check, diff, force = false, ...options }) =>
    perform(options, invocation => {
      const mode = write === true ? 'write' : check === true ? 'check' : diff === true ? 'diff' : 'print';
      return infraGenerateCommand(invocation, { mode, force });
    }),
  checkInfra: ({ tools = true, cluster = false, ...options }) =>
    perform(options, invocation => infraCheckCommand(invocation, { tools, cluster })),
});
