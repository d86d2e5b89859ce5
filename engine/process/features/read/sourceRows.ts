import { throwIfAborted } from '../../../errors';
import type { Batch } from '../../../data/read/batch';
import { firstColumns } from '../../../data/firstColumns';
import { openReader } from '../../../data/read/openReader';
import type { DatasetSource } from '../../../protocol/jobs';
import { declaredColumns } from './batchView';
import { ViewReader, type ViewReaderParts, type ViewRows } from './viewReader';

/** Rows with the place that they are from. */
export interface SourceBatch extends ViewRows {
  /** Number of the first within all sources of the view, from 0. */
  readonly firstRow: number;
  readonly source: DatasetSource;
  readonly batch: Batch;
  /** Of rows that were pushed: the number of the first among them, from 0. */
  readonly pushed?: number;
  readonly newFrom?: number;
}

export interface SourceRowsOptions extends Omit<ViewReaderParts, 'types'> {
  /** Share of the bytes, in [0, 1]. */
  readonly progress?: (fraction: number) => void;
  /** Of the rows that were pushed those from this one on are new. */
  readonly pushedFrom?: number;
}

/**
 * Reads a view's sources once, one after the other.
 * @throws ModelyardError `data.*`: with file and line; `config.invalid`: an expression does not fit the columns
 */
export async function* sourceRows(
  options: SourceRowsOptions,
  signal: AbortSignal,
): AsyncGenerator<SourceBatch, void, undefined> {
  const { view, progress, pushedFrom = Infinity } = options;
  let firstRow = 0;
  const types = declaredColumns(view.definition);
  for (const [index, source] of view.sources.entries()) {
    // rows that were pushed are of the types of the source's, whatever stands in the first of them
    const isMain = index === 0 && view.definition.source !== undefined;
    for (const { name, type } of await firstColumns(source)) if (isMain || !types.has(name)) types.set(name, type);
    const reading = new ViewReader({ ...options, types });
    const { reader } = await openReader(source, { signal, digest: false });
    try {
      for await (const batch of reader.batches()) {
        throwIfAborted(signal);
        const read = await reading.read(source, batch, reader.columns);
        // only a file of pushed rows is read as far as they were acknowledged
        const pushed = source.bytes !== undefined && { pushed: batch.firstRow, newFrom: pushedFrom - batch.firstRow };
        yield { ...read, firstRow, source, batch, ...pushed };
        firstRow += batch.rows;
        progress?.((index + reader.bytesRead / Math.max(1, reader.bytes)) / view.sources.length);
      }
    } finally {
      await reader.close();
    }
  }
}
