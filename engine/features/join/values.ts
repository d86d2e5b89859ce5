/**
 * What a column holds in consecutive rows. Times of the join are µs since 1970 in doubles, exact until the year 2255;
 * NaN is "there is none".
 */
export type Values = NumberValues | TextValues;

export interface NumberValues {
  readonly kind: 'number';
  /** NaN: null. At least as long as there are rows. */
  readonly values: Float64Array;
}

/** Texts are made only of rows that matter. */
export interface TextValues {
  readonly kind: 'text';
  text(row: number): string | null;
}

export type ValueKind = Values['kind'];
export type JoinedValue = number | string | null;

export function valueAt(values: Values, row: number): JoinedValue {
  if (values.kind === 'text') return values.text(row);
  const value = values.values[row]!;
  return Number.isNaN(value) ? null : value;
}
