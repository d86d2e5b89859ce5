import { ModelyardError } from '../../../errors';
import { fileName } from '../../../data/read/dataFile';
import type { JoinCounts, JoinReport } from '../../../protocol/featureJoins';
import { readAskedRows, type AskedRows } from './askedRows';
import type { BatchView, JoinPart, JoinPlan, OnDemandView } from '../../../protocol/featurePlans';
import { viewName } from '../read/batchView';
import { joinView } from './joinView';
import type { JoinedFeature } from './joinedFeature';
import { computeOnDemand } from './onDemand';

export interface JoinedAll {
  readonly asked: AskedRows;
  /** By column. */
  readonly features: readonly JoinedFeature[];
  readonly report: Omit<JoinReport, 'cpu' | 'took'>;
}

const isBatch = (part: JoinPart): part is BatchView & { readonly features: readonly string[] } =>
  part.definition.kind === 'batch';
const isOnDemand = (part: JoinPart): part is OnDemandView & { readonly features: readonly string[] } =>
  part.definition.kind === 'on-demand';

/**
 * Joins all features of a plan to the rows of its entity file.
 * @throws ModelyardError `data.*` with file and line, `config.invalid`, `conflict`: a column would stand twice; `cancelled`
 */
export async function joinAll(
  plan: JoinPlan,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<JoinedAll> {
  const batch = plan.views.filter(isBatch);
  const asked = await readAskedRows(
    { ...plan, source: plan.entities, entities: batch.map(({ definition }) => definition.entities) },
    signal,
  );
  refuseDoubles(plan, asked.columns);
  const joined = new Map<string, JoinedFeature>();
  const sources: JoinReport['sources'][number][] = [];
  for (const [index, view] of batch.entries()) {
    const part = (fraction: number): void => progress((index + fraction) / batch.length);
    const { features, ...counts } = await joinView(
      { ...plan, view, features: view.features, asked, progress: part },
      signal,
    );
    for (const feature of features) joined.set(`${viewName(view)}:${feature.name}`, feature);
    sources.push({ view: view.view, version: view.version, ...counts });
  }
  const { entities: source, timezone } = plan;
  for (const view of plan.views.filter(isOnDemand)) {
    const options = { view, features: view.features, source, timezone, rows: asked.rows, joined };
    for (const feature of await computeOnDemand(options, signal))
      joined.set(`${viewName(view)}:${feature.name}`, feature);
  }
  const features = plan.columns.map(({ reference }) => joined.get(reference)!);
  return {
    asked,
    features,
    report: {
      rows: asked.rows,
      entityColumns: asked.columns,
      columns: plan.columns.map((column, index) => countsOf(column, features[index]!)),
      sources,
      definition: plan.definition,
    },
  };
}

function countsOf({ column, reference }: JoinPlan['columns'][number], feature: JoinedFeature): JoinCounts {
  const { statuses, changedByLater } = feature.counts();
  return { column, reference, statuses, changedByLater };
}

function refuseDoubles({ columns, entities }: JoinPlan, own: readonly string[]): void {
  const double = columns.find(({ column }) => own.includes(column));
  if (!double) return;
  throw new ModelyardError(
    'conflict',
    `${fileName(entities)} has a column \`${double.column}\` already, as ${double.reference} would be called.`,
    {
      place: { file: fileName(entities), key: double.column },
      fix: 'Ask for full names (`full_names: true`), or rename the column of the file.',
      data: { column: double.column },
    },
  );
}
