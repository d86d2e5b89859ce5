import { ModelyardError } from '../../errors';
import type { Frame, FrameColumn } from '../../protocol/frame';
import type { ValueChange } from '../../protocol/modelTests';
import { findColumn } from '../columns';
import { mapNumbers, mapTexts, takenRows, withColumn } from './alteredFrame';
import { placedExamples, shown, type Counterexample } from './examples';
import { sampleRows } from './sampleRows';
import { directedScores } from './scoring';
import type { Tester } from './subject';
import { counted } from '../../plural';

/** ms; what is added to a date is days. */
const day = 86_400_000;
/** Less than that is rounding. */
const tolerance = 1e-9;

/** Changes columns of each row and looks whether the score moves against the direction that is expected. */
export const directional: Tester<'directional'> = async ({ change, direction, rows: most }, subject) => {
  const { model, frame, rows, seed } = subject;
  const asked = sampleRows(rows, most, seed);
  const own = takenRows(frame, asked, model.preparation);
  let changed: Frame = own;
  for (const [name, how] of Object.entries(change)) {
    const column = findColumn(frame, name, { role: 'what a model test changes' });
    const input = own.columns.find(one => one.name === name);
    if (input) changed = withColumn(changed, altered(input, how));
    else altered(column, how); // what cannot be done is said of any column
  }
  const [before, after] = [await directedScores(subject, own), await directedScores(subject, changed)];
  const sign = direction === 'increase' ? 1 : -1;
  const words = Object.entries(change).map(([name, how]) => `${name} ${changeText(how)}`);
  const found = asked.flatMap((row, i) => {
    const against = sign * (before[i]! - after[i]!);
    if (against <= tolerance) return [];
    return [
      {
        row,
        size: against,
        what: `${words.join(', ')}: ${shown(before[i]!)} → ${shown(after[i]!)}`,
      } satisfies Counterexample,
    ];
  });
  return {
    value: found.length / Math.max(1, asked.length),
    rows: asked.length,
    examples: await placedExamples(found, subject),
    sentence: `The score of ${found.length} of ${counted(asked.length, 'row')} ${direction === 'increase' ? 'falls' : 'rises'} with ${words.join(', ')}`,
  };
};

function altered(column: FrameColumn, { set, add = 0, multiply = 1 }: ValueChange): FrameColumn {
  if (column.kind === 'text') {
    if (set === undefined)
      throw new ModelyardError('data.column', `${column.name} holds texts: it can only be \`set\`.`);
    return mapTexts(column, () => (set === null ? null : String(set)));
  }
  const isDate = column.type === 'date' || column.type === 'datetime';
  if (isDate && multiply !== 1)
    throw new ModelyardError('data.column', `${column.name} holds dates: they cannot be multiplied.`);
  if (set === undefined) return mapNumbers(column, value => value * multiply + (isDate ? add * day : add));
  const value = set === null ? Number.NaN : typeof set === 'string' ? Date.parse(set) : Number(set);
  if (set !== null && Number.isNaN(value))
    throw new ModelyardError('data.column', `${column.name} cannot be set to ${String(set)}: it holds numbers.`);
  return mapNumbers(column, () => value);
}

/** `× 1.5 + 10`, `= own` */
function changeText({ set, add, multiply }: ValueChange): string {
  if (set !== undefined) return `= ${set === null ? 'missing' : String(set)}`;
  return [...(multiply === undefined ? [] : [`× ${multiply}`]), ...(add === undefined ? [] : [`+ ${add}`])].join(' ');
}
