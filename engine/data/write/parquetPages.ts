import type { ColumnChunk, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import type { ColumnType } from '../../protocol/data';
import type { NewColumn } from './newColumn';

/** How a type of column is written. */
export function elementOf({ name, type }: Pick<NewColumn, 'name' | 'type'>): SchemaElement {
  const element = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'integer':
      return { ...element, type: 'INT64' };
    case 'number':
      return { ...element, type: 'DOUBLE' };
    case 'boolean':
      return { ...element, type: 'BOOLEAN' };
    case 'date':
      return { ...element, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
    case 'datetime':
      return {
        ...element,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
      };
    case 'string':
      return { ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  }
}

/** Rows `from` to before `to` of a column. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Rows of a page: few enough that a reader holds one easily, many enough that heads cost nothing. */
const pageRows = 1 << 17;

/** The chunk of a column in a row group, in plain pages without compression. */
export function encodeChunk(column: NewColumn, { from, to }: Stretch, offset: number) {
  const writer = new ByteWriter(1 << 16);
  for (let at = from; at < to; at += pageRows) writePage(writer, column, { from: at, to: Math.min(to, at + pageRows) });
  const bytes = writer.getBytes();
  const size = BigInt(bytes.length);
  const chunk: ColumnChunk = {
    file_offset: BigInt(offset),
    meta_data: {
      type: elementOf(column).type!,
      encodings: ['RLE', 'PLAIN'],
      path_in_schema: [column.name],
      codec: 'UNCOMPRESSED',
      num_values: BigInt(to - from),
      total_compressed_size: size,
      total_uncompressed_size: size,
      data_page_offset: BigInt(offset),
    },
  };
  return { bytes, chunk };
}

function writePage(writer: ByteWriter, column: NewColumn, { from, to }: Stretch): void {
  const rows = to - from;
  const { levels, present } = levelsOf(column, { from, to });
  const values =
    'text' in column ? textBytes(column, { from, to }) : numberBytes(column.type, { column, from, to, present });
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + values.length,
    compressed_page_size: levels.length + values.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: rows - present,
      num_rows: rows,
      encoding: 'PLAIN',
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: false,
    },
  });
  writer.appendBytes(levels);
  writer.appendBytes(values);
}

/** Whether each row has a value, as one bit-packed run of a bit a row. */
function levelsOf(column: NewColumn, { from, to }: Stretch) {
  const groups = Math.ceil((to - from) / 8);
  const head = new ByteWriter(16);
  head.appendVarInt(groups * 2 + 1);
  const start = head.getBytes();
  const levels = new Uint8Array(start.length + groups);
  levels.set(start);
  let present = 0;
  for (let row = from; row < to; row++) {
    const isThere = 'text' in column ? column.text(row) !== null : !Number.isNaN(column.numbers[row]);
    if (!isThere) continue;
    present++;
    const at = row - from;
    levels[start.length + (at >> 3)]! |= 1 << (at & 7);
  }
  return { levels, present };
}

interface Numbers extends Stretch {
  readonly column: NewColumn & { readonly numbers: Float64Array };
  readonly present: number;
}

function numberBytes(type: ColumnType, { column, from, to, present }: Numbers): Uint8Array {
  const values = new Float64Array(present);
  let count = 0;
  for (let row = from; row < to; row++) {
    const value = column.numbers[row]!;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  switch (type) {
    case 'boolean': {
      const bits = new Uint8Array(Math.ceil(present / 8));
      for (let at = 0; at < present; at++) if (values[at] === 1) bits[at >> 3]! |= 1 << (at & 7);
      return bits;
    }
    case 'date':
      return new Uint8Array(Int32Array.from(values, ms => Math.floor(ms / 86_400_000)).buffer);
    case 'datetime':
      return longs(values.map(ms => Math.floor(ms) * 1000 + Math.round((ms - Math.floor(ms)) * 1000)));
    case 'integer':
      return longs(values);
    default:
      return new Uint8Array(values.buffer);
  }
}

/** Whole numbers as 64 bits, without making BigInts of them. */
function longs(values: Float64Array): Uint8Array {
  const words = new Int32Array(values.length * 2);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const high = Math.floor(value / 4_294_967_296);
    words[at * 2] = (value - high * 4_294_967_296) | 0;
    words[at * 2 + 1] = high;
  }
  return new Uint8Array(words.buffer);
}

function textBytes({ text }: NewColumn & { text: (row: number) => string | null }, { from, to }: Stretch): Uint8Array {
  let bytes = Buffer.allocUnsafe(1 << 16);
  let at = 0;
  for (let row = from; row < to; row++) {
    const value = text(row);
    if (value === null) continue;
    if (bytes.length - at < value.length * 3 + 4) {
      const larger = Buffer.allocUnsafe(bytes.length * 2 + value.length * 3 + 4);
      bytes.copy(larger, 0, 0, at);
      bytes = larger;
    }
    const length = bytes.write(value, at + 4);
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return bytes.subarray(0, at);
}
