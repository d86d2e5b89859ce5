import type { Frame, FrameColumn } from '../../protocol/frame';
import type { FoldOptions } from '../../protocol/steps/evaluation';
import { ModelyardError } from '../../errors';
import { cellText, findColumn, optionPlace } from '../columns';
import { plural } from '../../plural';
import { Random } from '../../random';
import { groupFolds, randomFolds, stratifiedFolds, stratifiedGroupFolds } from './assign';
import type { Fold, FoldMethod } from './fold';
import { timeFolds } from './timeFolds';

export interface FoldTask {
  readonly frame: Frame;
  /** The rows to divide. */
  readonly rows: ArrayLike<number>;
  readonly options: FoldOptions;
  /** Kept even over the folds where neither `stratify` nor `time` nor `group` says otherwise: the label's classes. */
  readonly label?: string;
}

export interface Folds {
  readonly method: FoldMethod;
  /** The columns they go by. */
  readonly by: readonly string[];
  readonly folds: readonly Fold[];
}

/**
 * The folds of a cross-validation; the same data, options and seed give the same.
 * @throws ModelyardError `config.invalid` for options that exclude each other, `data.column`, `data.empty`
 */
export function makeFolds(task: FoldTask): Folds {
  const { rows, options } = task;
  if (rows.length < options.folds)
    throw new ModelyardError(
      'data.empty',
      `${plural(rows.length, 'row')} cannot be divided into ${options.folds} folds.`,
      {
        place: optionPlace('folds'),
        fix: 'Take fewer folds, or more data.',
      },
    );
  if (options.time !== undefined) return byTime(task, options.time);
  if (options.gap !== undefined)
    throw invalid('gap', '`gap` needs `time`.', 'Name the column of the time, or remove `gap`.');
  const assigned = assignment(task);
  const folds: Fold[] = [];
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    const foldOf = assigned.draw(new Random(options.seed + repeat * 1_000_003));
    for (let fold = 0; fold < options.folds; fold++) folds.push(parts(rows, foldOf, { repeat, fold }));
  }
  return { method: assigned.method, by: assigned.by, folds };
}

interface Assignment extends Omit<Folds, 'folds'> {
  /** The fold of each row. */
  readonly draw: (random: Random) => Int32Array;
}

function assignment({ frame, rows, options, label }: FoldTask): Assignment {
  const { folds, group } = options;
  const stratify = options.stratify ?? (group === undefined ? label : undefined);
  const classes = stratify === undefined ? undefined : codesOf(find(frame, stratify, 'stratify'), rows);
  const groups = group === undefined ? undefined : codesOf(find(frame, group, 'group'), rows);
  if (classes) refuseRare(classes, folds, { column: stratify ?? '', grouped: groups !== undefined });
  const by = [stratify, group].filter(column => column !== undefined);
  if (groups && groups.names.length < folds)
    throw new ModelyardError(
      'data.column',
      `${group} has ${plural(groups.names.length, 'distinct value')}, too few for ${folds} folds of whole groups.`,
      { place: optionPlace('group'), fix: 'Take fewer folds, or a column with more groups.' },
    );
  if (groups && classes) {
    const both = { groups: groups.codes, classes: classes.codes };
    return { method: 'stratified-group', by, draw: random => stratifiedGroupFolds(both, folds, random) };
  }
  if (groups) return { method: 'group', by, draw: random => groupFolds(groups.codes, folds, random) };
  if (classes) return { method: 'stratified', by, draw: random => stratifiedFolds(classes.codes, folds, random) };
  return { method: 'random', by, draw: random => randomFolds(rows.length, folds, random) };
}

function parts(rows: ArrayLike<number>, foldOf: Int32Array, which: Pick<Fold, 'repeat' | 'fold'>): Fold {
  const [train, test]: [number[], number[]] = [[], []];
  for (let i = 0; i < rows.length; i++) (foldOf[i] === which.fold ? test : train).push(rows[i]!);
  return { ...which, train: Int32Array.from(train).sort(), test: Int32Array.from(test).sort() };
}

function byTime({ frame, rows, options }: FoldTask, name: string): Folds {
  const { folds, repeats, gap } = options;
  for (const key of ['stratify', 'group'] as const)
    if (options[key] !== undefined)
      throw invalid(key, `Folds by \`time\` cannot go by \`${key}\` as well.`, 'Keep one of the two.');
  if (repeats > 1) throw invalid('repeats', 'Folds by `time` are the same each time.', 'Remove `repeats`.');
  const column = find(frame, name, 'time');
  if (column.kind === 'text')
    throw new ModelyardError('data.column', `${name} is text; folds by time need dates or numbers.`, {
      place: optionPlace('time'),
      fix: 'Write the dates as ISO 8601 (2024-05-31), or go by another column.',
    });
  const times = Float64Array.from(rows, row => column.values[row]!);
  const missing = times.findIndex(value => Number.isNaN(value));
  if (missing >= 0)
    throw new ModelyardError('data.column', `${name} has no value in data row ${rows[missing]! + 1}.`, {
      place: optionPlace('time'),
      fix: 'Fill it in, or leave the row out.',
      data: { row: rows[missing]! + 1, column: name },
    });
  const made = timeFolds(times, folds, gap ?? 0).map(({ train, test }, fold) => ({
    repeat: 0,
    fold,
    train: train.map(at => rows[at]!).sort(),
    test: test.map(at => rows[at]!).sort(),
  }));
  if (made.length === 0)
    throw new ModelyardError('data.column', `By ${name}, no fold has rows to learn from and rows to judge on.`, {
      place: optionPlace('time'),
      fix: 'Take fewer folds, a smaller gap, or a column whose times differ.',
    });
  return { method: 'time', by: [name], folds: made };
}

const find = (frame: Frame, name: string, option: 'stratify' | 'group' | 'time'): FrameColumn =>
  findColumn(frame, name, { role: `\`${option}\``, option });

interface Codes {
  /** Of each row, in order of appearance; missing values are one of their own. */
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

function codesOf(column: FrameColumn, rows: ArrayLike<number>): Codes {
  const known = new Map<number, number>();
  const names: string[] = [];
  const codes = Int32Array.from(rows, row => {
    const cell = column.kind === 'text' ? column.codes[row]! : column.values[row]!;
    const found = known.get(cell);
    if (found !== undefined) return found;
    known.set(cell, names.length);
    return names.push(cellText(column, row) ?? 'a missing value') - 1;
  });
  return { codes, names };
}

/** A class with fewer rows than folds is missing in some of them, and can be missing where a model learns. */
function refuseRare({ codes, names }: Codes, folds: number, about: { column: string; grouped: boolean }): void {
  const counts = new Float64Array(names.length);
  for (const code of codes) counts[code]!++;
  const rare = counts.findIndex(count => count < folds);
  if (rare < 0 || about.grouped) return;
  throw new ModelyardError(
    'data.column',
    `${names[rare]} of ${about.column} has ${plural(counts[rare]!, 'row')}, fewer than the ${folds} folds.`,
    { place: optionPlace('folds'), fix: 'Take fewer folds, or leave out the rows of rare classes.' },
  );
}

const invalid = (option: string, message: string, fix: string): ModelyardError =>
  new ModelyardError('config.invalid', message, { place: optionPlace(option), fix });
