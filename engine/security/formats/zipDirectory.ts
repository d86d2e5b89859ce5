import type { ByteSource } from '../bytes/source';

/** An entry by the central directory. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of its local header, in the source. */
  readonly headerOffset: number;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Where the central directory begins in the source. */
  readonly start: number;
  /** Bytes before the archive's own first one. */
  readonly shift: number;
  /** From where to where its comment is. */
  readonly comment: readonly [start: number, end: number];
  /** Bytes after its end that the comment does not account for. */
  readonly after: number;
}

/** The zip is not as it should be; the text is the end of a sentence. */
export class ZipBroken extends Error {}

const mostEntries = 200_000;
const mostDirectoryBytes = 128 * 1024 * 1024;
const endSignature = Buffer.from('PK\x05\x06', 'latin1');

/**
 * Where the end of a central directory is, by which readers find a zip whatever it starts with: the last one there is, as
 * Python and PyTorch take it, whatever it says of the length of its comment.
 */
export function zipEnd(source: ByteSource): number | undefined {
  const length = Math.min(source.size, 65_557);
  const tail = source.read(source.size - length, length);
  const at = length < 22 ? -1 : tail.lastIndexOf(endSignature, length - 22);
  return at < 0 ? undefined : source.size - length + at;
}

/** @throws ZipBroken */
export function readDirectory(source: ByteSource, end: number): ZipDirectory {
  const record = source.read(end, 22);
  if (record.readUInt16LE(4) !== 0 || record.readUInt16LE(6) !== 0)
    throw new ZipBroken('it claims to be spread over disks');
  if (record.readUInt16LE(8) !== record.readUInt16LE(10)) throw new ZipBroken('it has two numbers of entries');
  const comment = record.readUInt16LE(20);
  if (end + 22 + comment > source.size) throw new ZipBroken('its comment goes beyond its end, so that readers differ');
  const narrow = { count: record.readUInt16LE(10), size: record.readUInt32LE(12), offset: record.readUInt32LE(16) };
  const wide = wideRecord(source, end, narrow);
  const { count, size, offset } = wide ?? narrow;
  if (count > mostEntries) throw new ZipBroken(`it has ${count} entries`);
  if (size > mostDirectoryBytes) throw new ZipBroken(`its directory has ${size} bytes`);
  const start = (wide === undefined ? end : end - wideBytes) - size;
  if (start < 0 || start < offset) throw new ZipBroken('its directory is not where it says');
  const shift = start - offset;
  const entries = readEntries(source.read(start, size), { count, shift });
  return { entries, start, shift, comment: [end + 22, end + 22 + comment], after: source.size - end - 22 - comment };
}

/** The 64-bit record and its locator, which lie before the end. */
const wideBytes = 76;

interface Numbers {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** Python and PyTorch take the 64-bit record wherever there is one; PyTorch writes it always. */
function wideRecord(source: ByteSource, end: number, narrow: Numbers): Numbers | undefined {
  const locator = end < wideBytes ? Buffer.alloc(0) : source.read(end - 20, 20);
  const isThere = locator.length === 20 && locator.readUInt32LE(0) === 0x07_06_4b_50;
  if (!isThere) return undefined;
  const at = end - wideBytes;
  const record = source.read(at, 56);
  if (record.readUInt32LE(0) !== 0x06_06_4b_50 || Number(locator.readBigUInt64LE(8)) > at)
    throw new ZipBroken('the end of its 64-bit directory is not where it says');
  const number = (place: number): number => Number(record.readBigUInt64LE(place));
  const numbers = { count: number(32), size: number(40), offset: number(48) };
  const same = (one: number, other: number, all: number): boolean => one === other || one === all;
  if (
    !same(narrow.count, numbers.count, 0xff_ff) ||
    !same(narrow.size, numbers.size, 0xff_ff_ff_ff) ||
    !same(narrow.offset, numbers.offset, 0xff_ff_ff_ff) ||
    number(24) !== numbers.count
  )
    throw new ZipBroken('its 64-bit directory is another than its 32-bit one');
  return numbers;
}

function readEntries(bytes: Buffer, { count, shift }: { readonly count: number; readonly shift: number }): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02_01_4b_50)
      throw new ZipBroken('its directory breaks off');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(place => bytes.readUInt16LE(at + place));
    const nameEnd = at + 46 + (nameLength ?? 0);
    const extraEnd = nameEnd + (extraLength ?? 0);
    const sizes = wideSizes(bytes.subarray(nameEnd, extraEnd), {
      size: bytes.readUInt32LE(at + 24),
      packedSize: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    });
    entries.push({
      name: bytes.subarray(at + 46, nameEnd).toString('utf8'),
      method: bytes.readUInt16LE(at + 10),
      flags: bytes.readUInt16LE(at + 8),
      ...{ packedSize: sizes.packedSize, size: sizes.size, headerOffset: sizes.offset + shift },
    });
    at = extraEnd + (commentLength ?? 0);
  }
  if (at < bytes.length)
    throw new ZipBroken(`its directory has ${bytes.length - at} bytes more than its ${count} entries`);
  return entries;
}

interface Sizes {
  readonly size: number;
  readonly packedSize: number;
  readonly offset: number;
}

/** The 64-bit extra field has those of the numbers that are all ones, in this order. */
export function wideSizes(extra: Buffer, { size, packedSize, offset }: Sizes): Sizes {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let place = 0;
    const next = (narrow: number): number => {
      if (narrow !== 0xff_ff_ff_ff || place + 8 > field.length) return narrow;
      place += 8;
      return Number(field.readBigUInt64LE(place - 8));
    };
    return { size: next(size), packedSize: next(packedSize), offset: next(offset) };
  }
  return { size, packedSize, offset };
}
