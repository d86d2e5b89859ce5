import type { Frame, FrameColumn } from '../../protocol/frame';
import type { PreparedColumn, Preparation } from '../preparation';
import { Random } from '../../random';
import type { TreeModel } from '../trees/tree';

const rows = 300;
/** Share of cells that are missing. */
const gaps = 0.1;

/**
 * Made-up rows that try a model: numbers at its thresholds, beside and beyond them, its categories and others, gaps. The
 * same model gives the same rows.
 */
export function probeRows({ trees }: TreeModel, { columns }: Preparation): Frame {
  const random = new Random(1);
  const edges = columns.map(() => new Set<number>([0]));
  for (const { feature, threshold, categories } of trees)
    for (const [node, column] of feature.entries()) if (!categories[node]) edges[column]!.add(threshold[node]!);
  return { rows, columns: columns.map((column, at) => probed(column, [...edges[at]!], random)) };
}

function probed(column: PreparedColumn, edges: readonly number[], random: Random): FrameColumn {
  const { name, type, op } = column;
  const isGap = (): boolean => random.uniform() < gaps;
  if (column.kind === 'text') {
    const categories = [...column.op.categories, 'never seen in training'];
    const codes = Int32Array.from({ length: rows }, () => (isGap() ? -1 : random.below(categories.length)));
    return { kind: 'text', name, type, codes, categories };
  }
  const choices = op.op === 'map' || op.op === 'one-hot' ? column.op : undefined;
  const places = choices && 'categories' in choices ? choices.categories : op.op === 'bins' ? op.edges : edges;
  const draw = (): number => {
    const place = places[random.below(places.length || 1)] ?? 0;
    const beside = random.below(3);
    return beside === 0 ? place : place + random.normal() * (beside === 1 ? 0.1 : 1) * Math.max(1, Math.abs(place));
  };
  return { kind: 'number', name, type, values: Float64Array.from({ length: rows }, () => (isGap() ? NaN : draw())) };
}
