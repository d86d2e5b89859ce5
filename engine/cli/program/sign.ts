import type { Command } from 'commander';
import { Option } from 'commander';
import type { KeyKind } from '../../client/signing';
import { keyKinds } from '../../client/signing';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';

/** Signatures of models, and what they are made of; `main.ts` hands in functions that do it. */
export interface SignHandlers {
  modelKey(options: GlobalOptions & KeyFlags, file: string): Promise<void>;
  modelSign(options: GlobalOptions & SignFlags, model: string, version: string): Promise<void>;
  modelVerify(options: GlobalOptions & VerifyFlags, model: string, version: string): Promise<void>;
  modelBom(options: GlobalOptions & { output?: string }, model: string, version: string): Promise<void>;
}

export interface KeyFlags {
  readonly algorithm: KeyKind;
}

export interface SignFlags {
  readonly key?: string;
  readonly output?: string;
}

export interface VerifyFlags {
  readonly key?: readonly string[];
  readonly output?: string;
}

export function addSigning(add: Add, models: Command, handlers: SignHandlers): void {
  add(
    models,
    'key <file>',
    'make a pair of keys to sign models with: the private one, outside of workspaces, and FILE.pub',
  )
    .addOption(
      new Option('--algorithm <name>', "ecdsa-p256 is what OpenSSF model-signing's own tool reads")
        .choices(keyKinds)
        .default('ed25519'),
    )
    .action((file: string, _: unknown, command: Command) => handlers.modelKey(command.optsWithGlobals(), file));
  add(models, 'sign <model> <version>', 'sign the files of a version')
    .option('--key <file>', 'the private key (default: the file that MODELYARD_SIGNING_KEY names)')
    .option('--output <file>', 'write the signature there too, as model.sig of OpenSSF model-signing')
    .action((...[model, version, , command]: [string, string, unknown, Command]) =>
      handlers.modelSign(command.optsWithGlobals(), model, version),
    );
  add(
    models,
    'verify <model> <version>',
    'hold the files of a version to its signature; 1: they are not what was signed',
  )
    .option('--key <file...>', 'public keys to trust instead of those of modelyard.yaml')
    .option('--output <file>', 'write the signature there too')
    .action((...[model, version, , command]: [string, string, unknown, Command]) =>
      handlers.modelVerify(command.optsWithGlobals(), model, version),
    );
  add(models, 'bom <model> <version>', 'what a version is made of, as an ML-BOM of CycloneDX 1.6')
    .option('--output <file>', 'write it there')
    .action((...[model, version, , command]: [string, string, unknown, Command]) =>
      handlers.modelBom(command.optsWithGlobals(), model, version),
    );
}
