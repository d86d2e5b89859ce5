import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import type { DependenceFile } from '../../protocol/explanation';
import type { Frame, FrameColumn } from '../../protocol/frame';
import { findColumn, modelInput } from '../columns';
import type { Random } from '../../random';
import type { AnyScoringModel } from '../scoringModel';
import { outputNames } from './explanation';

/** Values a column is set to, rows whose mean is taken, and rows whose own curves are kept, at most. */
const gridValues = 16;
const meanRows = 300;
const curveRows = 30;

export interface DependenceSettings {
  readonly frame: Frame;
  readonly test: readonly number[];
  /** Which ones, in this order. */
  readonly columns: readonly string[];
  readonly random: Random;
}

type Column = DependenceFile['columns'][number];

/**
 * Partial dependence (Friedman 2001) of the scores on single columns of the data: in rows of the test part the column
 * is set to one value after the other, quantiles of its numbers or its most frequent categories. With the curves of
 * single rows (Goldstein et al. 2015). A column of one value has none.
 * @throws ModelyardError `data.column`, `cancelled`
 */
export async function partialDependence(
  model: AnyScoringModel,
  { frame, test, columns, random }: DependenceSettings,
  signal: AbortSignal,
): Promise<DependenceFile> {
  const rows = some(test, meanRows, random);
  const outputs = outputNames(model.preparation);
  const shown = Math.min(rows.length, curveRows);
  const positions = Int32Array.from({ length: shown }, (_, i) => Math.floor((i * rows.length) / shown));
  const made: Column[] = [];
  for (const name of columns) {
    const column = findColumn(frame, name, modelInput);
    const grid = column.kind === 'text' ? frequent(column, test) : quantiles(column, test);
    if (grid.length < 2) continue;
    const mean = outputs.map((): number[] => []);
    const curves = Array.from(positions, () => outputs.map((): number[] => []));
    for (const value of grid) {
      await nextTurn();
      throwIfAborted(signal);
      const scores = await scoresWith(model, { frame, rows, column }, value);
      const width = scores.length / rows.length;
      // of two classes the second, of several all
      const first = width - outputs.length;
      for (const [output, means] of mean.entries()) {
        let sum = 0;
        for (let row = 0; row < rows.length; row++) sum += scores[row * width + first + output]!;
        means.push(sum / rows.length);
        for (const [at, row] of positions.entries()) curves[at]![output]!.push(scores[row * width + first + output]!);
      }
    }
    const isTime = column.type === 'date' || column.type === 'datetime';
    made.push({ column: name, grid, ...(isTime && { isTime }), mean, curves });
  }
  return { rows: rows.length, outputs, columns: made, curveRows: Array.from(positions, at => rows[at]!) };
}

function scoresWith(
  model: AnyScoringModel,
  { frame, rows, column }: { readonly frame: Frame; readonly rows: readonly number[]; readonly column: FrameColumn },
  value: number | string,
): Float64Array | Promise<Float64Array> {
  const columns = frame.columns.map(other => {
    if (other === column) return constant(column, value, rows.length);
    return other.kind === 'text'
      ? { ...other, codes: Int32Array.from(rows, row => other.codes[row]!) }
      : { ...other, values: Float64Array.from(rows, row => other.values[row]!) };
  });
  const positions = Int32Array.from({ length: rows.length }, (_, i) => i);
  return model.score({ rows: rows.length, columns }, positions);
}

function constant(column: FrameColumn, value: number | string, rows: number): FrameColumn {
  if (column.kind === 'number') return { ...column, values: new Float64Array(rows).fill(Number(value)) };
  return { ...column, codes: new Int32Array(rows).fill(column.categories.indexOf(String(value))) };
}

function some(rows: readonly number[], most: number, random: Random): readonly number[] {
  if (rows.length <= most) return rows;
  return Array.from(random.permutation(rows.length).subarray(0, most).sort(), at => rows[at]!);
}

/** Different values from the 2nd to the 98th percentile, as evenly spread over the rows as there are such; all when they are few. */
function quantiles({ values }: Extract<FrameColumn, { kind: 'number' }>, rows: readonly number[]): number[] {
  const sorted = Float64Array.from(rows, row => values[row]!)
    .filter(Number.isFinite)
    .sort();
  const different = [...new Set(sorted)];
  if (different.length <= gridValues) return different;
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return [...new Set(Array.from({ length: gridValues }, (_, i) => at(0.02 + (0.96 * i) / (gridValues - 1))))];
}

/** The most frequent first. */
function frequent({ codes, categories }: Extract<FrameColumn, { kind: 'text' }>, rows: readonly number[]): string[] {
  const counts = new Map<number, number>();
  for (const row of rows) if (codes[row]! >= 0) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return sorted.slice(0, gridValues).map(([code]) => categories[code]!);
}
