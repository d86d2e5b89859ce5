import { SliceSource } from '../bytes/source';
import type { ByteSource } from '../bytes/source';
import { findEmbedded } from '../pickle/embedded';
import { scanPickles } from '../pickle/scanPickles';
import { shown } from '../pickle/streamWatcher';
import type { Draft, Scan, Target } from '../scan/scan';
import { scanPacked } from './inflate';
import type { ZipDirectory, ZipEntry } from './zipDirectory';
import { ZipBroken, readDirectory, wideSizes, zipEnd } from './zipDirectory';

/** An entry with where its content is by its local header. */
interface Located extends ZipEntry {
  readonly start: number;
  readonly localName: string;
  readonly end: number;
}

/**
 * Scans every entry of a zip (`.zip`, `.npz`, `.pt`, `.keras`), by the central directory and by the local headers: what
 * readers would take differently, or what only some of them would find, blocks.
 * @returns whether it is one
 */
export function scanZip(scan: Scan, target: Target): readonly string[] | undefined {
  const { source } = target;
  const end = zipEnd(source);
  if (end === undefined) {
    if (!source.read(0, 4).equals(Buffer.from('PK\x03\x04'))) return undefined;
    scan.report(
      target,
      malformed('It begins as a zip but has no directory: it is cut off, or made to be read in two ways.'),
    );
    scanHidden(scan, target, [0, source.size]);
    return [];
  }
  try {
    return scanEntries(scan, target, readDirectory(source, end));
  } catch (error) {
    if (!(error instanceof ZipBroken)) throw error;
    scan.report(target, malformed(`The zip cannot be read: ${error.message}.`));
    scanHidden(scan, target, [0, source.size]);
    return [];
  }
}

function scanEntries(scan: Scan, target: Target, directory: ZipDirectory): readonly string[] {
  const names = directory.entries.map(({ name }) => name);
  const isTorch =
    names.some(name => /^[^/]+\/archive_format$/.test(name)) ||
    (names.some(name => /(?:^|\/)data\.pkl$/.test(name)) &&
      names.some(name => /(?:^|\/)(?:version|byteorder|data\/\d+)$/.test(name)));
  const located: Located[] = [];
  const seen = new Set<string>();
  for (const entry of directory.entries) {
    scan.entry();
    if (seen.has(entry.name))
      scan.report(target, malformed(`The zip has ${shown(entry.name)} twice: which one counts depends on the reader.`));
    seen.add(entry.name);
    const place = locate(scan, target, entry);
    if (place === undefined) continue;
    located.push(place);
  }
  for (const place of located) scanEntry(scan, target, { ...place, isTorch });
  outside(scan, target, directory, located);
  return names;
}

function locate(scan: Scan, target: Target, entry: ZipEntry): Located | undefined {
  const { source } = target;
  const header = source.read(entry.headerOffset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04_03_4b_50) {
    scan.report(target, malformed(`The zip has no content where it says that ${shown(entry.name)} is.`));
    return undefined;
  }
  const nameLength = header.readUInt16LE(26);
  const extraLength = header.readUInt16LE(28);
  const rest = source.read(entry.headerOffset + 30, nameLength + extraLength);
  const localName = rest.subarray(0, nameLength).toString('utf8');
  const local = wideSizes(rest.subarray(nameLength), {
    size: header.readUInt32LE(22),
    packedSize: header.readUInt32LE(18),
    offset: 0,
  });
  const start = entry.headerOffset + 30 + nameLength + extraLength;
  const hasDescriptor = (header.readUInt16LE(6) & 8) !== 0;
  const differs = [
    ...(localName === entry.name ? [] : [`name (${shown(localName)})`]),
    ...(header.readUInt16LE(8) === entry.method ? [] : ['way of packing']),
    ...(local.packedSize === entry.packedSize || (hasDescriptor && local.packedSize === 0) ? [] : ['packed size']),
    ...(local.size === entry.size || (hasDescriptor && local.size === 0) ? [] : ['size']),
  ];
  if (differs.length > 0)
    scan.report(
      target,
      malformed(
        `${shown(entry.name)} has another ${differs.join(', ')} at its content than in the directory of the zip: readers see different files.`,
      ),
    );
  if ((entry.flags & 1) !== 0 || (header.readUInt16LE(6) & 1) !== 0)
    scan.report(
      target,
      malformed(`${shown(entry.name)} is marked as encrypted: some readers refuse it, PyTorch reads it as it is.`),
    );
  if (start + entry.packedSize > source.size) {
    scan.report(target, malformed(`${shown(entry.name)} is cut off.`));
  }
  return { ...entry, start, localName, end: start + entry.packedSize };
}

