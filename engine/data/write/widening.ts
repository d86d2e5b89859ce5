import type { DataFormat } from '../../protocol/data';
import type { DatasetSource } from '../../protocol/jobs';
import type { NewColumn } from './newColumn';

/** A data file that is written again with more columns. */
export interface Widening {
  readonly source: DatasetSource;
  readonly columns: readonly NewColumn[];
  /** Absolute path of the new file. */
  readonly path: string;
  readonly format: DataFormat;
  /** Of CSV. */
  readonly delimiter?: string;
}
