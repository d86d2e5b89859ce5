import { ModelyardError } from '../errors';
import type { Row } from './database';

/** Typed reading of a row: a column of another type is a defect, and said as one. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw wrong(column, 'text', value);
}

export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] == null ? undefined : text(row, column);

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrong(column, 'a safe integer', value);
}

export const optionalInteger = (row: Row, column: string): number | undefined =>
  row[column] == null ? undefined : integer(row, column);

/** An integer that may be beyond 2^53. */
export function bigInteger(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw wrong(column, 'an integer', value);
}

export function real(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw wrong(column, 'a number', value);
}

export const optionalReal = (row: Row, column: string): number | undefined =>
  row[column] == null ? undefined : real(row, column);

/** NaN is stored as NULL, which is how SQLite keeps it. */
export const realOrNaN = (row: Row, column: string): number => (row[column] == null ? Number.NaN : real(row, column));

const wrong = (column: string, wanted: string, value: unknown): ModelyardError =>
  new ModelyardError(
    'internal',
    `Column ${column} should be ${wanted} but is ${value === undefined ? 'absent' : typeof value}.`,
  );
