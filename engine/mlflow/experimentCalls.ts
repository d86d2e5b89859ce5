import { wrongValue } from './failures';
import type { Fields } from './fields';
import type { Tracking } from './ports';
import { renderExperiment } from './render';
import type { Call, Calls } from './routes';

const VIEWS = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const;
const LIFECYCLES = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'deleted', ALL: 'all' } as const;

export const lifecycleOf = (fields: Fields, name: string): 'active' | 'deleted' | 'all' =>
  LIFECYCLES[fields.enumeration(name, VIEWS) ?? 'ACTIVE_ONLY'];

/** A number of results between 1 and 50,000. */
export function maxResults(fields: Fields, fallback: number): number {
  const value = fields.optionalInteger('max_results') ?? fallback;
  if (value < 1) throw wrongValue('max_results', value, `It must be a positive integer, but got ${value}`);
  if (value > 50_000) throw wrongValue('max_results', value, `It must be at most 50000, but got ${value}`);
  return value;
}

export const pairsOf = (list: readonly Fields[], cut: (value: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map(pair => [pair.text('key'), cut(pair.optionalText('value') ?? '')]));

/** `experiments/…`. A wished `artifact_location` is not followed: artifacts stay in the workspace. */
export function experimentCalls(tracking: Tracking): Calls {
  const search: Call = fields => {
    const filter = fields.optionalText('filter');
    const pageToken = fields.optionalText('page_token');
    const found = tracking.searchExperiments({
      limit: maxResults(fields, 0),
      lifecycle: lifecycleOf(fields, 'view_type'),
      orderBy: fields.texts('order_by'),
      ...(filter !== undefined && { filter }),
      ...(pageToken !== undefined && pageToken !== '' && { pageToken }),
    });
    return {
      experiments: found.experiments.length > 0 ? found.experiments.map(renderExperiment) : undefined,
      next_page_token: found.nextPageToken,
    };
  };
  return {
    'POST experiments/create': fields => {
      const tags = pairsOf(fields.list('tags'), value => value);
      return { experiment_id: tracking.createExperiment(fields.text('name'), tags).id };
    },
    'GET experiments/get': fields => ({ experiment: renderExperiment(tracking.getExperiment(fields.experimentId())) }),
    'GET experiments/get-by-name': fields => ({
      experiment: renderExperiment(tracking.experimentByName(fields.text('experiment_name'))),
    }),
    'POST experiments/search': search,
    'GET experiments/search': search,
    'POST experiments/update': fields => {
      const name = fields.optionalText('new_name');
      if (name !== undefined && name !== '') tracking.renameExperiment(fields.experimentId(), name);
      return {};
    },
    'POST experiments/delete': fields => {
      tracking.deleteExperiment(fields.experimentId());
      return {};
    },
    'POST experiments/restore': fields => {
      tracking.restoreExperiment(fields.experimentId());
      return {};
    },
    'POST experiments/set-experiment-tag': fields => {
      tracking.setExperimentTag(fields.experimentId(), fields.text('key'), fields.optionalText('value') ?? '');
      return {};
    },
    'POST experiments/delete-experiment-tag': fields => {
      tracking.deleteExperimentTag(fields.experimentId(), fields.text('key'));
      return {};
    },
  };
}
