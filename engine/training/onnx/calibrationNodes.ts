import { pieces, type Calibration, type CalibrationMap } from '../calibration/calibration';
import type { Flow, GraphBuilder } from './graphBuilder';
import { doubles, elementTypes, int64s } from './tensors';

/**
 * Calibrated probabilities, rows × classes, by the arithmetic of the native ones.
 * @param inputs rows × maps
 */
export function calibrationNodes(graph: GraphBuilder, { maps }: Calibration, inputs: Flow): Flow {
  const [only] = maps;
  if (only && maps.length === 1) {
    const positive = mapNodes(graph, only, inputs);
    return graph.node('Concat', [graph.node('Sub', [graph.constant(doubles([1], [1])), positive]), positive], {
      axis: 1,
    });
  }
  const columns = maps.map((map, k) => {
    const column = graph.node('Gather', [inputs, graph.constant(int64s([k], [1]))], { axis: 1 });
    return mapNodes(graph, map, column);
  });
  const all = graph.node('Concat', columns, { axis: 1 });
  const sum = graph.node('ReduceSum', [all, graph.constant(int64s([1], [1]))], { keepdims: 1 });
  const nothing = graph.node('Equal', [sum, graph.constant(doubles([0], [1]))]);
  const equal = graph.constant(doubles([1 / maps.length], [1]));
  return graph.node('Where', [nothing, equal, graph.node('Div', [all, sum])]);
}

/** Rows × 1 to rows × 1. */
function mapNodes(graph: GraphBuilder, map: CalibrationMap, s: Flow): Flow {
  if (map.kind === 'sigmoid') {
    const scaled = graph.node('Mul', [s, graph.constant(doubles([-map.a], [1]))]);
    return graph.node('Sigmoid', [graph.node('Sub', [scaled, graph.constant(doubles([map.b], [1]))])]);
  }
  const { x, y } = map;
  // Row i of the tables is for an input that has reached i knots.
  const rows = Array.from({ length: x.length + 1 }, (_, i) => Math.max(0, i - 1));
  const reached = graph.node('GreaterOrEqual', [s, graph.constant(doubles(x, [1, x.length]))]);
  const numbers = graph.node('Cast', [reached], { to: elementTypes.int64 });
  const index = graph.node('ReduceSum', [numbers, graph.constant(int64s([1], [1]))], { keepdims: 0 });
  const table = (values: readonly number[]): Flow =>
    graph.node('Gather', [graph.constant(doubles(values, [values.length, 1])), index], { axis: 0 });
  const beyond = graph.node('Sub', [s, table(rows.map(i => x[i]!))]);
  const risen = graph.node('Mul', [table([...pieces(map)]), beyond]);
  return graph.node('Add', [table(rows.map(i => y[i]!)), risen]);
}
