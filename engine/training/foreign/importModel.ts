import { throwIfAborted } from '../../errors';
import { saveModel } from '../modelFiles';
import { exportOnnx } from '../onnx/exportOnnx';
import { checkParity, type Parity } from '../parity';
import type { Preparation } from '../preparation';
import { signatureOf } from '../signature';
import type { TreeModel } from '../trees/tree';
import { preparationOf, type ForeignNames } from './preparationOf';
import { probeRows } from './probeRows';
import { readModelFile, type ForeignFormat } from './readModelFile';

export interface ModelToImport {
  readonly file: string;
  /** The file as people know it. */
  readonly shown: string;
  readonly names: ForeignNames;
  /** The model folder that is made. */
  readonly dir: string;
  /** Where the WASM file of ONNX Runtime is. */
  readonly assetsDir: string;
  readonly runId?: string;
}

export interface ImportedModelFolder {
  readonly format: ForeignFormat;
  readonly model: TreeModel;
  readonly preparation: Preparation;
  readonly parity: Parity;
}

const exampleRows = 5;

/**
 * Makes a model folder of a file that another library has saved: it is scored, explained, exported and registered as a
 * model that was trained here. Its ONNX file is compared with it on made-up rows.
 * @throws ModelyardError `not-found`, `data.unreadable`, `params.invalid`, `training.parity`, `cancelled`
 */
export async function importModel(given: ModelToImport, signal: AbortSignal): Promise<ImportedModelFolder> {
  const { format, foreign } = await readModelFile(given.file, given.shown);
  throwIfAborted(signal);
  const { model, preparation } = preparationOf(foreign, given.names);
  const frame = probeRows(model, preparation);
  const onnx = exportOnnx(model, preparation);
  const rows = Array.from({ length: frame.rows }, (_, row) => row);
  const { assetsDir, dir, runId } = given;
  const parity = await checkParity({ onnx, model, preparation, frame, rows, assetsDir }, signal);
  await saveModel(dir, {
    model,
    preparation,
    signature: signatureOf(preparation, frame),
    onnx,
    frame,
    exampleRows: rows.slice(0, exampleRows),
    ...(runId !== undefined && { runId }),
  });
  return { format, model, preparation, parity };
}
