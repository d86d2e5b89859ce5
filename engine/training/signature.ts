import type { ColumnType } from '../protocol/data';
import type { Frame } from '../protocol/frame';
import { findColumn } from './columns';
import type { Preparation, PreparedColumn } from './preparation';

/** Types of MLflow's column signatures. */
export type SignatureType = 'long' | 'double' | 'boolean' | 'string';

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
  /** First the label (or the value of a regression), then one probability for each class. */
  readonly outputs: readonly SignatureColumn[];
}

/**
 * Chooses types as pandas does when it reads such a file, because MLflow refuses any other: an integer or boolean
 * column that has a missing value somewhere in the data becomes `double` or `string`. Dates are `double`: ms since
 * 1970, UTC.
 */
export function signatureOf(preparation: Preparation, frame: Frame): ModelSignature {
  const inputs = preparation.columns.map(column => ({
    name: column.name,
    columnType: column.type,
    type: inputType(column, hasMissing(frame, column.name)),
  }));
  return { inputs, outputs: outputsOf(preparation) };
}

function inputType(column: PreparedColumn, missing: boolean): SignatureType {
  if (column.kind === 'text') return column.type === 'boolean' && !missing ? 'boolean' : 'string';
  return column.type === 'integer' && !missing ? 'long' : 'double';
}

function hasMissing(frame: Frame, name: string): boolean {
  const column = findColumn(frame, name, 'an input of the model');
  return column.kind === 'text' ? column.codes.includes(-1) : column.values.some(value => Number.isNaN(value));
}

function outputsOf(preparation: Preparation): SignatureColumn[] {
  const taken = new Set(preparation.columns.map(column => column.name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  if (preparation.task === 'regression') return [{ name: free('value'), type: 'double' }];
  return [
    { name: free('label'), type: preparation.label.type === 'integer' ? 'long' : 'string' },
    ...preparation.classes.map((name): SignatureColumn => ({ name: free(`probability_${name}`), type: 'double' })),
  ];
}
