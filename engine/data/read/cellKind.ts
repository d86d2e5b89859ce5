import type { ColumnType } from '../../protocol/data';

/** What one cell can be. The kinds of a column's cells, or-ed together, decide the column's type. */
export const Kind = {
  missing: 0,
  /** Within ±(2^53 − 1), without leading zeros. */
  integer: 1,
  /** An integer that a number cannot hold exactly. */
  bigInteger: 2,
  /** With a point or an exponent; also ±infinity. */
  decimal: 4,
  /** `NaN`: missing, and says that the column holds numbers. */
  notANumber: 8,
  boolean: 16,
  /** `2024-02-29` */
  date: 32,
  /** `2024-02-29T12:30:00Z`; without a zone it counts as UTC. */
  datetime: 64,
  text: 128,
} as const;

export const numericKinds = Kind.integer | Kind.bigInteger | Kind.decimal | Kind.notANumber;
export const timeKinds = Kind.date | Kind.datetime;

/**
 * The type of a column with these kinds of cells. Integers beyond 2^53 make a column of integers a `string`, so that no
 * identifier is rounded; among decimals they are numbers. A column without any value is a `string`, unless the file declares its type (`empty`).
 */
export function typeOfKinds(kinds: number, empty: ColumnType = 'string'): ColumnType {
  if (kinds === 0) return empty;
  if ((kinds & ~numericKinds) === 0) {
    if (kinds & Kind.decimal) return 'number';
    if (kinds & Kind.bigInteger) return 'string';
    return kinds & Kind.integer ? 'integer' : 'number';
  }
  if (kinds === Kind.boolean) return 'boolean';
  if ((kinds & ~timeKinds) === 0) return kinds & Kind.datetime ? 'datetime' : 'date';
  return 'string';
}

/** Types of one family are kept and profiled alike, so that a column may go from one to the other while it is read. */
export type TypeFamily = 'number' | 'time' | 'boolean' | 'text';

export function familyOf(type: ColumnType): TypeFamily {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'date':
    case 'datetime':
      return 'time';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'text';
  }
}

/** The kinds of cells that fit a type; a missing cell fits every type. */
export function kindsOfType(type: ColumnType): number {
  switch (type) {
    case 'integer':
      return Kind.integer;
    case 'number':
      return numericKinds;
    case 'boolean':
      return Kind.boolean;
    case 'date':
      return Kind.date;
    case 'datetime':
      return timeKinds;
    case 'string':
      return 255;
  }
}

/** `NaN` is missing in every column, as it is for pandas. */
export const isMissing = (kind: number): boolean => kind === Kind.missing || kind === Kind.notANumber;
