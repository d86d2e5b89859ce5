import type { Command } from 'commander';
import { Option } from 'commander';
import type { GlobalOptions } from '../commandContext';
import { exportModelCommand, serveFolderCommand, type ServeFolderFlags } from '../commands/serveFolder';
import type { Add } from './add';
import type { Invocation } from '../invocation';
import { wholeNumber } from './wholeNumber';

export interface ServedFolderHandlers {
  serveFolder(options: GlobalOptions & ServeFolderFlags, folder: string): Promise<void>;
  exportModel(options: GlobalOptions & { force?: boolean }, names: ExportNames): Promise<void>;
}

export interface ExportNames {
  readonly target: string;
  readonly folder: string;
}

/** Models that are served without a workspace: in containers. */
export function addServeFolder(add: Add, program: Command, handlers: ServedFolderHandlers): void {
  add(
    program,
    'serve-folder <folder>',
    'answer for an exported model over HTTP until SIGTERM, without a workspace: what containers run',
  )
    .addOption(new Option('--port <n>', '0: any free one').default(0).argParser(wholeNumber(0, 65_535)))
    .addOption(
      new Option('--host <address>', '0.0.0.0 only in a container (MODELYARD_IN_CONTAINER=1) and with a token').default(
        '127.0.0.1',
      ),
    ) // prettier-ignore
    .option('--allowed-host <name...>', 'a name by which requests may call it (default: MODELYARD_ALLOWED_HOSTS)')
    .option('--no-token', 'let in whoever reaches the port (default: MODELYARD_SERVING_TOKEN, else a new token)')
    .option('--key <file...>', 'a public key (PEM); the model must be signed by one of them')
    .action((folder: string, _: unknown, command: Command) => handlers.serveFolder(command.optsWithGlobals(), folder));
}

export function addExportModel(add: Add, out: Command, handlers: ServedFolderHandlers): void {
  add(out, 'model <model@at> <folder>', 'the files of a version, for `serve-folder` and the image of a container')
    .option('--force', 'replace an earlier export')
    .action((...[target, folder, , command]: [string, string, unknown, Command]) =>
      handlers.exportModel(command.optsWithGlobals(), { target, folder }),
    );
}

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

export const servedFolderHandlers = (perform: Perform): ServedFolderHandlers => ({
  serveFolder: (options, folder) =>
    perform(options, invocation => serveFolderCommand(invocation, { ...options, folder })),
  exportModel: ({ force = false, ...options }, names) =>
    perform(options, invocation => exportModelCommand(invocation, { ...names, force })),
});
