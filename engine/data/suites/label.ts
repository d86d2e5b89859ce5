import type { FrameColumn } from '../../protocol/frame';
import { columnHint } from '../closest';
import { asCategories, columnNamed, useOf } from './columns';
import type { CheckInput, Unjudged } from './outcome';
import type { Target } from './predictivePower';

/** A number with more different values than this is a quantity, not a class. */
const mostNumericClasses = 20;

export interface SuiteLabel {
  readonly name: string;
  readonly column: FrameColumn;
  readonly target: Target;
}

/** What is predicted: as the check says, or the `prepare` steps. */
export function labelOf(input: Pick<CheckInput, 'table' | 'check' | 'roles'>): SuiteLabel | Unjudged {
  const { table, check, roles } = input;
  const name = useOf(check, roles).label;
  if (name === undefined) return { unjudged: roles.unsure ?? 'no column is known as the label: name it with `label`' };
  const column = columnNamed(table, name);
  if (column === undefined) return noColumn(input, name, 'label');
  const classes = asCategories(column);
  const isQuantity =
    column.kind === 'number' &&
    (check.label === undefined || check.label === roles.label
      ? roles.task === 'regression' || (roles.task === undefined && classes.count > mostNumericClasses)
      : classes.count > mostNumericClasses);
  if (classes.count === 0) return { unjudged: `the label ${name} has no value at all`, broken: true };
  return {
    name,
    column,
    target: isQuantity
      ? { kind: 'values', values: column.values }
      : { kind: 'classes', codes: classes.codes, count: classes.count },
  };
}

/** A column that a check names and the data lacks. */
export function noColumn({ table }: Pick<CheckInput, 'table'>, name: string, role: string): Unjudged {
  const hint = columnHint(
    name,
    table.frame.columns.map(column => column.name),
  );
  return { unjudged: `the data has no column ${name}, which is named as ${role}. ${hint}`, broken: true };
}
