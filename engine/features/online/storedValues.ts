import { ModelyardError } from '../../errors';
import type { Cell } from '../../protocol/data';

/** Values of a row as a store keeps them. JSON has no numbers that are none: they are null, as everywhere. */
export const packValues = (values: readonly Cell[]): string => JSON.stringify(values);

/** @throws ModelyardError `store.corrupt` when somebody else has written there */
export function unpackValues(text: unknown): readonly Cell[] {
  const values: unknown = typeof text === 'string' ? parsed(text) : undefined;
  if (Array.isArray(values) && values.every(isCell)) return values;
  throw new ModelyardError('store.corrupt', 'A row of the online store does not hold values of features.', {
    fix: 'Materialise the feature view again from the beginning.',
  });
}

const isCell = (value: unknown): value is Cell =>
  value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
