import type { DataAccess } from '../protocol/frame';
import type { DatasetSource } from '../protocol/jobs';
import { ModelyardError } from '../errors';

export interface DataPlace {
  readonly data: Pick<DataAccess, 'lineOf'>;
  readonly source: DatasetSource;
  readonly signal: AbortSignal;
}

/**
 * Computes with the rows of a dataset; an error that names a row (`data.row`, from 1) or finds too few of them gets its
 * place in the data file. What it said of the config stays as `config`.
 */
export async function placedInData<T>(place: DataPlace, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ModelyardError ? await placed(error, place) : error;
  }
}

async function placed(error: ModelyardError, { data, source, signal }: DataPlace): Promise<ModelyardError> {
  const { row, column } = error.data ?? {};
  if (typeof row !== 'number' && error.code !== 'data.empty') return error;
  const file = source.file ?? source.path;
  const line = typeof row === 'number' ? await data.lineOf(source, row - 1, signal) : undefined;
  const shown = line === undefined ? `row ${row} of ${file}` : `line ${line} of ${file}`;
  const message = error.message.replace(`data row ${row}`, shown);
  return new ModelyardError(error.code, message, {
    place: {
      file,
      ...(line !== undefined && { line }),
      ...(typeof column === 'string' && { key: column }),
    },
    ...(error.place && { config: error.place }),
    ...(error.fix !== undefined && { fix: error.fix }),
    data: { dataset: source.name, ...error.data },
    cause: error,
  });
}
