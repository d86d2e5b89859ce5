import type { FrameColumn } from '../../protocol/frame';
import type { TestedRow } from '../../protocol/modelTests';
import type { Subject } from './subject';
import { mostExamples } from './subject';

/** A row of the data that speaks against the model, and by how much. */
export interface Counterexample {
  /** Of the data, from 0. */
  readonly row: number;
  readonly size: number;
  readonly what: string;
}

/** The worst of them with their places in the file. */
export async function placedExamples(
  found: readonly Counterexample[],
  { data, source, signal }: Pick<Subject, 'data' | 'source' | 'signal'>,
): Promise<readonly TestedRow[]> {
  const worst = found.toSorted((a, b) => b.size - a.size || a.row - b.row).slice(0, mostExamples);
  const file = source.file ?? source.path;
  const placed: TestedRow[] = [];
  for (const { row, what } of worst) {
    const line = await data.lineOf(source, row, signal);
    placed.push({ file, ...(line !== undefined && { line }), what });
  }
  return placed;
}

/** 0.123456 → `0.123` */
export const shown = (value: number): string => String(Number(value.toPrecision(3)));

/** A value of a column: `0.123`, of dates `2024-06-19` or `2024-06-19T08:30:00Z`. */
export function shownCell({ type }: Pick<FrameColumn, 'type'>, value: number): string {
  if ((type !== 'date' && type !== 'datetime') || Number.isNaN(value)) return shown(value);
  const text = new Date(value).toISOString();
  return type === 'date' ? text.slice(0, 10) : text.replace('.000Z', 'Z');
}
