import type { Draft, Scan, Target } from '../scan/scan';
import { kerasFindings } from './kerasConfig';

const magic = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const chunkBytes = 4 << 20;
const overlap = 4096;
const mostJsonBytes = 64 * 1024 * 1024;
/** Layers in a config that was not found whole. */
const layer = /"class_name"\s*:\s*"((?:[^"\\]|\\.)*?(?:Lambda|__lambda__|TFSMLayer|TorchModuleWrapper))"/g;
/** A printable character written as an escape, as no writer of JSON does but to hide a word. */
const hidden = /\\u00(?:2[0-9a-f]|[3-6][0-9a-f]|7[0-9a-e])/i;
const config = /\{\s*"(?:class_name|module|registered_name|config)"\s*:/g;

/**
 * Scans a model of Keras in HDF5. Keras keeps its config as a text attribute, which HDF5 neither compresses nor
 * scatters; so the bytes are searched for it rather than the file's structure followed, which an attacker could make as
 * deep or as long as he likes.
 */
export function scanHdf5(scan: Scan, target: Target): boolean {
  if (!isHdf5(target)) return false;
  const { source } = target;
  let isHidden = false;
  let next = 0;
  for (let start = 0; start < source.size; start += chunkBytes) {
    scan.tick();
    const bytes = source.read(start, chunkBytes + overlap);
    const text = bytes.toString('latin1');
    if (!isHidden && hidden.test(text)) {
      isHidden = true;
      scan.report(target, draft(start, 'The config of the model writes plain letters as escapes: it hides something.'));
    }
    for (const match of text.matchAll(config)) {
      const at = start + match.index;
      if (at < next || match.index >= chunkBytes) continue;
      next = at + readConfig(scan, target, at);
    }
    for (const match of text.matchAll(layer)) {
      if (start + match.index < next) continue;
      scan.report(
        target,
        draft(start + match.index, `The model has a layer ${match[1] ?? ''}, which runs code of its own.`),
      );
    }
  }
  return true;
}

const draft = (offset: number, sentence: string): Draft => ({
  kind: 'keras-code',
  verdict: 'block',
  severity: 'critical',
  offset,
  sentence,
});

/** The superblock is at the start, or after a block of the user's at 512, 1024, 2048, … */
function isHdf5({ source }: Target): boolean {
  for (let at = 0; at < Math.min(source.size, 1 << 24); at = at === 0 ? 512 : at * 2)
    if (source.read(at, 8).equals(magic)) return true;
  return false;
}

/** Judges the JSON that begins here; its length, or 1 when it is none. */
function readConfig(scan: Scan, target: Target, at: number): number {
  const length = jsonLength(target, at);
  if (length === undefined) return 1;
  try {
    const parsed: unknown = JSON.parse(target.source.read(at, length).toString('utf8'));
    for (const found of kerasFindings(parsed)) scan.report(target, { ...found, offset: at });
    return length;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 1;
  }
}

/** Up to the brace that closes the first one. */
function jsonLength({ source }: Target, at: number): number | undefined {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  for (let start = at; start < Math.min(source.size, at + mostJsonBytes); start += 65_536) {
    const bytes = source.read(start, 65_536);
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (isEscaped) isEscaped = false;
      else if (isText) {
        if (byte === 0x5c) isEscaped = true;
        else if (byte === 0x22) isText = false;
        else if (byte === 0) return undefined;
      } else if (byte === 0x22) isText = true;
      else if (byte === 0x7b) depth += 1;
      else if (byte === 0x7d && --depth === 0) return start + index + 1 - at;
      else if (byte === 0) return undefined;
    }
  }
  return undefined;
}
