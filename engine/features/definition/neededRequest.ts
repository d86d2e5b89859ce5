import type { ColumnType } from '../../protocol/data';
import type { FeatureViewDefinition } from '../../protocol/features';
import type { ExpressionReader } from './expressionReader';
import { sqlExpressions } from './sqlExpressions';

type OnDemandDefinition = Extract<FeatureViewDefinition, { readonly kind: 'on-demand' }>;

/** What some features of a view are computed with of all that it can be asked with, with its types. */
export function neededRequest(
  { features, request }: OnDemandDefinition,
  wanted: readonly string[],
  expressions: Pick<ExpressionReader, 'names'> = sqlExpressions,
): ReadonlyMap<string, ColumnType> {
  const texts = new Map(
    features.flatMap(({ name, from }) => (from.kind === 'expression' ? [[name, from.expression] as const] : [])),
  );
  const reached = new Set(wanted.filter(name => texts.has(name)));
  const named = new Set<string>();
  for (const feature of reached)
    // also those that are added on the way
    for (const name of expressions.names(texts.get(feature) ?? ''))
      if (name !== feature && texts.has(name)) reached.add(name);
      else named.add(name);
  return new Map(Object.entries(request).filter(([name]) => named.has(name)));
}
