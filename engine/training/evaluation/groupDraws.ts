import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import type { LevelIntervals, Range } from '../../protocol/evaluationParts';
import { Random } from '../../random';
import { ratesOf, type Cells } from '../metrics/groupMeasures';
import { mostDrawn } from './bootstrap';
import { MeasureDraws } from './measureIntervals';
import { percentileInterval } from './quantileInterval';
import { predictedClasses, type Scored } from './scored';
import type { Decision } from './decision';

export interface GroupDrawing {
  readonly rounds: number;
  readonly seed: number;
  readonly levels: readonly number[];
}

/** Of each row its place among the cells (group, truth, given); −1: in no group. Undefined where no class is favourable. */
export function cellCodes(scored: Scored, decision: Decision, codes: Int32Array): Int32Array | undefined {
  const { favourable, threshold } = decision;
  if (favourable === undefined || scored.task === 'regression') return undefined;
  const given = predictedClasses(scored, threshold);
  return codes.map((code, row) =>
    code < 0 ? -1 : 4 * code + 2 * Number(scored.y[row] === favourable) + Number(given[row] === favourable),
  );
}

export function cellsOf(counts: ArrayLike<number>, groups: number): readonly Cells[] {
  return Array.from({ length: groups }, (_, group) => {
    const [none, given, deserved, both] = [0, 1, 2, 3].map(at => counts[4 * group + at]!);
    return {
      rows: none! + given! + deserved! + both!,
      selected: given! + both!,
      deserved: deserved! + both!,
      both: both!,
    };
  });
}

export function countCells(cells: Int32Array, groups: number): Float64Array {
  const counts = new Float64Array(4 * groups);
  for (const cell of cells) if (cell >= 0) counts[cell]!++;
  return counts;
}

export interface GroupIntervals {
  readonly measures: LevelIntervals;
  /** Of each group's rates. */
  readonly rates: readonly LevelIntervals[];
}

/**
 * Intervals of what groups are apart by, and percentile intervals of their rates: rows are drawn with replacement as often as there
 * are rows (at most 50,000, and narrowed to what all of them would give). A draw is one pass over the rows' cells.
 */
export async function drawGroups(
  cells: Int32Array,
  groups: number,
  { drawing, signal }: { readonly drawing: GroupDrawing; readonly signal: AbortSignal },
): Promise<GroupIntervals> {
  const inGroups = cells.filter(cell => cell >= 0);
  const size = Math.min(inGroups.length, mostDrawn);
  const narrowing = Math.sqrt(size / inGroups.length);
  const random = new Random(drawing.seed);
  const found = cellsOf(countCells(inGroups, groups), groups);
  const apart = new MeasureDraws(found, drawing.rounds);
  const rates = found.map((): Record<string, number[]> => ({}));
  const between = Math.max(1, Math.floor(200_000 / Math.max(1, size)));
  for (let round = 0; round < drawing.rounds; round++) {
    if (round % between === 0) await setImmediate();
    throwIfAborted(signal);
    const counts = new Float64Array(4 * groups);
    for (let i = 0; i < size; i++) counts[inGroups[random.below(inGroups.length)]!]!++;
    const drawn = cellsOf(counts, groups);
    apart.add(round, drawn);
    drawn.forEach((one, group) => {
      for (const [name, value] of Object.entries(ratesOf(one)))
        if (Number.isFinite(value)) (rates[group]![name] ??= []).push(value);
    });
  }
  const about = (draws: readonly number[], center: number, level: number): Range => {
    const [low, high] = percentileInterval(draws, level);
    return [center + (low - center) * narrowing, center + (high - center) * narrowing];
  };
  const atLevels = (of: (name: string) => readonly number[], centers: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      drawing.levels.map(level => [
        String(level),
        Object.fromEntries(
          Object.entries(centers).flatMap(([name, center]) =>
            of(name).length > 0 && Number.isFinite(center) ? [[name, about(of(name), center, level)] as const] : [],
          ),
        ),
      ]),
    );
  return {
    measures: Object.fromEntries(
      drawing.levels.map(level => [String(level), apart.intervals({ level, narrowing })] as const),
    ),
    rates: found.map((one, group) => atLevels(name => rates[group]![name] ?? [], ratesOf(one))),
  };
}
