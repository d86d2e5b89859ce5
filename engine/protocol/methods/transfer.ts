import type { ExportReport, ExportRequest, FoundSource, ImportReport, ImportRequest } from '../transfer';
import type { Empty } from './empty';

export interface TransferMethods {
  /** What could be imported among the files of the workspace. */
  'transfer/find': { params: Empty; result: readonly FoundSource[] };
  /** Brings runs in from another tool or workspace. Long; runs that were left out are a result, not an error. */
  'transfer/import': { params: ImportRequest; result: ImportReport };
  /** Takes runs out to a file or an MLflow server. Long. */
  'transfer/export': { params: ExportRequest; result: ExportReport };
}
