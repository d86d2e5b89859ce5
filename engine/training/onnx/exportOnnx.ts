import type { DenseModel } from '../learner';
import type { Preparation } from '../preparation';
import type { ModelSignature } from '../signature';
import { columnNodes } from './columnNodes';
import { GraphBuilder, type Flow } from './graphBuilder';
import { doubles, int64s, strings } from './tensors';

export interface ExportedModel {
  readonly model: DenseModel;
  readonly preparation: Preparation;
  readonly signature: ModelSignature;
}

const elementTypeOf = { long: 'int64', double: 'double', boolean: 'bool', string: 'string' } as const;

/**
 * The model with its preprocessing as an ONNX file, computed in double as the native scores are. One input a raw
 * column, of one value a row (MLflow hands the columns of a DataFrame over so; a model of one column gets rows × 1),
 * missing as NaN or the empty text. Every output has one value a row, so that MLflow can put them into a DataFrame:
 * the label (probability 0.5, or the greatest one) and the probability of each class; or the value of a regression.
 */
export function exportOnnx({ model, preparation, signature }: ExportedModel): Uint8Array {
  const graph = new GraphBuilder();
  const dims = signature.inputs.length === 1 ? ['rows', 1] : ['rows'];
  const flows = signature.inputs.map(input => graph.input(input.name, elementTypeOf[input.type], dims));
  const features = preparation.columns.map((column, index) =>
    columnNodes(graph, column, { ...signature.inputs[index]!, flow: flows[index]! }),
  );
  const z = denseNodes(
    graph,
    model,
    features.length === 1 ? features[0]! : graph.node('Concat', features, { axis: 1 }),
  );
  const results = outputNodes(graph, model, { preparation, z });
  for (const [index, { name, type }] of signature.outputs.entries()) {
    graph.output(name, results[index]!, elementTypeOf[type]);
  }
  return graph.encode({
    'modelyard.task': preparation.task,
    'modelyard.label': preparation.label.name,
    'modelyard.classes': JSON.stringify(preparation.classes),
    'modelyard.learner': model.learner,
  });
}

function denseNodes(graph: GraphBuilder, model: DenseModel, input: Flow): Flow {
  let flow = input;
  for (const { weights, bias, inputs, units, activation } of model.layers) {
    const w = graph.constant(doubles(weights, [inputs, units]));
    flow = graph.node('Gemm', [flow, w, graph.constant(doubles(bias, [units]))]);
    if (activation === 'relu') flow = graph.node('Relu', [flow]);
  }
  return flow;
}

/** One flow of shape [rows] for each output of the signature. */
function outputNodes(
  graph: GraphBuilder,
  model: DenseModel,
  { preparation, z }: { readonly preparation: Preparation; readonly z: Flow },
): Flow[] {
  const flat = (flow: Flow): Flow => graph.node('Reshape', [flow, graph.constant(int64s([-1], [1]))]);
  if (model.link === 'identity') return [flat(z)];
  const labels =
    preparation.label.type === 'integer'
      ? int64s(preparation.classes.map(Number), [preparation.classes.length])
      : strings(preparation.classes, [preparation.classes.length]);
  const label = (index: Flow): Flow => graph.node('Gather', [graph.constant(labels), index], { axis: 0 });
  if (model.link === 'sigmoid') {
    const positive = flat(graph.node('Sigmoid', [z]));
    const half = graph.constant(doubles([0.5], [1]));
    const index = graph.node('Cast', [graph.node('GreaterOrEqual', [positive, half])], { to: 7 });
    return [label(index), flat(graph.node('Sigmoid', [graph.node('Neg', [z])])), positive];
  }
  const probabilities = graph.node('Softmax', [z], { axis: 1 });
  const each = preparation.classes.map((_, index) =>
    graph.node('Gather', [probabilities, graph.constant(int64s([index], []))], { axis: 1 }),
  );
  return [label(graph.node('ArgMax', [probabilities], { axis: 1, keepdims: 0 })), ...each];
}
