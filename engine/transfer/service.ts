import path from 'node:path';
import { ModelyardError } from '../errors';
import type { ProgressReport } from '../protocol/progress';
import type { ExportReport, ExportRequest, FoundSource, ImportReport, ImportRequest } from '../protocol/transfer';
import type { Database } from '../store/database';
import type { ObjectStore } from '../store/objects';
import type { ReaderChannel } from './child/conversation';
import type { ExportContext } from './export/context';
import { exportBundle } from './export/exportBundle';
import { exportCsv } from './export/exportCsv';
import { exportMlflow } from './export/mlflow/exportMlflow';
import { checkOutFile } from './export/outFile';
import { findSources } from './findSources';
import { importRuns } from './importRuns';
import { removeRun } from './merge/importer';
import type { ModelExportPort, ModelPort } from './modelPort';
import type { ExportPort, ImportPort } from './ports';
import { TransferStore } from './store';

export interface TransferOptions {
  readonly db: Database;
  readonly objects: ObjectStore;
  /** The workspace folder. */
  readonly workspace: string;
  readonly imports: ImportPort;
  readonly models: ModelPort & ModelExportPort;
  readonly runs: ExportPort;
  /** Starts the process that reads a source. */
  readonly startReader: (signal: AbortSignal) => ReaderChannel;
  /** ms since 1970 */
  readonly now?: () => number;
}

type OnProgress = (report: ProgressReport) => void;

/** Brings runs in from other tools and other workspaces, and takes runs out. */
export class TransferService {
  private readonly store: TransferStore;
  private importing = false;

  constructor(private readonly options: TransferOptions) {
    this.store = new TransferStore(options.db);
  }

  /** What could be imported among the files of the workspace. */
  find(): readonly FoundSource[] {
    return findSources(this.options.workspace);
  }

  /**
   * Whole runs only: new ones are made, those that have grown are continued, those that are here already are left. What
   * cannot be read, or says something else than what is here, is reported. One import at a time.
   * @throws ModelyardError `conflict` (another import runs), `not-found`, `data.unreadable`, `store.*`, `cancelled`
   */
  async import(request: ImportRequest, progress: OnProgress, signal: AbortSignal): Promise<ImportReport> {
    if (this.importing)
      throw new ModelyardError('conflict', 'Another import is under way in this folder.', {
        fix: 'Wait for its end, or cancel it.',
      });
    this.importing = true;
    const { workspace, objects, imports, models, startReader, now = Date.now } = this.options;
    const resolved = { ...request, source: path.resolve(workspace, request.source) };
    const work = { workspace, objects, imports, models, startReader, now, store: this.store };
    try {
      return await importRuns(work, { request: resolved, progress }, signal);
    } finally {
      this.importing = false;
    }
  }

  /**
   * Takes runs out: into a file that appears whole or not at all, or onto an MLflow server, where what is there already
   * is not made twice.
   * @throws ModelyardError `params.invalid`, `not-found`, `conflict` (the file exists), `remote.*`, `store.*`, `cancelled`
   */
  async export(request: ExportRequest, progress: OnProgress, signal: AbortSignal): Promise<ExportReport> {
    const { objects, imports, models, runs, workspace, now = Date.now } = this.options;
    const context: ExportContext = { runs, imports, models, objects, now, progress };
    const { to } = request;
    if (to.kind === 'mlflow') {
      const address = { ...to, url: to.url.replace(/\/+$/, '') };
      return exportMlflow(context, { request, address }, signal);
    }
    const file = path.resolve(workspace, to.file);
    checkOutFile(file, request.overwrite === true);
    const write = to.kind === 'csv' ? exportCsv : exportBundle;
    return write(context, { request, file }, signal);
  }

  /** At the start of an engine: takes away what an import of the last one left unfinished. */
  async recover(): Promise<void> {
    for (const row of this.store.unfinished()) await removeRun(this.options.imports, row);
  }
}
