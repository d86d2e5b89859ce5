import { Option } from 'commander';
import type { Command } from 'commander';
import type { AuditFlags } from '../audit/flags';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';

const scanFormats = ['text', 'json', 'sarif'] as const;
export type ScanFormat = (typeof scanFormats)[number];

export interface ScanFlags extends AuditFlags {
  readonly model?: string;
  readonly again?: boolean;
  readonly format?: ScanFormat;
  readonly output?: string;
}

export interface ScanHandlers {
  scan(options: GlobalOptions & ScanFlags, subjects: readonly string[]): Promise<void>;
}

export function addScan(add: Add, program: Command, handlers: ScanHandlers): void {
  add(
    program,
    'scan [paths...]',
    'look for what harms whoever loads a model, without loading it; 1: something blocks, 3: something is to be reviewed',
  )
    .option('--model <name>', 'the files of a registered model; what follows is the version instead of paths')
    .option('--again', 'scan the version also when there is a scan of its files as they are')
    .option('--secrets', 'look for secrets: in the texts of the workspace, or of the paths, and in what runs have kept')
    .option('--history', 'look for secrets in every commit of the git repository too, and name the commit')
    .option('--dependencies', 'hold the packages of lock files to advisories')
    .option('--licences', 'hold the licences of installed packages to what modelyard.yaml allows')
    .option('--models', 'scan all model files of the workspace, or of the paths')
    .option('--all', 'all of these')
    .option('--advisories <path>', 'a folder or zip of OSV, instead of what modelyard.yaml names')
    .addOption(new Option('--format <format>', 'how to say it: text (the default), json or sarif').choices(scanFormats))
    .option('--output <file>', 'write it there')
    .action((subjects: readonly string[], _: unknown, command: Command) =>
      handlers.scan(command.optsWithGlobals(), subjects),
    );
}
