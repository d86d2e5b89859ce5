import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keyIdOf, publicKeyOf, signBytes } from '../../client/signing';
import { ModelyardError } from '../../errors';
import type { SignatureReport, SignatureState } from '../../protocol/signatures';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { timeText } from '../text/numbers';
import { versionNumber } from '../versionNumber';
import { keyVariable, readPrivateKey, writeKeys } from './keyFiles';
import type { KeyFlags, SignFlags, VerifyFlags } from '../program/sign';
import { counted } from '../../plural';

interface Subject {
  readonly name: string;
  readonly version: string;
}

const placeOf = ({ options, io }: Invocation): ReturnType<typeof findPlace> => {
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  return place;
};

/** `modelyard models key` */
export function modelKeyCommand(
  invocation: Invocation,
  { output, algorithm }: KeyFlags & { readonly output: string },
): Promise<number> {
  const file = path.resolve(invocation.io.cwd, output);
  const { publicFile, publicKey } = writeKeys(file, algorithm);
  const keyId = keyIdOf(publicKey);
  answer(invocation, {
    json: { privateKey: file, publicKey: publicFile, keyId },
    text: () =>
      `${file} is the private key: keep it to yourself, and name it in ${keyVariable}.\n` +
      `${publicFile} is the public one (${keyId.slice(0, 16)}): copy it into the workspace, and list it under security.keys.\n`,
  });
  return Promise.resolve(exitCodes.ok);
}

/** `modelyard models sign`: the key stays here, the engine is told only what was signed with it. */
export async function modelSignCommand(
  invocation: Invocation,
  { name, version: asked, key, output }: SignFlags & Subject,
): Promise<number> {
  const place = placeOf(invocation);
  const version = versionNumber(asked);
  const file = key ?? process.env[keyVariable];
  if (file === undefined || file === '')
    throw new ModelyardError(
      'params.invalid',
      `There is no key to sign with: neither --key nor ${keyVariable} names one.`,
      {
        fix: 'modelyard models key ~/.config/modelyard/signing.pem',
      },
    );
  const privateKey = readPrivateKey(path.resolve(invocation.io.cwd, file));
  const publicKey = usable(() => publicKeyOf(privateKey), file);
  return withEngine(place, async client => {
    const { payload, encoded } = await client.call('signatures/toSign', { name, version });
    const signature = usable(() => signBytes(Buffer.from(encoded, 'base64'), privateKey), file).toString('base64');
    const report = await client.call('signatures/add', { name, version, payload, signature, publicKey });
    const found = await client.call('signatures/bundle', { name, version });
    if (output !== undefined && found) writeOut(path.resolve(invocation.io.cwd, output), found.bundle);
    answer(invocation, { json: report, text: () => reportText(report, invocation) });
    return exitCodes.ok;
  });
}

/** `modelyard models verify` */
export async function modelVerifyCommand(
  invocation: Invocation,
  { name, version: asked, key, output }: VerifyFlags & Subject,
): Promise<number> {
  const place = placeOf(invocation);
  const version = versionNumber(asked);
  const keys = key?.map(file => readKey(path.resolve(invocation.io.cwd, file)));
  const params = { name, version, ...(keys && { keys }) };
  return interruptible(signal =>
    withEngine(
      place,
      async client => {
        const report = await client.call('signatures/verify', params, { signal });
        const found = output === undefined ? null : await client.call('signatures/bundle', { name, version });
        if (output !== undefined && found) writeOut(path.resolve(invocation.io.cwd, output), found.bundle);
        answer(invocation, { json: report, text: () => reportText(report, invocation) });
        return codes[report.state];
      },
      { signal },
    ),
  );
}

/** What was signed by somebody unknown is to be reviewed. */
const codes: Readonly<Record<SignatureState, number>> = {
  signed: exitCodes.ok,
  untrusted: exitCodes.refused,
  altered: exitCodes.failed,
  unsigned: exitCodes.failed,
};

function reportText({ state, sentence, files, signedAt, signedBy }: SignatureReport, { colors }: Invocation): string {
  const { out } = colors;
  const mark = { signed: out.green('✓'), untrusted: out.yellow('!'), altered: out.red('✗'), unsigned: out.red('✗') }[
    state
  ];
  const when =
    signedAt === undefined ? '' : out.dim(`  ${counted(files, 'file')}, ${timeText(signedAt)} by ${signedBy ?? ''}`);
  return `${mark} ${sentence}${when}\n`;
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ModelyardError('not-found', `The key ${file} cannot be read.`, { cause });
  }
}

function usable<T>(work: () => T, file: string): T {
  try {
    return work();
  } catch (cause) {
    throw new ModelyardError(
      'params.invalid',
      `${file} is no private key of Ed25519 or ECDSA as PEM without a password.`,
      {
        cause,
      },
    );
  }
}

export function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${file} cannot be written: ${String(cause)}`, { cause });
  }
}
