import type { Frame, FrameColumn } from '../../protocol/frame';
import { cellText, findColumn } from '../columns';
import { mapNumbers, mapTexts, takenRows, withColumn } from './alteredFrame';
import { placedExamples, shown, shownCell, type Counterexample } from './examples';
import { gridOf } from './monotonic';
import { sampleRows } from './sampleRows';
import { decisions } from './scoring';
import type { Subject, Tester } from './subject';
import { counted, nounOf } from '../../plural';

/** Other values that a row is asked with, of each column. */
const [mostTexts, mostNumbers] = [10, 5];
/** A value of a regression that differs by less of its spread is the same decision. */
const sameShare = 0.01;

/** Gives each row the other values that the column has in the data, and looks whether it is decided otherwise. */
export const invariant: Tester<'invariant'> = async ({ columns, rows: most }, subject) => {
  const { model, frame, rows, seed } = subject;
  const asked = sampleRows(rows, most, seed);
  const own = takenRows(frame, asked, model.preparation);
  const before = await decisions(subject, own);
  const isOther = comparison(subject, before);
  const found = new Map<number, Counterexample>();
  for (const name of columns) {
    const column = findColumn(frame, name, { role: 'what a model test exchanges' });
    if (!model.preparation.columns.some(input => input.name === name)) continue;
    for (const other of otherValues(column)) {
      subject.signal.throwIfAborted();
      const after = await decisions(subject, withColumn(own, filled(own, name, other)));
      for (const [i, row] of asked.entries()) {
        if (found.has(row) || !isOther(before[i]!, after[i]!)) continue;
        const what = `${name} ${valueText(column, cellText(column, row))} → ${valueText(column, other)}: ${named(subject, before[i]!)} → ${named(subject, after[i]!)}`;
        const size = Math.abs(after[i]! - before[i]!);
        found.set(row, { row, size: Number.isNaN(size) ? Infinity : size, what });
      }
    }
  }
  return {
    value: found.size / Math.max(1, asked.length),
    rows: asked.length,
    examples: await placedExamples([...found.values()], subject),
    sentence: `${found.size} of ${counted(asked.length, 'row')} ${nounOf(found.size, 'is', 'are')} decided otherwise when ${columns.join(' or ')} changes`,
  };
};

const comparison = ({ model }: Subject, before: Float64Array): ((a: number, b: number) => boolean) => {
  if (model.preparation.task !== 'regression') return (a, b) => a !== b;
  const there = before.filter(value => !Number.isNaN(value));
  const mean = there.reduce((sum, value) => sum + value, 0) / Math.max(1, there.length);
  const spread = Math.sqrt(there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, there.length));
  return (a, b) => !(Math.abs(a - b) <= sameShare * spread); // NaN is nowhere near
};

function valueText(column: FrameColumn, value: string | number | undefined): string {
  if (value === undefined) return 'missing';
  const isDate = column.type === 'date' || column.type === 'datetime';
  return isDate ? shownCell(column, Number(value)) : String(value);
}

/** A decision in words. */
const named = ({ model }: Subject, decision: number): string => model.preparation.classes[decision] ?? shown(decision);

function otherValues(column: FrameColumn): readonly (string | number)[] {
  if (column.kind === 'number') return gridOf(column.values, mostNumbers);
  const counts = column.categories.map((text, code) => ({
    text,
    count: column.codes.filter(one => one === code).length,
  }));
  return counts
    .sort((a, b) => b.count - a.count)
    .slice(0, mostTexts)
    .map(({ text }) => text);
}

function filled(frame: Frame, name: string, value: string | number): FrameColumn {
  const column = findColumn(frame, name, { role: 'what a model test exchanges' });
  return column.kind === 'number' ? mapNumbers(column, () => Number(value)) : mapTexts(column, () => String(value));
}
