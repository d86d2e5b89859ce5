import type { FeatureConsumers } from '../../protocol/features';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import { parseReference } from '../definition/reference';

/** A version of a model that was trained with features. */
export interface FeatureModel {
  readonly model: string;
  readonly version: number;
  readonly stage?: string;
  readonly service?: string;
  /** `loans@v2:income` */
  readonly features: readonly string[];
  /** What serves it now. */
  readonly endpoints: readonly string[];
}

export interface ConsumerParts {
  readonly config: Pick<WorkspaceConfig, 'features' | 'feature_services'>;
  readonly models: readonly FeatureModel[];
  /** What a version of a view is itself computed from, if it is computed on demand. */
  readonly uses: (view: string, version: number | undefined) => readonly string[];
}

/** Who uses a view, whichever version of it: also by way of what is computed from it on demand. */
export function consumersOf(view: string, { config, models, uses }: ConsumerParts): FeatureConsumers {
  const names = (references: readonly string[]): readonly string[] => references.map(one => parseReference(one).view);
  const through = Object.entries(config.features ?? {}).flatMap(([name, one]) =>
    one.kind === 'on-demand' && names(one.uses).includes(view) ? [name] : [],
  );
  const meant = new Set([view, ...through]);
  const services = Object.entries(config.feature_services ?? {})
    .filter(([, { features }]) => names(features).some(name => meant.has(name)))
    .map(([name]) => name);
  const using = models.filter(({ features }) =>
    features
      .map(one => parseReference(one))
      .some(one => one.view === view || names(uses(one.view, one.version)).includes(view)),
  );
  return {
    services,
    models: using.map(({ model, version, stage }) => ({ model, version, ...(stage !== undefined && { stage }) })),
    endpoints: [...new Set(using.flatMap(({ endpoints }) => endpoints))],
  };
}
