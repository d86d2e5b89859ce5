import {
  parquetMetadataAsync,
  type ColumnChunk,
  type FileMetaData,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { dataFiles } from '../../dataFiles';
import { throwIfAborted } from '../../errors';
import { readFrame } from '../frame';
import { DataFile } from '../read/dataFile';
import { readingParquet } from '../read/parquetReader';
import { holding, type NewColumn } from './newColumn';
import type { NewFile } from './newFile';
import { elementOf, encodeChunk } from './parquetPages';
import type { Widening } from './widening';

/** Rows of a row group that is made here. */
const groupRows = 1 << 20;
const magic = Buffer.from('PAR1');

/** Writes the rows of a file as Parquet: of one file of Parquet the chunks as they are there, with the new columns behind. */
export async function widenParquet(given: Widening, to: NewFile, signal: AbortSignal): Promise<void> {
  const widening = { ...given, columns: given.columns.map(holding) };
  await to.append(magic);
  const { format, path } = widening.source;
  const { schema, groups, rows } =
    format === 'parquet' && !(await dataFiles(path, signal))
      ? await copyGroups(widening, to, signal)
      : await makeGroups(widening, to, signal);
  const writer = new ByteWriter(1 << 16);
  const metadata = {
    ...{ version: 2, created_by: 'modelyard', schema, num_rows: BigInt(rows), row_groups: groups },
    metadata_length: 0,
  } satisfies FileMetaData;
  writeMetadata(writer, metadata);
  await to.append(writer.getBytes());
  await to.append(magic);
}

interface Groups {
  readonly schema: SchemaElement[];
  readonly groups: RowGroup[];
  readonly rows: number;
}

async function copyGroups({ source, columns }: Widening, to: NewFile, signal: AbortSignal): Promise<Groups> {
  const file = await DataFile.open(source, { signal, digest: false });
  try {
    const buffer = { byteLength: file.size, slice: (start: number, end = file.size) => file.readAt(start, end) };
    const metadata = await readingParquet(source, () => parquetMetadataAsync(buffer));
    const groups: RowGroup[] = [];
    let row = 0;
    for (const group of metadata.row_groups) {
      throwIfAborted(signal);
      const next = row + Number(group.num_rows);
      const chunks: ColumnChunk[] = [];
      for (const chunk of group.columns) chunks.push(await copyChunk(chunk, file, to));
      chunks.push(...(await newChunks(columns, { from: row, to: next }, to)));
      groups.push(groupOf(chunks, group.num_rows));
      row = next;
    }
    await file.assertUnchanged();
    return { schema: widenedSchema(metadata.schema, columns), groups, rows: row };
  } finally {
    await file.close();
  }
}

/** Copies the pages of a column; indexes and statistics are for where they were. */
async function copyChunk({ meta_data }: ColumnChunk, file: DataFile, to: NewFile): Promise<ColumnChunk> {
  const { data_page_offset, dictionary_page_offset, total_compressed_size, ...rest } = meta_data!;
  const first =
    dictionary_page_offset !== undefined && dictionary_page_offset > 0n ? dictionary_page_offset : undefined;
  const start = first !== undefined && first < data_page_offset ? first : data_page_offset;
  const offset = BigInt(to.bytes);
  await to.append(new Uint8Array(await file.readAt(Number(start), Number(start + total_compressed_size))));
  const { type, encodings, path_in_schema, codec, num_values, total_uncompressed_size } = rest;
  return {
    file_offset: offset,
    meta_data: {
      ...{ type, encodings, path_in_schema, codec, num_values, total_uncompressed_size, total_compressed_size },
      data_page_offset: offset + data_page_offset - start,
      ...(first !== undefined && { dictionary_page_offset: offset + first - start }),
    },
  };
}

async function newChunks(
  columns: readonly NewColumn[],
  stretch: { readonly from: number; readonly to: number },
  to: NewFile,
): Promise<readonly ColumnChunk[]> {
  const chunks: ColumnChunk[] = [];
  for (const column of columns) {
    const { bytes, chunk } = encodeChunk(column, stretch, to.bytes);
    await to.append(bytes);
    chunks.push(chunk);
  }
  return chunks;
}

const groupOf = (columns: ColumnChunk[], rows: bigint): RowGroup => ({
  columns,
  total_byte_size: columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
  num_rows: rows,
});

function widenedSchema([root, ...elements]: readonly SchemaElement[], columns: readonly NewColumn[]): SchemaElement[] {
  const added = columns.map(elementOf);
  return [{ name: 'schema', ...root, num_children: (root?.num_children ?? 0) + added.length }, ...elements, ...added];
}

async function makeGroups({ source, columns }: Widening, to: NewFile, signal: AbortSignal): Promise<Groups> {
  const frame = await readFrame(source, signal);
  const own = frame.columns.map((column): NewColumn => {
    const { name, type } = column;
    if (column.kind === 'number') return { name, type, numbers: column.values };
    const texts = (row: number): string | null => column.categories[column.codes[row]!] ?? null;
    if (type !== 'boolean') return { name, type, text: texts };
    const isTrue = column.categories.map(text => (text === 'true' ? 1 : 0));
    return { name, type, numbers: Float64Array.from(column.codes, code => isTrue[code] ?? Number.NaN) };
  });
  const all = [...own, ...columns];
  const groups: RowGroup[] = [];
  for (let from = 0; from < frame.rows; from += groupRows) {
    throwIfAborted(signal);
    const end = Math.min(frame.rows, from + groupRows);
    groups.push(groupOf([...(await newChunks(all, { from, to: end }, to))], BigInt(end - from)));
  }
  return { schema: widenedSchema([{ name: 'schema', num_children: 0 }], all), groups, rows: frame.rows };
}
