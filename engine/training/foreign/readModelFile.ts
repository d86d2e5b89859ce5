import { readFile, stat } from 'node:fs/promises';
import { ModelyardError } from '../../errors';
import { malformed, notTaken, type ForeignModel } from './foreignModel';
import { readLightgbm } from './lightgbm';
import { readXgboost } from './xgboost';

export type ForeignFile =
  | { readonly format: 'lightgbm' | 'xgboost'; readonly foreign: ForeignModel }
  | { readonly format: 'onnx'; readonly bytes: Uint8Array };

/** Larger texts do not fit into one string. */
const mostBytes = 400e6;

/**
 * Reads a model of another library, whichever it is. Nothing of it is run or unpickled.
 * @param shown the file as people know it
 * @throws ModelyardError `not-found`, `data.unreadable`
 */
export async function readModelFile(file: string, shown: string): Promise<ForeignFile> {
  const bytes = await bytesOf(file, shown);
  refuseOthers(bytes, shown);
  // the first field of an ONNX file is its version, a small number
  if (bytes[0] === 0x08 && (bytes[1] ?? 0) > 0 && (bytes[1] ?? 0) < 0x80) return { format: 'onnx', bytes };
  const text = bytes.toString('utf8');
  const start = text.slice(0, 100).trimStart();
  if (/^tree\r?\n/.test(start)) return { format: 'lightgbm', foreign: readLightgbm(text, shown) };
  if (start.startsWith('{')) return { format: 'xgboost', foreign: readXgboost(jsonOf(text, shown), shown) };
  throw notTaken(
    { file: shown },
    'is no model that can be taken over.',
    'Models can be: LightGBM as text (save_model("model.txt")), XGBoost as JSON (save_model("model.json")), ONNX.',
  );
}

async function bytesOf(file: string, shown: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > mostBytes)
      throw notTaken(
        { file: shown },
        `has ${Math.round(size / 1e6)} MB; at most ${mostBytes / 1e6} can be read.`,
        'Train fewer or smaller trees.',
      );
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof ModelyardError) throw cause;
    throw new ModelyardError('not-found', `The model file ${shown} cannot be read.`, {
      place: { file: shown },
      fix: 'Name a file of LightGBM, XGBoost or ONNX.',
      cause,
    });
  }
}

/** Formats that are known, and known not to be read. */
function refuseOthers(bytes: Buffer, file: string): void {
  const [first, second] = bytes;
  const starts = (text: string): boolean => bytes.subarray(0, text.length).toString('latin1') === text;
  if (first === 0x80 && second !== undefined && second >= 2 && second <= 5)
    throw notTaken(
      { file },
      'is a Python pickle. It is not opened, because opening one runs whatever is in it.',
      'Save the model itself: save_model("model.txt") of LightGBM, save_model("model.json") of XGBoost; others as ONNX.',
    );
  if (starts('{L\0') || starts('{L') || starts('binf') || starts('{U'))
    throw notTaken(
      { file },
      'is a model of XGBoost in binary form.',
      'Save it as JSON: save_model("model.json"); the name has to end so.',
    );
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const before = at === undefined ? [] : text.slice(0, Number(at)).split('\n');
    throw malformed({ file, ...(at !== undefined && { line: before.length }) }, 'is not whole: it is no JSON.');
  }
}
