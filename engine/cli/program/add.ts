import type { Command } from 'commander';

/** Adds a command with the options that all have. */
export type Add = (parent: Command, usage: string, description: string) => Command;

/** The options that all commands have. */
export const withGlobals = (command: Command): Command =>
  command
    .option('--workspace <dir>', 'the folder (default: the nearest one with a modelyard.yaml)')
    .option('--config <file>', 'the file to use instead of modelyard.yaml')
    .option('--json', 'one JSON document as the answer')
    .exitOverride();

export const add: Add = (parent, usage, description) => withGlobals(parent.command(usage).description(description));
