import type { ColumnType } from '../../protocol/data';
import type { FeatureConfig, FeatureOrigin } from '../../protocol/featureConfig';
import type { FeatureViewDefinition } from '../../protocol/features';
import { canonicalHash } from './canonicalJson';

export interface HashOptions {
  readonly features: Readonly<Record<string, Pick<FeatureConfig, 'type'>>>;
  /** An expression without what does not matter in it, such as blanks. */
  readonly plain: (expression: string) => string;
}

/**
 * sha-256 of all that decides which values a view has, however it is written: blanks in expressions and the order of
 * features do not matter. Where the file lies does not either: it is the dataset of that name.
 */
export function viewHash(definition: FeatureViewDefinition, { features, plain }: HashOptions): string {
  const decisive = definition.features
    .map(({ name, type, from }) => ({
      name,
      type: features[name]?.type ?? inferred(type),
      from: plainOrigin(from, plain),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (definition.kind === 'on-demand')
    return canonicalHash({ ...definition, uses: [...definition.uses].sort(), features: decisive });
  const { source, where } = definition;
  return canonicalHash({
    ...definition,
    source: source && { dataset: source.dataset, missing: [...source.missing].sort(), table: source.table, query: source.query }, // prettier-ignore
    where: where === undefined ? undefined : plain(where),
    features: decisive,
  });
}

/** What was found in the data and not declared: a column of whole numbers may get others without being another feature. */
const inferred = (type: ColumnType): ColumnType =>
  type === 'integer' ? 'number' : type === 'date' ? 'datetime' : type;

function plainOrigin(from: FeatureOrigin, plain: HashOptions['plain']): FeatureOrigin {
  if (from.kind === 'column') return from;
  if (from.kind === 'expression') return { ...from, expression: plain(from.expression) };
  const { of, where } = from;
  return { ...from, ...(of !== undefined && { of: plain(of) }), ...(where !== undefined && { where: plain(where) }) };
}
