import type { DenseModel } from '../learner';
import type { Model } from '../model';
import type { Preparation } from '../preparation';
import { calibrationNodes } from './calibrationNodes';
import { columnNodes } from './columnNodes';
import { GraphBuilder, type Flow } from './graphBuilder';
import { doubles, elementTypes, int64s, strings } from './tensors';
import { treeNodes } from './treeNodes';

/**
 * The model with its preprocessing as an ONNX file, computed in double as the native scores are (but for the sums of trees, which
 * ONNX Runtime gives in float). One input a raw column
 * by its name, rows × 1: text (booleans as `true` and `false`, missing as the empty text) or double (dates as ms since
 * 1970, missing as NaN). Outputs: `label` (rows; by probability 0.5 or the greatest one) and `probabilities` (rows ×
 * classes), or `value` (rows × 1) of a regression. The same model gives the same bytes.
 */
export function exportOnnx(model: Model, preparation: Preparation): Uint8Array {
  const graph = new GraphBuilder();
  const inputs = preparation.columns.map(({ name, kind }) =>
    graph.input(name, kind === 'text' ? 'string' : 'double', ['rows', 1]),
  );
  const features = preparation.columns.map((column, index) => columnNodes(graph, column, inputs[index]!));
  const prepared = graph.node('Concat', features, { axis: 1 });
  const z = model.kind === 'trees' ? treeNodes(graph, model, prepared) : denseNodes(graph, model, prepared);
  const names = outputNames(preparation);
  if (model.link === 'identity') graph.output(names.score, z, { type: 'double', dims: ['rows', 1] });
  else {
    const { label, probabilities } = classNodes(graph, model, { preparation, z });
    const integer = preparation.label.type === 'integer';
    graph.output(names.label, label, { type: integer ? 'int64' : 'string', dims: ['rows'] });
    const dims = ['rows', preparation.classes.length];
    graph.output(names.score, probabilities, { type: 'double', dims });
  }
  return graph.encode(exportMetadata(preparation, model.learner));
}

/** What the file says of itself; its Python loader asks for the classes. */
export const exportMetadata = ({ task, label, classes }: Preparation, learner: string): Record<string, string> => ({
  'modelyard.task': task,
  'modelyard.label': label.name,
  'modelyard.classes': JSON.stringify(classes),
  'modelyard.learner': learner,
});

/** A column may already be called as an output: the output then gets underscores. */
export function outputNames({ task, columns }: Preparation): { readonly label: string; readonly score: string } {
  const taken = new Set(columns.map(column => column.name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  return { label: free('label'), score: free(task === 'regression' ? 'value' : 'probabilities') };
}

function denseNodes(graph: GraphBuilder, model: DenseModel, input: Flow): Flow {
  let flow = input;
  for (const { weights, bias, inputs, units, activation } of model.layers) {
    const w = graph.constant(doubles(weights, [inputs, units]));
    // The bias is added apart: ONNX Runtime 1.16 would fuse Gemm with Relu into a kernel that it lacks in double.
    flow = graph.node('Add', [graph.node('Gemm', [flow, w]), graph.constant(doubles(bias, [units]))]);
    if (activation === 'relu') flow = graph.node('Relu', [flow]);
  }
  return flow;
}

function classNodes(
  graph: GraphBuilder,
  model: Model,
  { preparation, z }: { readonly preparation: Preparation; readonly z: Flow },
): { readonly label: Flow; readonly probabilities: Flow } {
  const { classes, label } = preparation;
  const names =
    label.type === 'integer' ? int64s(classes.map(Number), [classes.length]) : strings(classes, [classes.length]);
  const named = (index: Flow): Flow => graph.node('Gather', [graph.constant(names), index], { axis: 0 });
  const probabilities = probabilityNodes(graph, model, { several: classes.length > 2, z });
  if (model.link === 'softmax' || classes.length > 2)
    return { label: named(graph.node('ArgMax', [probabilities], { axis: 1, keepdims: 0 })), probabilities };
  const positive = graph.node('Gather', [probabilities, graph.constant(int64s([1], [1]))], { axis: 1 });
  const chosen = graph.node('GreaterOrEqual', [positive, graph.constant(doubles([0.5], [1]))]);
  const index = graph.node('Cast', [chosen], { to: elementTypes.int64 });
  return { label: named(graph.node('Reshape', [index, graph.constant(int64s([-1], [1]))])), probabilities };
}

/** Rows × classes. */
function probabilityNodes(
  graph: GraphBuilder,
  { link, calibration }: Model,
  { several, z }: { readonly several: boolean; readonly z: Flow },
): Flow {
  if (link === 'softmax' || several) {
    const probabilities = link === 'softmax' ? graph.node('Softmax', [z], { axis: 1 }) : shareNodes(graph, z);
    return calibration ? calibrationNodes(graph, calibration, probabilities) : probabilities;
  }
  if (calibration) return calibrationNodes(graph, calibration, z);
  const isMargin = link === 'sigmoid';
  const positive = isMargin ? graph.node('Sigmoid', [z]) : z;
  const negative = isMargin
    ? graph.node('Sigmoid', [graph.node('Neg', [z])])
    : graph.node('Sub', [graph.constant(doubles([1], [1])), z]);
  return graph.node('Concat', [negative, positive], { axis: 1 });
}

/** Probabilities of which the sum is 1. */
const shareNodes = (graph: GraphBuilder, z: Flow): Flow =>
  graph.node('Div', [z, graph.node('ReduceSum', [z, graph.constant(int64s([1], [1]))], { keepdims: 1 })]);
