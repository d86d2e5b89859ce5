import { onnx } from 'onnx-proto';
import { malformed, notTaken } from '../foreignModel';

export type OnnxInputKind = 'float' | 'double' | 'int64' | 'int32' | 'string';
/** By TensorProto.DataType of ONNX. */
const kinds = new Map<number, OnnxInputKind>([
  [1, 'float'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [11, 'double'],
]);
const floating: ReadonlySet<number> = new Set([1, 11]);

export interface OnnxInput {
  readonly name: string;
  readonly kind: OnnxInputKind;
  /** Columns of the data that it takes; undefined: the file does not say. */
  readonly width: number | undefined;
  /** Without a second dimension: one number a row. */
  readonly isFlat: boolean;
}

/** A model file of ONNX, as far as it is looked into. */
export interface OnnxFile {
  readonly proto: onnx.IModelProto;
  readonly inputs: readonly OnnxInput[];
  /** The tensor of scores: probabilities, or the values of a regression. */
  readonly scores: string;
  /** Names of the classes, where some node has them. */
  readonly classes: readonly string[] | undefined;
  readonly areClassesNumbers: boolean;
}

/** @param file as people know it @throws ModelyardError `data.unreadable` */
export function readOnnxFile(bytes: Uint8Array, file: string): OnnxFile {
  const proto = decoded(bytes, file);
  const { graph } = proto;
  const nodes = graph?.node ?? [];
  if (!graph || nodes.length === 0) throw malformed({ file }, 'is no ONNX model: it has no graph.');
  const isElsewhere = (graph.initializer ?? []).some(
    ({ dataLocation }) => dataLocation === onnx.TensorProto.DataLocation.EXTERNAL,
  );
  if (isElsewhere)
    throw notTaken({ file }, 'keeps its weights in another file.', 'Save it in one file: onnx.save(model, path).');
  const constants = new Set((graph.initializer ?? []).map(({ name }) => name));
  const given = (graph.input ?? []).filter(({ name }) => !constants.has(name));
  if (given.length === 0) throw malformed({ file, key: 'graph.input' }, 'takes nothing.');
  const classes = classesOf(nodes);
  return {
    proto,
    inputs: given.map(input => inputOf(input, file)),
    scores: scoresOf(graph, file),
    classes: classes?.names,
    areClassesNumbers: classes?.areNumbers ?? false,
  };
}

function decoded(bytes: Uint8Array, file: string): onnx.IModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw malformed({ file }, `is no ONNX model, or is cut off: ${reason}.`);
  }
}

function inputOf({ name, type }: onnx.IValueInfoProto, file: string): OnnxInput {
  const tensor = type?.tensorType;
  const kind = kinds.get(tensor?.elemType ?? 0);
  const dims = tensor?.shape?.dim ?? [];
  if (!kind || dims.length > 2)
    throw notTaken(
      { file, key: `graph.input ${name ?? ''}` },
      `takes ${name ?? ''} in a form that no columns of a table have.`,
      'Inputs can be tables (rows × columns) of float, double, int64, int32 or string.',
    );
  const width = dims.length < 2 ? 1 : whole(dims[1]?.dimValue ?? 0);
  return { name: name ?? '', kind, width: width > 0 ? width : undefined, isFlat: dims.length === 1 };
}

/** A map of each class to its probability is made of a tensor, which is taken instead. */
function scoresOf(graph: onnx.IGraphProto, file: string): string {
  const found = (graph.output ?? []).flatMap(({ name, type }) => {
    const maker = graph.node?.find(({ output }) => output?.includes(name ?? ''));
    if (maker?.opType === 'ZipMap') return maker.input?.[0] ?? [];
    return type?.tensorType && floating.has(type.tensorType.elemType ?? 0) ? (name ?? []) : [];
  });
  const scores = found.find(name => /prob/i.test(name)) ?? found.at(-1);
  if (scores !== undefined) return scores;
  throw notTaken(
    { file, key: 'graph.output' },
    'gives no probabilities and no numbers.',
    'Export it with an output of float or double: probabilities of classes, or the predicted number.',
  );
}

function classesOf(nodes: readonly onnx.INodeProto[]): { names: string[]; areNumbers: boolean } | undefined {
  for (const node of nodes.toReversed()) {
    const attributes = new Map((node.attribute ?? []).map(one => [one.name, one]));
    const numbers = (attributes.get('classlabels_int64s')?.ints ?? attributes.get('classlabels_ints')?.ints ?? []).map(
      whole,
    );
    if (numbers.length > 1) return { names: numbers.map(String), areNumbers: true };
    const texts = texts64(attributes.get('classlabels_strings')?.strings);
    if (texts.length > 1) return { names: texts, areNumbers: false };
  }
  return undefined;
}

/** Protocol buffers' 64-bit integers. */
export const whole = (value: unknown): number => (typeof value === 'number' ? value : Number(String(value)));
export const texts64 = (strings: readonly Uint8Array[] | null | undefined): string[] =>
  (strings ?? []).map(bytes => Buffer.from(bytes).toString('utf8'));
