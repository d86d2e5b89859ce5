import type { Encoding } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readRuns } from './runs';
import type { Leaf } from './leaf';
import type { Unpack } from './unpack';

/** A page of values, and where in the rows they belong. */
export interface ValuePage {
  readonly isDictionary: boolean;
  readonly encoding: Encoding;
  /** Values are in `bytes` from `at` on. */
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Rows of the page; of a dictionary its values. */
  readonly rows: number;
  /** Values in it. */
  readonly values: number;
  /** 0 where a row has none; undefined: all have one. */
  readonly present: Int32Array | undefined;
}

/** The pages of a column's chunk, in order. Undefined in place of one that is not understood here. */
export function* pagesOf(
  chunk: ArrayBuffer,
  unpack: Unpack,
  leaf: Leaf,
): Generator<ValuePage | undefined, void, undefined> {
  const reader = { view: new DataView(chunk), offset: 0 };
  while (reader.offset < chunk.byteLength - 1) {
    const header = parquetHeader(reader);
    const start = reader.offset;
    const size = header.compressed_page_size;
    reader.offset += size;
    const bytes = new Uint8Array(chunk, start, size);
    const whole = (): Uint8Array => unpack(bytes, header.uncompressed_page_size);
    const { dictionary_page_header: dictionary, data_page_header: first, data_page_header_v2: second } = header;
    if (header.type === 'DICTIONARY_PAGE' && dictionary)
      yield {
        ...{ isDictionary: true, encoding: 'PLAIN', bytes: whole(), at: 0, present: undefined },
        ...{ rows: dictionary.num_values, values: dictionary.num_values },
      };
    else if (header.type === 'DATA_PAGE' && first) {
      const { num_values: rows, encoding, definition_level_encoding } = first;
      if (leaf.isOptional && definition_level_encoding !== 'RLE') {
        yield undefined;
        return;
      }
      const page = whole();
      const length = leaf.isOptional ? new DataView(page.buffer, page.byteOffset).getUint32(0, true) : 0;
      const at = leaf.isOptional ? 4 + length : 0;
      const levels = leaf.isOptional ? levelsOf(page, { from: 4, to: at, rows }) : all(rows);
      yield { isDictionary: false, encoding, bytes: page, at, rows, ...levels };
    } else if (header.type === 'DATA_PAGE_V2' && second) {
      const { num_values: rows, encoding, definition_levels_byte_length: levelBytes } = second;
      const before = second.repetition_levels_byte_length + levelBytes;
      const levels = leaf.isOptional
        ? levelsOf(bytes, { from: second.repetition_levels_byte_length, to: before, rows })
        : all(rows);
      const rest = bytes.subarray(before);
      const page = second.is_compressed === false ? rest : unpack(rest, header.uncompressed_page_size - before);
      yield { isDictionary: false, encoding, bytes: page, at: 0, rows, ...levels };
    } else if (header.type !== 'INDEX_PAGE') {
      yield undefined;
      return;
    }
  }
}

const all = (rows: number) => ({ values: rows, present: undefined });

function levelsOf(bytes: Uint8Array, { from, to, rows }: { from: number; to: number; rows: number }) {
  if (isOneRun(bytes, from, rows)) return all(rows);
  const present = new Int32Array(rows);
  if (!readRuns(bytes, { from, to, bits: 1 }, present)) throw new Error('levels end before the page does');
  let values = 0;
  for (let row = 0; row < rows; row++) values += present[row]!;
  return { values, present: values === rows ? undefined : present };
}

/** Whether the levels are a single run that says that all rows have a value, as they mostly are. */
function isOneRun(bytes: Uint8Array, from: number, rows: number): boolean {
  let at = from;
  let head = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++]!;
    head |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  return (head & 1) === 0 && head >>> 1 >= rows && bytes[at] === 1;
}
