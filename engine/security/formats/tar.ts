import { SliceSource } from '../bytes/source';
import { shown } from '../pickle/streamWatcher';
import type { Scan, Target } from '../scan/scan';
import { unsafePath } from './zip';

const block = 512;

/** Scans the entries of a tar, as old PyTorch and many packers write it. */
export function scanTar(scan: Scan, target: Target): boolean {
  const { source } = target;
  if (!isHeader(source.read(0, block))) return false;
  let at = 0;
  let longName: string | undefined;
  while (at + block <= source.size) {
    const header = source.read(at, block);
    if (header.every(byte => byte === 0)) break;
    if (!isHeader(header)) {
      scan.report(target, {
        kind: 'malformed',
        verdict: 'block',
        severity: 'high',
        offset: at,
        sentence: 'The tar cannot be read to its end.',
      });
      break;
    }
    scan.entry();
    const size = number(header.subarray(124, 136));
    const type = String.fromCharCode(header[156] ?? 0);
    const content = new SliceSource(source, at + block, size);
    const name = longName ?? [text(header.subarray(345, 500)), text(header.subarray(0, 100))].filter(Boolean).join('/');
    longName = undefined;
    if (type === 'L') longName = text(content.read(0, 4096));
    else if (type === 'K') scan.tick();
    else if (type === 'x' || type === 'g') longName = pax(scan, target, content) ?? longName;
    else
      entry(scan, target, {
        name,
        type,
        link: text(header.subarray(157, 257)),
        content,
        isCut: at + block + size > source.size,
      });
    at += block + Math.ceil(size / block) * block;
  }
  return true;
}

interface TarEntry {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly content: SliceSource;
  readonly isCut: boolean;
}

function entry(scan: Scan, target: Target, { name, type, link, content, isCut }: TarEntry): void {
  const escape = unsafePath(name) ?? (type === '1' || type === '2' ? unsafePath(link) : undefined);
  if (escape !== undefined || type === '1' || type === '2') {
    const sentence =
      escape === undefined
        ? `${shown(name)} of the tar is a link to ${shown(link)}.`
        : `${shown(name)} of the tar ${escape}.`;
    const verdict = escape === undefined ? 'review' : 'block';
    scan.report(target, {
      kind: escape === undefined ? 'link' : 'archive-path',
      verdict,
      severity: escape === undefined ? 'low' : 'high',
      sentence,
    });
  }
  const isEmptyKind = /^[1-6]$/.test(type);
  if (isEmptyKind && content.size > 0)
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'high',
      sentence: `${shown(name)} of the tar has content, which a link or folder has none of: readers go on at different places.`,
    });
  if (isCut)
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'high',
      sentence: `${shown(name)} of the tar is cut off.`,
    });
  // Whatever kind Python does not know is a file to it.
  if (!isEmptyKind || content.size > 0) scan.content({ source: content, inner: [...target.inner, shown(name)], name });
}

const text = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
};

/** Octal, or base 256 for what is larger. */
function number(bytes: Buffer): number {
  if (((bytes[0] ?? 0) & 0x80) === 0) return Number.parseInt(text(bytes).trim() || '0', 8) || 0;
  let value = (bytes[0] ?? 0) & 0x7f;
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  return value;
}

/** Its checksum is the sum of its bytes, with blanks for the checksum itself. */
function isHeader(header: Buffer): boolean {
  if (header.length < block) return false;
  let sum = 8 * 32;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  const written = text(header.subarray(148, 156)).trim();
  return /^[0-7]+$/.test(written) && Number.parseInt(written, 8) === sum && sum > 8 * 32;
}

/** The path of what follows; sizes written in this place as well make readers go on at different places. */
function pax(scan: Scan, target: Target, content: SliceSource): string | undefined {
  const records = content.read(0, 1 << 20).toString('utf8');
  const odd = /(?:^|\n)\d+ (size|GNU\.sparse\.\w+|hdrcharset)=/.exec(records)?.[1];
  if (odd !== undefined || content.size > 1 << 20)
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'medium',
      sentence: `The tar has an extended header${odd === undefined ? ' that is too long' : ` with ${odd}`}, by which readers differ in where its files are.`,
    });
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}
