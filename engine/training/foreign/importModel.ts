import { throwIfAborted } from '../../errors';
import { saveModel } from '../modelFiles';
import { exportOnnx } from '../onnx/exportOnnx';
import { checkParity, type Parity } from '../parity';
import type { Preparation } from '../preparation';
import { signatureOf } from '../signature';
import type { TreeModel } from '../trees/tree';
import { readOnnx } from './onnx/readOnnx';
import { withNames, type ForeignNames } from './preparationOf';
import { probeRows } from './probeRows';
import { readModelFile, type ForeignFile } from './readModelFile';

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
  readonly format: ForeignFile['format'];
  /** Absent: only ONNX Runtime can score it. */
  readonly model?: TreeModel;
  readonly preparation: Preparation;
  readonly parity?: Parity;
}

const exampleRows = 5;

/**
 * Makes a model folder of a file that another library has saved: it is scored, explained, exported and registered as a
 * model that was trained here. Its ONNX file is compared with it on made-up rows.
 * @throws ModelyardError `not-found`, `data.unreadable`, `params.invalid`, `training.parity`, `cancelled`
 */
export async function importModel(given: ModelToImport, signal: AbortSignal): Promise<ImportedModelFolder> {
  const { names, assetsDir, shown } = given;
  const read = await readModelFile(given.file, shown);
  throwIfAborted(signal);
  const { format } = read;
  if (format !== 'onnx') return { format, ...(await saveTrees(withNames(read.foreign, names), given, signal)) };
  const { trees, preparation, onnx, frame, rows } = await readOnnx(read.bytes, shown, { names, assetsDir });
  throwIfAborted(signal);
  if (trees) return { format, ...(await saveTrees({ model: trees, preparation }, given, signal)) };
  await saveModel(given.dir, {
    preparation,
    signature: signatureOf(preparation, frame),
    onnx,
    frame,
    exampleRows: rows.slice(0, exampleRows),
    ...(given.runId !== undefined && { runId: given.runId }),
  });
  return { format, preparation };
}

async function saveTrees(
  { model, preparation }: { readonly model: TreeModel; readonly preparation: Preparation },
  given: ModelToImport,
  signal: AbortSignal,
): Promise<{ readonly model: TreeModel; readonly preparation: Preparation; readonly parity: Parity }> {
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
  return { model, preparation, parity };
}
