import path from 'node:path';
import { auditInChild } from '../../../process/wiring/auditChild';
import type { AuditConfig, AuditFinding } from '../../../protocol/audit';
import type { Staged, StagedFile } from './staged';
import { stagedBytes } from './staged';

/** Longer ones are no texts that somebody writes, and are looked through where the folder is. */
const mostBytes = 8 * 2 ** 20;
/** Of the texts that are looked through at once. */
const mostAtOnce = 32 * 2 ** 20;

export interface StagedSecretsOptions {
  readonly workspace: string;
  readonly staged: Staged;
  readonly secrets: AuditConfig['secrets'];
}

/**
 * Secrets in what would be committed, wherever it is in the repository; by a process of its own, without an engine.
 * @throws ModelyardError as `auditInChild`: what could not be looked through may hold anything
 */
export async function stagedSecrets(
  { workspace, staged, secrets }: StagedSecretsOptions,
  signal: AbortSignal,
): Promise<readonly AuditFinding[]> {
  const found: AuditFinding[] = [];
  for (const files of batches(staged.files.filter(({ bytes }) => bytes > 0 && bytes <= mostBytes))) {
    const texts = (await stagedBytes(workspace, files)).flatMap((bytes, i) => {
      const text = textOf(bytes);
      const file = files[i]?.file ?? '';
      return text === undefined ? [] : [{ file: file.startsWith(staged.prefix) ? file.slice(staged.prefix.length) : file, text }]; // prettier-ignore
    });
    if (texts.length === 0) continue;
    const { findings } = await auditInChild(
      { root: workspace, parts: ['secrets'], texts, stored: [], allow: [], config: secrets ? { secrets } : {} },
      { auditFile: path.join(__dirname, 'audit.js') },
      signal,
    );
    found.push(...findings);
  }
  return found;
}

function batches(files: readonly StagedFile[]): readonly (readonly StagedFile[])[] {
  const found: StagedFile[][] = [];
  let room = 0;
  for (const file of files) {
    if (file.bytes > room) {
      found.push([]);
      room = mostAtOnce;
    }
    found.at(-1)?.push(file);
    room -= file.bytes;
  }
  return found;
}

/** UTF-8, or UTF-16 with its mark; undefined: no text. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  return bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString('utf8');
}
