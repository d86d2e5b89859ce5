import type { GroupQuery } from '../../engine/protocol/runTable';
import type { Experiment } from '../../engine/protocol/tracking';
import type { RunColumn } from './columns';
import type { Layout } from './layout';
import type { TableQuery } from './runsModel';

export interface TableState {
  readonly layout: Pick<Layout, 'sorts' | 'groupBy'>;
  readonly columns: readonly RunColumn[];
  readonly experiment: Experiment | undefined;
  readonly isDeleted: boolean;
  readonly filter: string;
  /** Metrics that are shown. */
  readonly metrics: readonly string[];
}

/** What the engine is asked, as the table stands. */
export function tableQuery({ layout, columns, experiment, isDeleted, filter, metrics }: TableState): TableQuery {
  const orderBy = layout.sorts.map(({ column, descending }) => {
    const by = columns.find(({ id }) => id === column)?.orderBy ?? orderOf(column);
    return `${by} ${descending ? 'DESC' : 'ASC'}`;
  });
  return {
    filter,
    lifecycle: isDeleted ? 'deleted' : 'active',
    orderBy: [...new Map(orderBy.map(text => [text.replace(/ (?:ASC|DESC)$/, ''), text])).values()],
    groupBy: layout.groupBy,
    groupSort: groupSort(layout),
    metrics: metrics.slice(0, 100),
    ...(experiment && { experimentIds: [experiment.id] }),
  };
}

/** Groups follow the first order of the table as far as they can: by a mean, by their newest run, else by their value. */
function groupSort({ sorts, groupBy }: Pick<Layout, 'sorts' | 'groupBy'>): Pick<GroupQuery, 'sort' | 'descending'> {
  const [first] = sorts;
  if (!first) return {};
  const { column, descending } = first;
  if (column.startsWith('metrics.')) return { sort: { metric: column.slice('metrics.'.length) }, descending };
  if (column === 'attributes.started') return { sort: 'newest', descending };
  const isGroup = groupBy.some(by => by.replaceAll('`', '') === column);
  return { sort: 'value', descending: isGroup && descending };
}

/** Before any run is known, the sort that was kept has to be made from the column's id. */
function orderOf(id: string): string {
  if (id === 'attributes.run_name') return id;
  const at = id.indexOf('.');
  const group = id.slice(0, at);
  if (group !== 'attributes') return `${group}.\`${id.slice(at + 1).replaceAll('`', '``')}\``;
  const known: Readonly<Record<string, string>> = {
    'attributes.status': 'attributes.status',
    'attributes.user': 'attributes.user_id',
    'attributes.pipeline': 'tags.`modelyard.pipeline`',
    'attributes.commit': 'tags.`mlflow.source.git.commit`',
  };
  return known[id] ?? 'attributes.start_time';
}
