import { ModelyardError } from '../../errors';
import { plural } from '../../plural';
import type { Task } from '../learner';
import type { PreparedColumn, Preparation } from '../preparation';
import type { TreeModel } from '../trees/tree';
import type { ForeignModel } from './foreignModel';

/** What a model's file does not know. */
export interface ForeignNames {
  /** The column that is predicted. Default `label`. */
  readonly label?: string | undefined;
  /** Names of the classes, by their numbers in the model. Default: these numbers. */
  readonly classes?: readonly string[] | undefined;
  /** Names of the input columns, in the model's order. Default: those of the file. */
  readonly columns?: readonly string[] | undefined;
}

/** What is known of a model besides its names. */
export interface ForeignShape {
  readonly columns: readonly PreparedColumn[];
  readonly notes: readonly string[];
  readonly task: Task;
  /** Classes, or one margin for two of them; of no meaning for a regression. */
  readonly outputs: number;
}

/** A foreign model as ours are: with a preparation that takes raw columns. @throws ModelyardError `params.invalid` */
export function withNames(
  { model, columns, notes }: ForeignModel,
  names: ForeignNames,
): { readonly model: TreeModel; readonly preparation: Preparation } {
  const preparation = preparationOf({ columns, notes, task: model.task, outputs: model.base.length }, names);
  return { model: { ...model, features: preparation.features }, preparation };
}

/** @throws ModelyardError `params.invalid` when the names do not fit the model */
export function preparationOf(shape: ForeignShape, names: ForeignNames): Preparation {
  const columns = renamed(shape.columns, names.columns);
  const features = columns.map(({ name }) => name);
  const { task, outputs, notes } = shape;
  const classes = classNames(task === 'regression' ? 0 : Math.max(2, outputs), names.classes);
  const label = names.label ?? 'label';
  if (features.includes(label))
    throw new ModelyardError('params.invalid', `The label ${label} is one of the model's input columns.`, {
      fix: 'Name the column that the model predicts.',
    });
  const isInteger = classes.every(name => /^-?\d{1,15}$/.test(name));
  return {
    version: 1,
    task,
    label: { name: label, type: task === 'regression' ? 'number' : isInteger ? 'integer' : 'string' },
    classes,
    ...(task === 'binary' && { positive: classes[1] ?? '' }),
    columns,
    features,
    notes,
  };
}

function renamed(columns: readonly PreparedColumn[], names: readonly string[] | undefined): readonly PreparedColumn[] {
  if (names === undefined) return columns;
  if (names.length !== columns.length || new Set(names).size !== names.length)
    throw new ModelyardError(
      'params.invalid',
      `The model takes ${plural(columns.length, 'column')}, and ${new Set(names).size} different names are given.`,
      { fix: `Its own names are ${columns.map(({ name }) => name).join(', ')}.` },
    );
  return columns.map((column, at) => ({ ...column, name: names[at]!, features: [names[at]!] }));
}

function classNames(count: number, names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return Array.from({ length: count }, (_, at) => String(at));
  if (names.length === count && new Set(names).size === count) return names;
  throw new ModelyardError(
    'params.invalid',
    count === 0
      ? 'The model predicts a number and has no classes.'
      : `The model has ${count} classes, and ${new Set(names).size} different names are given.`,
    { fix: count === 0 ? 'Leave out the classes.' : 'Name them in the order of their numbers in the model.' },
  );
}
