import type { MapOp, OneHotOp, PreparedColumn, PreparedNumber, PreparedText } from '../preparation';
import type { ModelInput } from '../signature';
import type { Flow, GraphBuilder } from './graphBuilder';
import { doubles, int64s } from './tensors';

/** How pandas and Python spell a missing text when they hand it to ONNX Runtime; the empty text is ours. */
const missingTexts = ['', 'nan', 'NaN', 'None', '<NA>'];

/**
 * The nodes that turn one raw column (any shape with one value a row) into its features, rows × features in double.
 * All but scaling is a look-up: each value becomes the number of a row of a small table.
 */
export function columnNodes(
  graph: GraphBuilder,
  column: PreparedColumn,
  input: ModelInput & { readonly flow: Flow },
): Flow {
  const flat = graph.node('Reshape', [input.flow, graph.constant(int64s([-1], [1]))]);
  if (column.kind === 'text')
    return input.type === 'boolean' ? booleanNodes(graph, column, flat) : textNodes(graph, column, flat);
  const canMiss = input.type === 'double';
  const x = canMiss ? flat : graph.node('Cast', [flat], { to: 11 });
  return numberNodes(graph, column, { x, missing: canMiss ? graph.node('IsNaN', [x]) : undefined });
}

function textNodes(graph: GraphBuilder, { op, type }: PreparedText, x: Flow): Flow {
  const keys = new Map<string, number>();
  for (const text of missingTexts) keys.set(text, op.categories.length);
  for (const [index, text] of op.categories.entries()) {
    // Python writes its booleans with a capital.
    if (type === 'boolean') keys.set(text.charAt(0).toUpperCase() + text.slice(1), index);
    keys.set(text, index);
  }
  const index = graph.mlNode('LabelEncoder', [x], {
    keys_strings: [...keys.keys()],
    values_int64s: { ints: [...keys.values()] },
    default_int64: op.categories.length + 1,
  });
  return lookUp(graph, [...categoryRows(op), missingRow(op), unknownRow(op)], index);
}

function booleanNodes(graph: GraphBuilder, { op }: PreparedText, x: Flow): Flow {
  const rows = categoryRows(op);
  const table = ['false', 'true'].map(text => rows[op.categories.indexOf(text)] ?? unknownRow(op));
  return lookUp(graph, table, graph.node('Cast', [x], { to: 7 }));
}

interface NumberFlow {
  readonly x: Flow;
  /** Booleans; absent where the type has no way to say "missing". */
  readonly missing: Flow | undefined;
}

function numberNodes(graph: GraphBuilder, { op }: PreparedNumber, { x, missing }: NumberFlow): Flow {
  const scalar = (value: number): Flow => graph.constant(doubles([value], [1]));
  if (op.op === 'scale') {
    const filled = missing && op.missing !== null ? graph.node('Where', [missing, scalar(op.missing), x]) : x;
    const scaled = graph.node('Mul', [graph.node('Sub', [filled, scalar(op.offset)]), scalar(op.scale)]);
    return graph.node('Reshape', [scaled, graph.constant(int64s([-1, 1], [2]))]);
  }
  const column = graph.node('Reshape', [x, graph.constant(int64s([-1, 1], [2]))]);
  if (op.op === 'bins') {
    const edges = op.edges.length > 0 ? op.edges : [Infinity];
    const values = op.edges.length > 0 ? op.values : [...op.values, ...op.values];
    const reached = graph.node('GreaterOrEqual', [column, graph.constant(doubles(edges, [1, edges.length]))]);
    const table = [...values, op.missing].map(value => [value]);
    return lookUp(graph, table, indexOr(graph, count(graph, reached), { missing, index: values.length }));
  }
  const categories = op.categories.length > 0 ? op.categories : [NaN];
  const equal = graph.node('Equal', [column, graph.constant(doubles(categories, [1, categories.length]))]);
  const rows = op.categories.length > 0 ? categoryRows(op) : [unknownRow(op)];
  const index = count(
    graph,
    equal,
    categories.map((_, i) => i + 1),
  );
  const table = [unknownRow(op), ...rows, missingRow(op)];
  return lookUp(graph, table, indexOr(graph, index, { missing, index: rows.length + 1 }));
}

/** Σ over the columns of a boolean matrix, each weighing 1 or its weight. */
function count(graph: GraphBuilder, matrix: Flow, weights?: readonly number[]): Flow {
  const numbers = graph.node('Cast', [matrix], { to: 7 });
  const weighted = weights
    ? graph.node('Mul', [numbers, graph.constant(int64s(weights, [1, weights.length]))])
    : numbers;
  return graph.node('ReduceSum', [weighted, graph.constant(int64s([1], [1]))], { keepdims: 0 });
}

function indexOr(graph: GraphBuilder, index: Flow, or: { missing: Flow | undefined; index: number }): Flow {
  return or.missing ? graph.node('Where', [or.missing, graph.constant(int64s([or.index], [1])), index]) : index;
}

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
