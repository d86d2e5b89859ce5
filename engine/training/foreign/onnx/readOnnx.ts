import { ModelyardError } from '../../../errors';
import type { Frame } from '../../../protocol/frame';
import { predict } from '../../model';
import { OnnxScorer } from '../../onnx/onnxScorer';
import { parityTolerance } from '../../parity';
import type { PreparedColumn, Preparation } from '../../preparation';
import { transformRows } from '../../transform';
import type { TreeModel } from '../../trees/tree';
import { malformed, notTaken } from '../foreignModel';
import { numberColumn } from '../inputColumns';
import { preparationOf, type ForeignNames } from '../preparationOf';
import { probeRows } from '../probeRows';
import { readOnnxFile, type OnnxFile } from './onnxFile';
import { onnxTrees } from './onnxTrees';
import { probe, type Probes } from './probes';
import { wrapOnnx, type ColumnsOfInput } from './wrapOnnx';
import { counted } from '../../../plural';

export interface OnnxModelParts {
  readonly preparation: Preparation;
  /** The model with the face of ours. */
  readonly onnx: Uint8Array;
  /** Its trees, where it is made of trees and says the same as they. */
  readonly trees: TreeModel | undefined;
  /** Rows that it takes. */
  readonly frame: Frame;
  readonly rows: readonly number[];
}

/**
 * Takes an ONNX file apart as far as it can be: what it takes and gives, and its trees.
 * @throws ModelyardError `data.unreadable`, `params.invalid`
 */
export async function readOnnx(
  bytes: Uint8Array,
  shown: string,
  { names, assetsDir }: { readonly names: ForeignNames; readonly assetsDir: string },
): Promise<OnnxModelParts> {
  const file = readOnnxFile(bytes, shown);
  const takes = columnsOf(file, names, shown);
  const columns = takes.flatMap(({ input, columns: own }) => own.map(name => columnOf(name, input.kind)));
  const plain = preparationOf({ columns, notes: [], task: 'regression', outputs: 1 }, { label: names.label });
  const asked = await opened(wrapOnnx(file, plain, { takes, width: undefined }), {
    preparation: plain,
    assetsDir,
    shown,
  });
  const probes = await released(asked, probe(file, plain, asked));
  if (probes.taken.length === 0)
    throw notTaken({ file: shown }, `says nothing of made-up rows: ${probes.refusal}`, 'Score a table with it first.');
  const preparation = namedPreparation(file, { columns, names, probes });
  requireMeaning(preparation, probes, shown);
  const onnx = wrapOnnx(file, preparation, { takes, width: probes.width });
  const trees = await treesThatAgree(file, { onnx, preparation, assetsDir, shown });
  return { preparation, onnx, trees, frame: probes.frame, rows: probes.taken };
}

function columnsOf({ inputs }: OnnxFile, { columns }: ForeignNames, shown: string): ColumnsOfInput {
  const [only, another] = inputs;
  let from = 0;
  const takes = inputs.map(input => {
    const width = input.width ?? (only && !another ? columns?.length : undefined);
    if (width === undefined)
      throw new ModelyardError('params.invalid', `${shown} does not say how many columns ${input.name} takes.`, {
        fix: 'Name the columns, in their order.',
      });
    const own = width === 1 ? [input.name] : Array.from({ length: width }, (_, at) => `${input.name}${at}`);
    const given = columns?.slice(from, from + width) ?? own;
    from += width;
    return { input, columns: given };
  });
  if (columns && columns.length !== from)
    throw new ModelyardError(
      'params.invalid',
      `The model takes ${counted(from, 'column')}, and ${columns.length} are named.`,
      {
        fix: `Its own names are ${takes.flatMap(({ input }) => input.name).join(', ')}.`,
      },
    );
  return takes;
}

/** Of a text only its name counts: the file itself knows what to make of it. */
const columnOf = (name: string, kind: OnnxFile['inputs'][number]['kind']): PreparedColumn =>
  kind === 'string'
    ? {
        ...{ kind: 'text', name, type: 'string', features: [name] },
        op: { op: 'map', categories: [], values: [], unknown: 0, missing: 0 },
      }
    : numberColumn(name);

async function opened(
  onnx: Uint8Array,
  { preparation, assetsDir, shown }: { preparation: Preparation; assetsDir: string; shown: string },
): Promise<OnnxScorer> {
  return OnnxScorer.open({ onnx, preparation, assetsDir }).catch((error: unknown) => {
    if (!(error instanceof ModelyardError) || error.code !== 'training.parity') throw error;
    const reason = error.message.replace(/^[^:]*: /, '');
    throw notTaken({ file: shown }, `is refused by ONNX Runtime: ${reason}`, 'Export it with another opset.');
  });
}

/** Several scores a row, or names of classes: probabilities; one score: a number. */
function namedPreparation(
  file: OnnxFile,
  { columns, names, probes }: { columns: readonly PreparedColumn[]; names: ForeignNames; probes: Probes },
): Preparation {
  const count = names.classes?.length ?? file.classes?.length ?? (probes.width > 1 ? probes.width : 0);
  const task = count === 0 ? 'regression' : count === 2 ? 'binary' : 'multiclass';
  const classes = names.classes ?? file.classes;
  const foreign = { columns, notes: [], task, outputs: count } as const;
  return preparationOf(foreign, { label: names.label, ...(task !== 'regression' && { classes }) });
}

function requireMeaning({ task, classes }: Preparation, { width, scores }: Probes, shown: string): void {
  const place = { file: shown, key: 'graph.output' };
  const wanted = task === 'regression' ? 1 : classes.length;
  if (width !== wanted && !(task === 'binary' && width === 1))
    throw malformed(place, `gives ${width} scores a row, where ${wanted} are expected.`);
  if (task === 'regression') return;
  const sums = Array.from({ length: scores.length / width }, (_, row) =>
    scores.slice(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
  );
  const isShare = scores.every(value => value >= -1e-6 && value <= 1 + 1e-6);
  if (isShare && (width === 1 || sums.every(sum => Math.abs(sum - 1) < 1e-3))) return;
  throw notTaken(
    place,
    'gives scores that are no probabilities.',
    'Export the model with its last softmax or sigmoid.',
  );
}

/** Trees count only when they say on made-up rows what ONNX Runtime says. */
async function treesThatAgree(
  file: OnnxFile,
  of: { onnx: Uint8Array; preparation: Preparation; assetsDir: string; shown: string },
): Promise<TreeModel | undefined> {
  const { preparation } = of;
  const model = onnxTrees(file, preparation);
  if (!model) return undefined;
  const frame = probeRows(model, preparation);
  const rows = Array.from({ length: frame.rows }, (_, row) => row);
  const scorer = await opened(of.onnx, of);
  const theirs = await released(scorer, scorer.score(frame, rows));
  const ours = predict(model, transformRows(preparation, frame, rows));
  const agrees =
    ours.length === theirs.length && ours.every((value, at) => differ(value, theirs[at]!) <= parityTolerance);
  return agrees ? model : undefined;
}

const differ = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(a));

async function released<T>(scorer: OnnxScorer, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await scorer.release();
  }
}
