import type { ColumnType } from '../protocol/data';
import type { Frame } from '../protocol/frame';
import { findColumn, modelInput } from './columns';
import type { Preparation, PreparedColumn } from './preparation';

/** Types of MLflow's column signatures. */
export type SignatureType = 'long' | 'double' | 'boolean' | 'string' | 'datetime';

export interface SignatureColumn {
  readonly name: string;
  readonly type: SignatureType;
}

/** A raw column as the model takes it. */
export interface ModelInput extends SignatureColumn {
  readonly columnType: ColumnType;
}

/** What goes into a model and what comes out of it, by MLflow's rules. */
export interface ModelSignature {
  readonly inputs: readonly ModelInput[];
  /** `label` and `probability_<class>` for each class, or `value` of a regression. */
  readonly outputs: readonly SignatureColumn[];
}

/**
 * Chooses types as pandas does when it reads such a file, because MLflow refuses any other: an integer or boolean
 * column that has a missing value somewhere in the data becomes `double` or `string`.
 */
export function signatureOf(preparation: Preparation, frame: Frame): ModelSignature {
  const inputs = preparation.columns.map(column => ({
    name: column.name,
    columnType: column.type,
    type: inputType(column, hasMissing(frame, column.name)),
  }));
  return { inputs, outputs: outputsOf(preparation) };
}

function inputType({ kind, type }: PreparedColumn, missing: boolean): SignatureType {
  if (kind === 'text') return type === 'boolean' && !missing ? 'boolean' : 'string';
  if (type === 'date' || type === 'datetime') return 'datetime';
  return type === 'integer' && !missing ? 'long' : 'double';
}

function hasMissing(frame: Frame, name: string): boolean {
  const column = findColumn(frame, name, modelInput);
  return column.kind === 'text' ? column.codes.includes(-1) : column.values.some(value => Number.isNaN(value));
}

function outputsOf({ task, label, classes }: Preparation): SignatureColumn[] {
  if (task === 'regression') return [{ name: 'value', type: 'double' }];
  return [
    { name: 'label', type: label.type === 'integer' ? 'long' : 'string' },
    ...classes.map((name): SignatureColumn => ({ name: `probability_${name}`, type: 'double' })),
  ];
}
