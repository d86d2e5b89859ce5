import { dataFiles } from '../dataFiles';
import { hasLines } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';
import { openReader } from './read/openReader';

/**
 * The line of the file where a row (0 = first data row) begins; undefined when the file has no such row, or no lines.
 * @throws ModelyardError as `readFrame`
 */
export async function lineOf(source: DatasetSource, row: number, signal: AbortSignal): Promise<number | undefined> {
  if (!hasLines(source.format) || (await dataFiles(source.path, signal))) return undefined;
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    for await (const batch of reader.batches())
      if (row < batch.firstRow + batch.rows) return batch.line(row - batch.firstRow);
    return undefined;
  } finally {
    await reader.close();
  }
}
