import type { Draft, Scan, Target } from '../scan/scan';
import { LimitReached } from '../scan/scan';
import { hdf5Outside } from './hdf5Outside';
import { kerasFindings } from './kerasConfig';
import { pythonJson } from './text';

const magic = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const chunkBytes = 4 << 20;
const overlap = 65_536;
const mostJsonBytes = 64 * 1024 * 1024;
/** Layers in a config that was not found whole. */
const layer = /"class_name"\s*:\s*"((?:[^"\\]|\\.)*?(?:Lambda|__lambda__|TFSMLayer|TorchModuleWrapper))"/g;
/** A printable character written as an escape, as no writer of JSON does but to hide a word. */
const hidden = /\\u00(?:2[0-9a-f]|[3-6][0-9a-f]|7[0-9a-e])/i;
const config = /\{\s*"/g;
/** What may be read again and again to see whether a text is JSON, beside the file itself. */
const mostReadTwice = 256 * 1024 * 1024;

/**
 * Scans a model of Keras in HDF5. Keras keeps its config as a text attribute, which HDF5 scatters nowhere and packs only
 * in a heap that says so; so the bytes are searched for it rather than the file's structure followed, which an attacker
 * could make as deep or as long as he likes.
 */
export function scanHdf5(scan: Scan, target: Target): boolean {
  const base = superblock(target);
  if (base === undefined) return false;
  const { source } = target;
  if (!hasWideAddresses(source.read(base, 16)))
    scan.report(target, {
      ...draft(base, 'Its addresses are of an odd size, as no writer of models makes them.'),
      kind: 'unreadable',
    });
  let readTwice = 0;
  let judged: (readonly [from: number, to: number])[] = [];
  let isHidden = false;
  let next = 0;
  for (let start = 0; start < source.size; start += chunkBytes) {
    scan.tick();
    judged = judged.filter(([, to]) => to > start);
    const bytes = source.read(start, chunkBytes + overlap);
    const text = bytes.toString('latin1');
    if (!isHidden && hidden.test(text)) {
      isHidden = true;
      scan.report(target, draft(start, 'The config of the model writes plain letters as escapes: it hides something.'));
    }
    for (const found of hdf5Outside(text, chunkBytes, { source, base }))
      scan.report(target, { ...found, offset: start + (found.offset ?? 0) });
    for (const match of text.matchAll(config)) {
      const at = start + match.index;
      if (at < next || match.index >= chunkBytes) continue;
      const read = readConfig(scan, target, at);
      next = at + (read.isJson ? read.bytes : 1);
      if (read.isJson) judged.push([at, next]);
      readTwice += read.isJson ? 0 : read.bytes;
      if (readTwice > mostReadTwice) throw new LimitReached('more that looks like a config than a scan reads');
    }
    for (const match of text.matchAll(layer)) {
      const at = start + match.index;
      if (match.index >= chunkBytes || judged.some(([from, to]) => at >= from && at < to)) continue;
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
function superblock({ source }: Target): number | undefined {
  for (let at = 0; at < source.size; at = at === 0 ? 512 : at * 2) if (source.read(at, 8).equals(magic)) return at;
  return undefined;
}

/** Addresses and lengths of eight bytes, as all of HDF5 writes them unless it is told otherwise. */
function hasWideAddresses(head: Buffer): boolean {
  const at = (head[8] ?? 0) < 2 ? 13 : 9;
  return head[at] === 8 && head[at + 1] === 8;
}

interface Read {
  readonly bytes: number;
  readonly isJson: boolean;
}

/** Judges the JSON that begins here, if it is some. */
function readConfig(scan: Scan, target: Target, at: number): Read {
  const { bytes, isJson } = jsonLength(scan, target, at);
  if (!isJson) return { bytes, isJson };
  const parsed = pythonJson(target.source.read(at, bytes).toString('utf8'));
  if (parsed === undefined) return { bytes, isJson: false };
  for (const found of kerasFindings(parsed.value)) scan.report(target, { ...found, offset: at });
  return { bytes, isJson: true };
}

/** Up to the brace that closes the first one, or to where it can be no JSON. */
function jsonLength(scan: Scan, { source }: Target, at: number): Read {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  const most = Math.min(source.size, at + mostJsonBytes);
  for (let start = at, size = 1024; start < most; start += size, size = 65_536) {
    const bytes = source.read(start, size);
    scan.tick();
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte < 0x20 && (isText || (byte !== 10 && byte !== 13 && byte !== 9)))
        return { bytes: start + index - at, isJson: false };
      if (isEscaped) isEscaped = false;
      else if (isText) {
        if (byte === 0x5c) isEscaped = true;
        else if (byte === 0x22) isText = false;
      } else if (byte === 0x22) isText = true;
      else if (byte === 0x7b) depth += 1;
      else if (byte === 0x7d && --depth === 0) return { bytes: start + index + 1 - at, isJson: true };
    }
  }
  return { bytes: most - at, isJson: false };
}