function scanEntry(scan: Scan, target: Target, entry: Located & { readonly isTorch: boolean }): void {
  const { source } = target;
  const escape = unsafePath(entry.name);
  if (escape !== undefined)
    scan.report(target, {
      kind: 'archive-path',
      verdict: 'block',
      severity: 'high',
      sentence: `${shown(entry.name)} of the zip ${escape}.`,
    });
  if (entry.name.endsWith('/') && entry.packedSize === 0) return;
  const as = {
    inner: [...target.inner, shown(entry.name)],
    name: entry.name,
    ...(entry.isTorch && { within: 'torch' as const }),
  };
  const packed = new SliceSource(source, entry.start, entry.packedSize);
  if (entry.method === 0) scan.content({ ...as, source: packed });
  else if (entry.method === 8) {
    const size = scanPacked(scan, packed, { method: 'deflate', as, around: { ...as, source: packed } }) ?? 0;
    if (size < entry.size)
      scan.report(target, malformed(`${shown(entry.name)} unpacks to ${size} bytes instead of ${entry.size}.`));
  } else {
    const sentence = `It is packed in a way (${entry.method}) that this scan does not unpack.`;
    scan.report({ ...as, source: packed }, { kind: 'unreadable', verdict: 'review', severity: 'medium', sentence });
  }
}

/** What no entry of the directory accounts for: before, between and after. */
function outside(scan: Scan, target: Target, ...[directory, located]: [ZipDirectory, readonly Located[]]): void {
  const sorted = [...located].sort((one, other) => one.headerOffset - other.headerOffset);
  let position = 0;
  for (const entry of sorted) {
    if (entry.headerOffset < position) {
      const sentence = `${shown(entry.name)} of the zip lies over another entry, as in a bomb, or to be read in two ways.`;
      scan.report(target, {
        kind: 'archive-bomb',
        verdict: 'block',
        severity: 'high',
        offset: entry.headerOffset,
        sentence,
      });
    } else gap(scan, target, [position, entry.headerOffset]);
    position = Math.max(position, entry.end);
  }
  gap(scan, target, [position, directory.start]);
  scanHidden(scan, target, directory.comment);
  if (directory.after > 0) gap(scan, target, [target.source.size - directory.after, target.source.size]);
}

/** Data descriptors (12 to 24 bytes) and nothing else may lie between entries. */
function gap(scan: Scan, target: Target, [start, end]: readonly [number, number]): void {
  const size = end - start;
  if (size <= 0) return;
  const first = target.source.read(start, 4).toString('latin1');
  if (start > 0 && size <= 24 && (first === 'PK\x07\x08' || size === 12 || size === 20)) return;
  const where = start === 0 ? 'before its first entry' : 'between its entries';
  const sentence = `The zip has ${size} bytes ${where} that are no part of it.`;
  scan.report(target, { kind: 'hidden-data', verdict: 'review', severity: 'medium', offset: start, sentence });
  scanHidden(scan, target, [start, end]);
}

/** Entries that the directory does not have, and pickles. */
function scanHidden(scan: Scan, target: Target, [start, end]: readonly [number, number]): void {
  const source = new SliceSource(target.source, start, end - start);
  const hidden = { ...target, source };
  scanPickles(scan, hidden, 'guess');
  findEmbedded(scan, hidden, start);
  const text = source.read(0, mostSearched).toString('latin1');
  for (let at = text.indexOf('PK\x03\x04'); at >= 0 && at + 30 < text.length; at = text.indexOf('PK\x03\x04', at + 4)) {
    scan.entry();
    scanLocal(scan, hidden, at);
  }
}

/** How far entries are searched for that the directory does not have. */
const mostSearched = 1 << 20;

/** Where the next header of a zip is: an entry that does not say how long it is ends there. */
function nextSignature(source: ByteSource, from: number): number {
  const text = source.read(from, mostSearched).toString('latin1');
  const found = text.search(/PK(?:\x01\x02|\x03\x04|\x05\x06|\x07\x08)/);
  return found < 0 ? from + mostSearched : from + found;
}

/** An entry that only its local header tells of. */
function scanLocal(scan: Scan, target: Target, at: number): void {
  const { source } = target;
  const header = source.read(at, 30);
  if (header.length < 30) return;
  const nameLength = header.readUInt16LE(26);
  const name = source.read(at + 30, nameLength).toString('utf8');
  const content = new SliceSource(
    source,
    at + 30 + nameLength + header.readUInt16LE(28),
    header.readUInt32LE(18) || nextSignature(source, at + 30) - at,
  );
  scan.report(target, {
    kind: 'hidden-data',
    verdict: 'block',
    severity: 'high',
    sentence: `The zip hides an entry ${shown(name)} that its directory does not have.`,
  });
  const as = { inner: [...target.inner, shown(name)], name };
  if (header.readUInt16LE(8) === 0) scan.content({ ...as, source: content });
  else if (header.readUInt16LE(8) === 8)
    scanPacked(scan, content, { method: 'deflate', as, around: { ...as, source: content } });
}

/** What is wrong with the path of an entry: the end of a sentence. */
export function unsafePath(name: string): string | undefined {
  if (/^(?:[\\/]|[A-Za-z]:)/.test(name)) return 'has an absolute path';
  if (name.split(/[\\/]/).includes('..')) return 'leads out of the archive';
  return name.includes('\0') ? 'has a zero byte in its name' : undefined;
}

const malformed = (sentence: string): Draft => ({ kind: 'malformed', verdict: 'block', severity: 'high', sentence });
