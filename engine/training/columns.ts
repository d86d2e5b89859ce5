import type { Frame, FrameColumn } from '../protocol/frame';
import type { Place } from '../protocol/errors';
import { ModelyardError } from '../errors';
import { nearest } from '../nearest';

/** What a column is looked up for. */
export interface ColumnUse {
  readonly role: string;
  /** The option of the step that names it: `stratify`, `drop.1`. */
  readonly option?: string;
}

export const modelInput: ColumnUse = { role: 'an input of the model' };

/**
 * The column of that name.
 * @throws ModelyardError `data.column` with the nearest name there is, or those there are.
 */
export function findColumn(frame: Frame, name: string, { role, option }: ColumnUse): FrameColumn {
  const found = frame.columns.find(column => column.name === name);
  if (found) return found;
  const names = frame.columns.map(column => column.name);
  const near = nearest(name, names);
  throw new ModelyardError('data.column', `The data has no column ${name}, which is named as ${role}.`, {
    fix: near === undefined ? listing(names) : `Did you mean ${near}?`,
    ...(option !== undefined && { place: optionPlace(option) }),
    data: { column: name, ...(near !== undefined && { suggestion: near }) },
  });
}

/** An option of the step in modelyard.yaml; the engine knows which step it is and on which line. */
export const optionPlace = (option: string): Place => ({ file: configName, key: `with.${option}` });
/** How steps call the config; only the engine knows its name. */
export const configName = 'modelyard.yaml';

const mostListed = 12;

function listing(names: readonly string[]): string {
  const [only, another] = names;
  if (only !== undefined && another === undefined)
    return `Its only column is ${only}. If the file has more, set the \`delimiter\` of the dataset to what is between them.`;
  const more = names.length - mostListed;
  return `Its columns are ${names.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** Every value of a column as text, for messages and class names; undefined: missing. */
export function cellText(column: FrameColumn, row: number): string | undefined {
  if (column.kind === 'text') return column.categories[column.codes[row]!];
  const value = column.values[row]!;
  return Number.isNaN(value) ? undefined : String(value);
}

export const isMissing = (column: FrameColumn, row: number): boolean =>
  column.kind === 'text' ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);

/** 1234 → `1,234`, independent of the machine's language. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** Sorts as scikit-learn does: numbers by value, text by code unit. */
export const ascending = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
