import fs from 'node:fs';
import ignore from 'ignore';
import type { AuditFinding } from '../../protocol/audit';
import type { WalkedFile } from '../audit/walk';
import { secretsOf } from './scanText';

/** Bytes of a text that are looked at. */
export const mostBytes = 8 * 2 ** 20;
/** Lock files are full of digests; what they name is not written by hand. */
export const skipped =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|go\.sum|modelyard\.lock)$|\.(?:png|jpe?g|gif|webp|ico|svg|woff2?|ttf|eot|otf|pdf|zip|gz|xz|bz2|7z|whl|parquet|npy|npz|pkl|joblib|onnx|pt|pth|h5|keras|wasm|so|dll|exe|map)$/i;

export interface SecretText {
  /** What it stands in: `run 0123… (tags)`, or a file as it is to be, relative to the workspace. */
  readonly file: string;
  readonly text: string;
}

export interface SecretsInFiles {
  readonly findings: readonly AuditFinding[];
  /** Texts that were looked through. */
  readonly texts: number;
  /** Texts of which only the beginning was. */
  readonly cut: readonly string[];
}

export interface SecretsOptions {
  /** Fingerprints. */
  readonly allow: readonly string[];
  /** Texts that are not looked at, as in .gitignore; files are left out by whoever finds them. */
  readonly exclude?: readonly string[];
  readonly progress?: (done: number, file: string) => void;
}

/** Looks through texts for secrets; what is no text is left out, and of a very long one the end. */
export function secretsInFiles(
  files: readonly WalkedFile[],
  texts: readonly SecretText[],
  { allow, exclude = [], progress }: SecretsOptions,
): SecretsInFiles {
  const allowed = new Set(allow);
  const findings: AuditFinding[] = [];
  const cut: string[] = [];
  let looked = 0;
  const look = (text: string, file: string): void => {
    looked += 1;
    for (const finding of secretsOf(text, file)) if (!allowed.has(finding.fingerprint)) findings.push(finding);
  };
  for (const [index, { file, path }] of files.entries()) {
    progress?.(index, file);
    if (skipped.test(file)) continue;
    const read = readText(path);
    if (read === undefined) continue;
    if (read.isCut) cut.push(file);
    look(read.text, file);
  }
  const left = ignore().add([...exclude]);
  for (const { file, text } of texts) if (!skipped.test(file) && !left.ignores(file)) look(text, file);
  return { findings, texts: looked, cut };
}

/** UTF-8, or UTF-16 with its mark; undefined: no text. */
export function textOf(content: Buffer): string | undefined {
  if (content[0] === 0xff && content[1] === 0xfe) return content.subarray(2).toString('utf16le');
  return content.subarray(0, 8192).includes(0) ? undefined : content.toString('utf8');
}

/** Undefined: no text, or not to be read. */
function readText(file: string): { readonly text: string; readonly isCut: boolean } | undefined {
  let fd: number;
  try {
    fd = fs.openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const size = fs.fstatSync(fd).size;
    const bytes = Buffer.alloc(Math.min(size, mostBytes));
    const read = fs.readSync(fd, bytes, 0, bytes.length, 0);
    const content = bytes.subarray(0, read);
    const isCut = size > mostBytes;
    const text = textOf(content);
    return text === undefined ? undefined : { text, isCut };
  } finally {
    fs.closeSync(fd);
  }
}
