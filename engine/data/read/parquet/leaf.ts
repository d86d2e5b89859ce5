import type { SchemaElement } from 'hyparquet';

/** What the values of a column are, as far as they are read without the library. */
export type LeafKind = 'integer' | 'number' | 'boolean' | 'date' | 'time' | 'text';

export interface Leaf {
  readonly kind: LeafKind;
  readonly type: 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BOOLEAN' | 'BYTE_ARRAY';
  /** Whether rows may have none. */
  readonly isOptional: boolean;
  /** Of times. */
  readonly unit?: 'MILLIS' | 'MICROS' | 'NANOS';
  readonly clocks?: 'utc' | 'local';
}

const plainIntegers = new Set(['INT_8', 'INT_16', 'INT_32', 'INT_64', 'UINT_8', 'UINT_16']);

/** Undefined: the library reads such a column. */
export function leafOf(element: SchemaElement): Leaf | undefined {
  const { type, converted_type: converted, logical_type: logical, repetition_type } = element;
  if (element.num_children !== undefined || repetition_type === 'REPEATED') return undefined;
  const isOptional = repetition_type !== 'REQUIRED';
  const isPlain = logical === undefined && converted === undefined;
  if (type === 'DOUBLE' || type === 'FLOAT') return isPlain ? { kind: 'number', type, isOptional } : undefined;
  if (type === 'BOOLEAN') return isPlain ? { kind: 'boolean', type, isOptional } : undefined;
  if (type === 'BYTE_ARRAY') {
    const isText = isPlain || logical?.type === 'STRING' || (logical === undefined && converted === 'UTF8');
    return isText ? { kind: 'text', type, isOptional } : undefined;
  }
  if (type !== 'INT32' && type !== 'INT64') return undefined;
  if (logical?.type === 'TIMESTAMP' && type === 'INT64')
    return { kind: 'time', type, isOptional, unit: logical.unit, clocks: logical.isAdjustedToUTC ? 'utc' : 'local' };
  if (
    logical === undefined &&
    type === 'INT64' &&
    (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS')
  )
    return {
      kind: 'time',
      type,
      isOptional,
      unit: converted === 'TIMESTAMP_MILLIS' ? 'MILLIS' : 'MICROS',
      clocks: 'utc',
    };
  if (type === 'INT32' && (logical?.type === 'DATE' || (logical === undefined && converted === 'DATE')))
    return { kind: 'date', type, isOptional, clocks: 'local' };
  const isInteger =
    isPlain ||
    (logical === undefined ? converted !== undefined && plainIntegers.has(converted) : isSmallOrSigned(logical));
  return isInteger ? { kind: 'integer', type, isOptional } : undefined;
}

const isSmallOrSigned = (logical: NonNullable<SchemaElement['logical_type']>): boolean =>
  logical.type === 'INTEGER' && (logical.isSigned || logical.bitWidth < 32);
