import type { onnx } from 'onnx-proto';
import { exportMetadata, outputNames } from '../../onnx/exportOnnx';
import { GraphBuilder, type Flow } from '../../onnx/graphBuilder';
import { doubles, elementTypes, int64s, strings } from '../../onnx/tensors';
import type { Preparation } from '../../preparation';
import type { OnnxFile, OnnxInput } from './onnxFile';
import { whole } from './onnxFile';

/** Before every name of the model inside: those of columns and outputs are ours. */
const inside = 'theirs:';
/** Of TensorProto.DataType. */
const types = { float: 1, double: 11, int64: 7, int32: 6 } as const;

/** The columns that each input takes, in their order. */
export type ColumnsOfInput = readonly { readonly input: OnnxInput; readonly columns: readonly string[] }[];

/**
 * An ONNX model with the face of ours around it: an input for each column of the data, rows × 1 in double or text; the
 * label and probabilities (or the value) in double. So it is scored, served and loaded by MLflow as ours are.
 * @param columns outputs of its scores a row; undefined: nothing is known yet, and the scores are given as they are
 */
export function wrapOnnx(
  { proto, scores }: OnnxFile,
  preparation: Preparation,
  { takes, width }: { readonly takes: ColumnsOfInput; readonly width: number | undefined },
): Uint8Array {
  const graph = new GraphBuilder(opsetsOf(proto));
  const kinds = new Map(preparation.columns.map(({ name, kind }) => [name, kind]));
  for (const { input, columns } of takes) {
    const flows = columns.map(name => graph.input(name, kinds.get(name) === 'text' ? 'string' : 'double', ['rows', 1]));
    const [only] = flows;
    const joined = flows.length === 1 && only !== undefined ? only : graph.node('Concat', flows, { axis: 1 });
    const cast =
      input.kind === 'string' || input.kind === 'double'
        ? joined
        : graph.node('Cast', [joined], { to: types[input.kind] });
    const shaped = input.isFlat ? flat(graph, cast) : cast;
    graph.rename(shaped, `${inside}${input.name}`);
  }
  graph.include(renamed(proto.graph ?? {}));
  const found = graph.node('Cast', [`${inside}${scores}`], { to: elementTypes.double });
  const names = outputNames(preparation);
  if (width === undefined) graph.output(names.score, found, { type: 'double', dims: ['rows', 'scores'] });
  else if (preparation.task === 'regression')
    graph.output(names.score, column(graph, found), { type: 'double', dims: ['rows', 1] });
  else addClasses(graph, preparation, width === 1 ? both(graph, column(graph, found)) : found);
  return graph.encode(exportMetadata(preparation, 'onnx'));
}

const flat = (graph: GraphBuilder, flow: Flow): Flow =>
  graph.node('Reshape', [flow, graph.constant(int64s([-1], [1]))]);
const column = (graph: GraphBuilder, flow: Flow): Flow =>
  graph.node('Reshape', [flow, graph.constant(int64s([-1, 1], [2]))]);
const both = (graph: GraphBuilder, positive: Flow): Flow =>
  graph.node('Concat', [graph.node('Sub', [graph.constant(doubles([1], [1])), positive]), positive], { axis: 1 });

function addClasses(graph: GraphBuilder, preparation: Preparation, probabilities: Flow): void {
  const { classes, label } = preparation;
  const isInteger = label.type === 'integer';
  const names = isInteger ? int64s(classes.map(Number), [classes.length]) : strings(classes, [classes.length]);
  const best = graph.node('ArgMax', [probabilities], { axis: 1, keepdims: 0 });
  const outputs = outputNames(preparation);
  const named = graph.node('Gather', [graph.constant(names), best], { axis: 0 });
  graph.output(outputs.label, named, { type: isInteger ? 'int64' : 'string', dims: ['rows'] });
  graph.output(outputs.score, probabilities, { type: 'double', dims: ['rows', classes.length] });
}

/** Of the standard operators, where a file has none of them. */
const usualOpset = 15;

/** The newest of each domain; the standard operators are needed in any case. */
function opsetsOf({ opsetImport }: onnx.IModelProto): Record<string, number> {
  const opsets: Record<string, number> = {};
  for (const { domain, version } of opsetImport ?? []) {
    const name = domain === 'ai.onnx' ? '' : (domain ?? '');
    opsets[name] = Math.max(opsets[name] ?? 0, whole(version ?? 0));
  }
  return { '': usualOpset, ...opsets };
}

/** The nodes and constants of a graph with our prefix before their names, also within loops and branches; maps left out. */
function renamed(graph: onnx.IGraphProto): Required<Pick<onnx.IGraphProto, 'node' | 'initializer'>> {
  const name = (one: string | null | undefined): string => (one ? `${inside}${one}` : '');
  const node = (one: onnx.INodeProto): onnx.INodeProto => ({
    ...one,
    name: name(one.name),
    input: (one.input ?? []).map(name),
    output: (one.output ?? []).map(name),
    attribute: (one.attribute ?? []).map(attribute => ({
      ...attribute,
      ...(attribute.g && { g: within(attribute.g) }),
      ...(attribute.graphs && { graphs: attribute.graphs.map(within) }),
    })),
  });
  const value = (one: onnx.IValueInfoProto): onnx.IValueInfoProto => ({ ...one, name: name(one.name) });
  const within = (one: onnx.IGraphProto): onnx.IGraphProto => ({
    ...one,
    ...renamed(one),
    input: (one.input ?? []).map(value),
    output: (one.output ?? []).map(value),
    valueInfo: [],
  });
  return {
    node: (graph.node ?? []).filter(({ opType }) => opType !== 'ZipMap').map(node),
    initializer: (graph.initializer ?? []).map(one => ({ ...one, name: name(one.name) })),
  };
}
