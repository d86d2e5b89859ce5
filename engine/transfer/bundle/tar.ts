/**
 * The little of tar (POSIX ustar) that bundles need: regular files with short names of ASCII, in order. Any program
 * that knows tar reads them; what else such a program may write is refused when it is read here.
 */
export const BLOCK = 512;

export interface TarEntry {
  readonly name: string;
  readonly size: number;
}

const SIZE_DIGITS = 11;
const MOST_OCTAL = 8 ** SIZE_DIGITS - 1;

export function tarHeader({ name, size }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1'); // owner
  header.write('0000000\0', 116, 'latin1');
  writeSize(header, size);
  header.write('00000000000\0', 136, 'latin1'); // time
  header.write('        ', 148, 'latin1'); // the checksum counts as blanks
  header.write('0', 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write(`${octal(sumOf(header), 6)}\0 `, 148, 'latin1');
  return header;
}

/** What follows a content of that size, to the next block. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

/** Two empty blocks end an archive. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);

/** The entry of a header; `end` for an empty block; undefined for what is not one of ours. */
export function readTarHeader(block: Buffer): TarEntry | 'end' | undefined {
  if (block.every(byte => byte === 0)) return 'end';
  const field = (from: number, length: number): string =>
    block
      .toString('latin1', from, from + length)
      .replace(/\0.*$/s, '')
      .trim();
  const type = field(156, 1);
  if (field(257, 5) !== 'ustar' || Number.parseInt(field(148, 8), 8) !== sumOf(block)) return undefined;
  if (type !== '0' && type !== '') return undefined;
  const size = readSize(block);
  return size === undefined ? undefined : { name: field(0, 100), size };
}

/** All bytes, those of the checksum as blanks. */
function sumOf(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : header[at]!;
  return sum;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** Beyond 8 GiB the size is written as bytes, as GNU tar does. */
function writeSize(header: Buffer, size: number): void {
  if (size <= MOST_OCTAL) header.write(`${octal(size, SIZE_DIGITS)}\0`, 124, 'latin1');
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(size), 128);
  }
}

function readSize(header: Buffer): number | undefined {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  const text = header.toString('latin1', 124, 136).replace(/[\0 ].*$/s, '');
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
