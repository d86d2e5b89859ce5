import type { FrameColumn } from '../protocol/frame';
import type { PrepareOptions } from '../protocol/steps/preparation';
import { ModelyardError } from '../errors';
import { cellText, count, isMissing, optionPlace } from './columns';
import { nounOf, plural } from '../plural';
import type { Task } from './learner';

export interface Label {
  readonly task: Task;
  /** Binary: [negative, positive]; multiclass: sorted; regression: empty. */
  readonly classes: readonly string[];
  readonly positive?: string;
}

const mostClasses = 1_000;
/** A number with more distinct values than this is a quantity, not a class. */
const mostNumericClasses = 20;

/**
 * What is to be predicted, from the training rows of the label.
 * @throws ModelyardError `training.label` when values are missing, there is one class only, or the task does not fit.
 */
export function learnLabel(
  column: FrameColumn,
  rows: ArrayLike<number>,
  options: Pick<PrepareOptions, 'task' | 'positive'>,
): Label {
  const counts = countClasses(column, rows);
  const task = options.task ?? likelyTask(column, counts.size, options.positive);
  if (task === 'regression') return regression(column, rows, options.positive);
  if (counts.size === 1) {
    const [only] = counts.keys();
    throw labelError(
      `The label ${column.name} has one class only (${only ?? ''}) in the training part; nothing can be learnt.`,
      {
        fix: `Check that \`label\` names the outcome and that the data holds all of them; with few rows of one, split with \`stratify: ${column.name}\`.`,
      },
    );
  }
  if (counts.size > mostClasses)
    throw labelError(
      `The label ${column.name} has ${count(counts.size)} classes; at most ${count(mostClasses)} are possible.`,
      {
        fix:
          column.kind === 'number'
            ? 'Set `task: regression` to predict the number itself.'
            : 'Name another column as `label`.',
      },
    );
  const names = sortedNames(column, counts);
  if (task === 'binary') return binary(column, counts, { names, wanted: options.positive });
  if (options.positive !== undefined)
    throw labelError(
      `\`positive: ${options.positive}\` is for two classes; the label ${column.name} is learnt as ${counts.size} classes.`,
      { option: 'positive', fix: 'Remove `positive`, or set `task: binary` on a label with two classes.' },
    );
  return { task, classes: names };
}

function likelyTask(column: FrameColumn, distinct: number, positive: string | undefined): Task {
  if (column.kind === 'number' && distinct > mostNumericClasses && positive === undefined) return 'regression';
  return distinct <= 2 ? 'binary' : 'multiclass';
}

function countClasses(column: FrameColumn, rows: ArrayLike<number>): Map<string, number> {
  const counts = new Map<string, number>();
  const missing: number[] = [];
  for (const row of Array.from(rows)) {
    if (isMissing(column, row)) missing.push(row);
    const text = cellText(column, row) ?? '';
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  if (missing.length === 0) return counts;
  throw labelError(
    `The label ${column.name} has ${plural(missing.length, 'missing value')}, the first in data row ${missing[0]! + 1}.`,
    { fix: 'Leave out the rows without an outcome, or name another label.', row: missing[0]!, column: column.name },
  );
}

const sortedNames = (column: FrameColumn, counts: ReadonlyMap<string, number>): string[] =>
  column.kind === 'number' ? [...counts.keys()].sort((a, b) => Number(a) - Number(b)) : [...counts.keys()].sort();

/** The positive class is the named one, else the rarer; of equals the one that sorts last (1 of 0 and 1). */
function binary(
  column: FrameColumn,
  counts: ReadonlyMap<string, number>,
  { names, wanted }: { readonly names: readonly string[]; readonly wanted: string | undefined },
): Label {
  const [first, second, third] = names;
  if (first === undefined || second === undefined || third !== undefined)
    throw labelError(
      `The label ${column.name} has ${count(names.length)} ${nounOf(names.length, 'class', 'classes')} (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}); \`task: binary\` needs two.`,
      { option: 'task', fix: 'Set `task: multiclass`, or name a label with two classes.' },
    );
  if (wanted !== undefined && !counts.has(wanted))
    throw labelError(
      `\`positive: ${wanted}\` is not a class of the label ${column.name}; its classes are ${first} and ${second}.`,
      { option: 'positive', fix: `Set \`positive\` to ${first} or ${second}.` },
    );
  const positive = wanted ?? ((counts.get(first) ?? 0) < (counts.get(second) ?? 0) ? first : second);
  return { task: 'binary', classes: [positive === first ? second : first, positive], positive };
}

function regression(column: FrameColumn, rows: ArrayLike<number>, positive: string | undefined): Label {
  if (column.kind === 'text')
    throw labelError(
      `The label ${column.name} is text (${column.categories.slice(0, 3).join(', ')}, …); a regression predicts a number.`,
      { option: 'task', fix: 'Remove `task: regression`, or name a column of numbers as `label`.' },
    );
  if (positive !== undefined)
    throw labelError(`\`positive: ${positive}\` is for classes; the label ${column.name} is a number to predict.`, {
      option: 'positive',
      fix: 'Remove `positive`, or set `task: binary`.',
    });
  const infinite = Array.from(rows).find(row => !Number.isFinite(column.values[row]));
  if (infinite !== undefined)
    throw labelError(`The label ${column.name} is not a finite number in data row ${infinite + 1}.`, {
      fix: 'Correct the value, or leave the row out.',
      row: infinite,
      column: column.name,
    });
  return { task: 'regression', classes: [] };
}

interface LabelProblem {
  readonly fix?: string;
  /** The option that is wrong; default `label`. */
  readonly option?: 'label' | 'positive' | 'task';
  /** The first row that is wrong, from 0. */
  readonly row?: number;
  readonly column?: string;
}

const labelError = (message: string, { fix, option = 'label', row, column }: LabelProblem): ModelyardError =>
  new ModelyardError('training.label', message, {
    place: optionPlace(option),
    ...(fix !== undefined && { fix }),
    ...(row !== undefined && { data: { row: row + 1, ...(column !== undefined && { column }) } }),
  });
