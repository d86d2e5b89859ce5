import { ModelyardError } from '../../errors';
import type { ColumnType } from '../../protocol/data';
import type { FeatureAlert } from '../../protocol/featureMonitoring';
import type { FeatureConfig, FeatureViewConfig } from '../../protocol/featureConfig';
import type {
  FeatureConsumers,
  FeatureFreshness,
  FeatureSummary,
  FeatureViewDefinition,
  FeatureViewSummary,
} from '../../protocol/features';
import type { Definitions } from '../definition/definitions';
import type { FeatureStore } from '../store';

export interface SummaryParts {
  readonly definitions: Definitions;
  readonly store: Pick<FeatureStore, 'versions'>;
  readonly consumers: (view: string) => FeatureConsumers;
  readonly freshness: (view: string, version: number | undefined) => Promise<FeatureFreshness>;
  /** Those that stand. */
  readonly alerts: (view: string, version: number | undefined) => readonly FeatureAlert[];
}

/** A view of the file. What is wrong with it is said, and the rest as far as it is known. */
export async function summaryOf(
  view: string,
  config: FeatureViewConfig,
  parts: SummaryParts,
): Promise<FeatureViewSummary> {
  const { definitions, store } = parts;
  const found = await definitions.define(view).then(
    definition => ({ definition, problem: undefined }),
    (error: unknown) => {
      if (error instanceof ModelyardError) return { definition: undefined, problem: error };
      throw error;
    },
  );
  const { definition: defined, problem } = found;
  const version = defined && 'version' in defined ? defined.version : undefined;
  const types = new Map(defined?.definition.features.map(({ name, type }) => [name, type]));
  const { description, owner, tags = {} } = config;
  return {
    name: view,
    kind: config.kind,
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
    tags,
    ...shapeOf(config),
    features: Object.entries(config.features).map(([name, one]) =>
      featureOf({ name, ...one }, { type: types.get(name), view: config }),
    ),
    ...(version !== undefined && { version }),
    versions: store.versions(view).length,
    freshness: await parts.freshness(view, version),
    consumers: parts.consumers(view),
    alerts: parts.alerts(view, version),
    ...(problem && { problem: problem.message, ...(problem.place && { problemAt: problem.place }) }),
    place: definitions.place(`features.${view}`),
  };
}

function shapeOf(
  config: FeatureViewConfig,
): Pick<FeatureViewSummary, 'entities' | 'source' | 'push' | 'ttl' | 'monitor'> {
  if (config.kind === 'on-demand') return { entities: [], push: false };
  const { entities, source, push, ttl, monitor } = config;
  return {
    ...{ entities, push },
    ...(source !== undefined && { source }),
    ...(ttl !== undefined && { ttl }),
    ...(monitor && { monitor }),
  };
}

function featureOf(
  { name, from, description, owner, privacy, type: declared }: FeatureConfig & { readonly name: string },
  { type = declared, view }: { readonly type: ColumnType | undefined; readonly view: FeatureViewConfig },
): FeatureSummary {
  const [answers, handled] = [owner ?? view.owner, privacy ?? view.privacy];
  return {
    ...{ name, from },
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...(answers !== undefined && { owner: answers }),
    ...(handled !== undefined && { privacy: handled }),
  };
}

/** A view that the file no longer has, or one of its versions: what was recorded. */
export async function recordedSummary(
  view: string,
  definition: FeatureViewDefinition,
  parts: SummaryParts & { readonly version?: number },
): Promise<FeatureViewSummary> {
  const { version } = parts;
  const { kind, features } = definition;
  const { entities, source, push, ttl } = kind === 'batch' ? definition : {};
  return {
    ...{ name: view, kind, tags: {}, features, alerts: parts.alerts(view, version) },
    entities: entities?.map(({ entity }) => entity) ?? [],
    ...(source && { source: source.dataset }),
    push: push ?? false,
    ...(ttl !== undefined && { ttl }),
    ...(version !== undefined && { version }),
    versions: parts.store.versions(view).length,
    freshness: await parts.freshness(view, version),
    consumers: parts.consumers(view),
  };
}
