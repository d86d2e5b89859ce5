import {
  zeroSize,
  type MapOp,
  type OneHotOp,
  type PreparedColumn,
  type PreparedNumber,
  type PreparedText,
} from '../preparation';
import type { Flow, GraphBuilder } from './graphBuilder';
import { doubles, elementTypes, int64s } from './tensors';

/** How pandas and Python spell a missing text when they hand it to ONNX Runtime; the empty text is ours. */
const missingTexts = ['', 'nan', 'NaN', 'None', '<NA>'];

/**
 * The nodes that turn one raw column into its features, rows × features in double. All but scaling is a look-up: each
 * value becomes the number of a row of a small table.
 * @param input rows × 1, text or double
 */
export const columnNodes = (graph: GraphBuilder, column: PreparedColumn, input: Flow): Flow =>
  column.kind === 'text' ? textNodes(graph, column, input) : numberNodes(graph, column, input);

function textNodes(graph: GraphBuilder, { op, type }: PreparedText, input: Flow): Flow {
  const keys = new Map<string, number>();
  for (const text of missingTexts) keys.set(text, op.categories.length);
  for (const [index, text] of op.categories.entries()) {
    // Python writes its booleans with a capital.
    if (type === 'boolean') keys.set(text.charAt(0).toUpperCase() + text.slice(1), index);
    keys.set(text, index);
  }
  const index = graph.mlNode('LabelEncoder', [flat(graph, input)], {
    keys_strings: [...keys.keys()],
    values_int64s: { ints: [...keys.values()] },
    default_int64: op.categories.length + 1,
  });
  return lookUp(graph, [...categoryRows(op), missingRow(op), unknownRow(op)], index);
}

function numberNodes(graph: GraphBuilder, { op }: PreparedNumber, x: Flow): Flow {
  if (op.op === 'scale') {
    const scalar = (value: number): Flow => graph.constant(doubles([value], [1]));
    const isZero = op.zero && graph.node('LessOrEqual', [graph.node('Abs', [x]), scalar(zeroSize)]);
    const given = isZero ? graph.node('Where', [isZero, scalar(NaN), x]) : x;
    const filled =
      op.missing === null ? given : graph.node('Where', [graph.node('IsNaN', [given]), scalar(op.missing), given]);
    return graph.node('Mul', [graph.node('Sub', [filled, scalar(op.offset)]), scalar(op.scale)]);
  }
  if (op.op === 'bins') {
    const edges = op.edges.length > 0 ? op.edges : [Infinity];
    const values = op.edges.length > 0 ? op.values : [...op.values, ...op.values];
    const reached = graph.node('GreaterOrEqual', [x, graph.constant(doubles(edges, [1, edges.length]))]);
    const table = [...values, op.missing].map(value => [value]);
    return lookUp(graph, table, orMissing(graph, count(graph, reached), { x, index: values.length }));
  }
  // Row 0: unknown; then the categories; last: missing. NaN equals nothing, so it stands in for an empty list.
  const categories = op.categories.length > 0 ? op.categories : [NaN];
  const rows = op.categories.length > 0 ? categoryRows(op) : [unknownRow(op)];
  const equal = graph.node('Equal', [x, graph.constant(doubles(categories, [1, categories.length]))]);
  const position = count(
    graph,
    equal,
    categories.map((_, i) => i + 1),
  );
  const index = orMissing(graph, position, { x, index: rows.length + 1 });
  return lookUp(graph, [unknownRow(op), ...rows, missingRow(op)], index);
}

/** Σ over the columns of a boolean matrix, each weighing 1 or its weight. */
function count(graph: GraphBuilder, matrix: Flow, weights?: readonly number[]): Flow {
  const numbers = graph.node('Cast', [matrix], { to: elementTypes.int64 });
  const weighted = weights
    ? graph.node('Mul', [numbers, graph.constant(int64s(weights, [1, weights.length]))])
    : numbers;
  return graph.node('ReduceSum', [weighted, graph.constant(int64s([1], [1]))], { keepdims: 0 });
}

/** The index, or that of the missing values where x is one. */
function orMissing(graph: GraphBuilder, index: Flow, missing: { readonly x: Flow; readonly index: number }): Flow {
  const isMissing = flat(graph, graph.node('IsNaN', [missing.x]));
  return graph.node('Where', [isMissing, graph.constant(int64s([missing.index], [1])), index]);
}

const flat = (graph: GraphBuilder, flow: Flow): Flow =>
  graph.node('Reshape', [flow, graph.constant(int64s([-1], [1]))]);

function lookUp(graph: GraphBuilder, table: readonly (readonly number[])[], index: Flow): Flow {
  const width = table[0]?.length ?? 0;
  return graph.node('Gather', [graph.constant(doubles(table.flat(), [table.length, width])), index], { axis: 0 });
}

type CategoryOp = OneHotOp<string> | OneHotOp<number> | MapOp<string> | MapOp<number>;

const zeros = (op: OneHotOp<string> | OneHotOp<number>): number[] =>
  new Array<number>(op.categories.length + (op.missing ? 1 : 0)).fill(0);

/** The features of each category, in order. */
const categoryRows = (op: CategoryOp): number[][] =>
  op.op === 'map' ? op.values.map(value => [value]) : op.categories.map((_, index) => zeros(op).with(index, 1));

const unknownRow = (op: CategoryOp): number[] => (op.op === 'map' ? [op.unknown] : zeros(op));

function missingRow(op: CategoryOp): number[] {
  if (op.op === 'map') return [op.missing];
  return op.missing ? zeros(op).with(-1, 1) : zeros(op);
}
