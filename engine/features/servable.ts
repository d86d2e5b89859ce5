import type { ModelyardError } from '../errors';
import type { FeatureViewVersion } from '../protocol/features';

/** Why there is nothing to be had of a view: by its name, or the reference that names it. */
export interface ViewFailure {
  readonly view: string;
  readonly error: ModelyardError;
}
export interface Servable {
  readonly versions: readonly FeatureViewVersion[];
  readonly failures: readonly ViewFailure[];
}
