import { isUtf8 } from 'node:buffer';
import type { DatasetSource } from '../../protocol/jobs';
import { dataError } from './dataFile';
import type { ModelyardError } from '../../errors';

interface Magic {
  readonly bytes: string;
  readonly is: string;
  readonly fix: string;
}

const exportIt = 'Export it as CSV (UTF-8) or Parquet.';
const unpackIt = 'Unpack it, and point `path` to the file within.';
/** First bytes as latin-1; longer beginnings of the same first before shorter ones. */
const magics: readonly Magic[] = [
  { bytes: 'PAR1', is: 'a Parquet file', fix: 'Set `format: parquet`.' },
  { bytes: 'SQLite format 3\0', is: 'a SQLite database', fix: exportIt },
  { bytes: '\x89PNG\r\n\x1a\n', is: 'a PNG image', fix: 'Point `path` to the data.' },
  { bytes: '\xff\xd8\xff', is: 'a JPEG image', fix: 'Point `path` to the data.' },
  { bytes: '%PDF-', is: 'a PDF document', fix: 'Point `path` to the data.' },
  { bytes: '\x1f\x8b', is: 'a gzip archive', fix: unpackIt },
  { bytes: '\x28\xb5\x2f\xfd', is: 'a Zstandard archive', fix: unpackIt },
  { bytes: 'BZh', is: 'a bzip2 archive', fix: unpackIt },
  { bytes: '\xfd7zXZ\0', is: 'an xz archive', fix: unpackIt },
  { bytes: '7z\xbc\xaf', is: 'a 7-Zip archive', fix: unpackIt },
  { bytes: 'ARROW1', is: 'an Arrow (Feather) file', fix: 'Write it as Parquet.' },
  { bytes: '\x89HDF\r\n\x1a\n', is: 'an HDF5 file', fix: 'Write it as Parquet.' },
  { bytes: '\x93NUMPY', is: 'a NumPy array file', fix: 'Write it as Parquet.' },
  { bytes: 'Obj\x01', is: 'an Avro file', fix: 'Write it as Parquet.' },
  { bytes: '\xd0\xcf\x11\xe0', is: 'an old Excel workbook (.xls)', fix: exportIt },
  { bytes: '\x7fELF', is: 'a program', fix: 'Point `path` to the data.' },
];

/** What a file with these first bytes is, when that is known and is not text. */
export function knownBinary(head: Buffer): { readonly is: string; readonly fix: string } | undefined {
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') {
    const sheet = head.includes('xl/') || head.includes('[Content_Types].xml');
    return sheet ? { is: 'an Excel workbook (.xlsx)', fix: exportIt } : { is: 'a zip archive', fix: unpackIt };
  }
  const found = magics.find(({ bytes }) => head.toString('latin1', 0, bytes.length) === bytes);
  if (found) return found;
  // A pickle of protocol 2 to 5: PROTO, its number, and further on a STOP.
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5)
    return { is: 'a Python pickle', fix: 'Write it as CSV or Parquet.' };
  return undefined;
}

/** Refuses what is not UTF-8 text, and says what it is instead. `head`: the first bytes of the file. */
export function assertText(source: DatasetSource, head: Buffer): void {
  const wanted = source.format === 'csv' ? 'a CSV file' : 'a file of JSON lines';
  const binary = knownBinary(head);
  if (binary) throw dataError(source, `this is ${binary.is}, not ${wanted}.`, { line: 1, column: 1, fix: binary.fix });
  const utf16 = utf16Of(head);
  if (utf16)
    throw dataError(source, `the file is encoded in ${utf16}; Modelyard reads UTF-8.`, {
      line: 1,
      column: 1,
      fix: 'Save it as UTF-8 (in VS Code: click the encoding in the status bar, Save with Encoding).',
    });
  const nul = head.indexOf(0);
  if (nul >= 0)
    throw dataError(source, `the file holds NUL bytes: it is binary, not ${wanted}.`, {
      ...placeOf(head, nul),
      fix: 'Point `path` to a text file, or set `format` to what the file is.',
    });
}

function utf16Of(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'UTF-16 (little endian)';
  if (head[0] === 0xfe && head[1] === 0xff) return 'UTF-16 (big endian)';
  const sample = head.subarray(0, 512);
  if (sample.length < 8) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  if (odd > sample.length * 0.4 && even === 0) return 'UTF-16 (little endian)';
  if (even > sample.length * 0.4 && odd === 0) return 'UTF-16 (big endian)';
  return undefined;
}

/**
 * Refuses complete rows that are not UTF-8.
 * @param firstLine number of the line that `bytes` begin with
 */
export function assertUtf8(source: DatasetSource, bytes: Buffer, firstLine: number): void {
  if (isUtf8(bytes)) {
    const nul = bytes.indexOf(0);
    if (nul < 0) return;
    const place = placeOf(bytes, nul);
    throw dataError(source, 'the row holds a NUL byte.', {
      line: firstLine + place.line - 1,
      column: place.column,
      fix: 'Remove the byte, or point `path` to a text file.',
    });
  }
  throw encodingError(source, bytes, firstLine);
}

function encodingError(source: DatasetSource, bytes: Buffer, firstLine: number): ModelyardError {
  const at = firstInvalid(bytes);
  const place = placeOf(bytes, at);
  const byte = bytes[at]!.toString(16).toUpperCase();
  const guess = bytes.subarray(0, 1 << 20).some(value => value >= 0x80 && value < 0xa0)
    ? 'Windows-1252'
    : 'Latin-1 (ISO 8859-1)';
  return dataError(source, `byte 0x${byte} is not UTF-8; the file seems to be encoded in ${guess}.`, {
    line: firstLine + place.line - 1,
    column: place.column,
    fix: 'Save it as UTF-8 (in VS Code: Reopen with Encoding, then Save with Encoding).',
  });
}

/** The first byte that ends a valid beginning, by halving. */
function firstInvalid(bytes: Buffer): number {
  let valid = 0; // bytes before here are a valid beginning, up to a cut character
  let end = bytes.length;
  while (end - valid > 8) {
    const middle = (valid + end) >>> 1;
    if (isUtf8(wholeCharacters(bytes.subarray(valid, middle))))
      valid += wholeCharacters(bytes.subarray(valid, middle)).length;
    else end = middle;
    if (end - valid <= 8) break;
  }
  for (let length = 1; valid + length <= bytes.length; length++) {
    const part = bytes.subarray(valid, valid + length);
    if (isUtf8(part)) {
      valid += length;
      length = 0;
    } else if (length >= 4) return valid;
  }
  return Math.min(valid, bytes.length - 1);
}

/** Without a character that the end cuts. */
function wholeCharacters(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && (bytes[end - 1]! & 0xc0) === 0x80) end--;
  if (end > 0 && bytes[end - 1]! >= 0xc0) return bytes.subarray(0, end - 1);
  return bytes;
}

/** Line and column (in characters), from 1, of a byte within a text. */
function placeOf(bytes: Buffer, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < at; i++) {
    const byte = bytes[i]!;
    if (byte === 10 || (byte === 13 && bytes[i + 1] !== 10)) {
      line++;
      lineStart = i + 1;
    }
  }
  return { line, column: bytes.toString('utf8', lineStart, at).length + 1 };
}
