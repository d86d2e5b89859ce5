import type { ErrorDetails } from '../../errors';
import { ModelyardError } from '../../errors';
import type { ColumnType } from '../../protocol/data';
import type { Place } from '../../protocol/errors';
import type { FeatureViewDefinition } from '../../protocol/features';
import type { ExpressionReader } from './expressionReader';

/** A definition that has been found to hold together. */
export interface DefinedView {
  readonly definition: FeatureViewDefinition;
  /** sha-256 in hex. */
  readonly hash: string;
}

export type NamedColumns = readonly { readonly name: string; readonly type: ColumnType }[];

export interface DefiningContext {
  readonly name: string;
  readonly expressions: ExpressionReader;
  /** The place of a key of the view, such as `columns.income`. */
  readonly at: (key: string) => Place;
}

/** @throws ModelyardError that says which key of which view is meant */
export function wrongView(
  { name, at }: DefiningContext,
  key: string,
  { message, code = 'config.invalid', ...details }: ErrorDetails & WrongView,
): ModelyardError {
  return new ModelyardError(code, `Feature view ${name}: ${message}`, { place: at(key), ...details });
}
interface WrongView {
  /** A sentence. */
  readonly message: string;
  readonly code?: 'config.invalid' | 'data.column';
}
