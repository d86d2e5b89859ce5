import { open } from 'node:fs/promises';
import { dataFiles } from '../../dataFiles';
import { throwIfAborted } from '../../errors';
import { cellValue, type ColumnBatch } from '../read/batch';
import { openReader } from '../read/openReader';
import { newCell } from './newColumn';
import type { NewFile } from './newFile';
import type { Widening } from './widening';

/** Writes the rows of a file as JSON lines: of one file of JSON lines each line as it is there, with the new keys behind. */
export async function widenJsonLines(widening: Widening, to: NewFile, signal: AbortSignal): Promise<void> {
  const { format, path } = widening.source;
  if (format === 'jsonl' && !(await dataFiles(path, signal))) await widenLines(widening, to, signal);
  else await writeRows(widening, to, signal);
}

async function widenLines({ source, columns }: Widening, to: NewFile, signal: AbortSignal): Promise<void> {
  const file = await open(source.path);
  let row = 0;
  try {
    let block = '';
    for await (const line of file.readLines({ encoding: 'utf8', autoClose: false })) {
      const object = (row === 0 ? line.replace(/^\uFEFF/, '') : line).trim();
      if (object === '') continue;
      const inside = object.slice(0, -1).trimEnd();
      block += `${inside}${inside === '{' ? '' : ','}${newKeys(columns, row++)}}\n`;
      if (block.length < 1 << 18) continue;
      throwIfAborted(signal);
      await to.append(Buffer.from(block));
      block = '';
    }
    await to.append(Buffer.from(block));
  } finally {
    await file.close();
  }
}

/** `"income":5,"ratio":null` */
const newKeys = (columns: Widening['columns'], row: number): string =>
  columns.map(column => `${JSON.stringify(column.name)}:${JSON.stringify(newCell(column, row))}`).join(',');

async function writeRows({ source, columns }: Widening, to: NewFile, signal: AbortSignal): Promise<void> {
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    const names = reader.columns.map(name => JSON.stringify(name));
    for await (const batch of reader.batches()) {
      const lines = Array.from({ length: batch.rows }, () => '{');
      for (const [index, name] of names.entries()) {
        const column: ColumnBatch = await batch.column(index);
        for (let row = 0; row < batch.rows; row++)
          lines[row] = `${lines[row]}${name}:${JSON.stringify(cellValue(column, row))},`;
      }
      const whole = lines.map((line, row) => `${line}${newKeys(columns, batch.firstRow + row)}}\n`);
      await to.append(Buffer.from(whole.join('')));
    }
  } finally {
    await reader.close();
  }
}
