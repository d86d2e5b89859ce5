import { artifactLocation } from './artifactLocation';
import { asExperimentIds } from './fields';
import type { Fields } from './fields';
import { invalid } from './failures';
import { checkKey, checkLength, tagPlace } from './names';
import type { Tracking } from './ports';
import { renderExperiment } from './render';
import type { Call, Calls } from './routes';

const VIEWS = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const;
const LIFECYCLES = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'deleted', ALL: 'all' } as const;
const MAX_RESULTS = 50_000;
const MAX_NAME = 500;
const MAX_TAG = 20_000;
const MAX_EXPERIMENTS = 20;
const MAX_DATASETS = 1_000;

export const lifecycleOf = (fields: Fields, name: string): 'active' | 'deleted' | 'all' =>
  LIFECYCLES[fields.enumeration(name, VIEWS) ?? 'ACTIVE_ONLY'];

/** A number of results between 1 and 50,000. */
export function maxResults(fields: Fields, fallback: number): number {
  const value = fields.optionalInteger('max_results') ?? fallback;
  const problem = value < 1 ? 'a positive integer' : value > MAX_RESULTS ? `at most ${MAX_RESULTS}` : undefined;
  if (problem !== undefined)
    throw invalid(`Invalid value ${value} for parameter 'max_results' supplied. It must be ${problem}`);
  return value;
}

/** What every search says of itself. */
export function searchOf(fields: Fields): { filter?: string; pageToken?: string; orderBy: readonly string[] } {
  const filter = fields.optionalText('filter');
  const pageToken = fields.optionalText('page_token');
  return {
    orderBy: fields.texts('order_by'),
    ...(filter !== undefined && { filter }),
    ...(pageToken !== undefined && pageToken !== '' && { pageToken }),
  };
}

/** `experiments/…`. `folder`: below it is what a client names by a relative path. */
export function experimentCalls(tracking: Tracking, folder: string): Calls {
  return { ...changeCalls(tracking, folder), ...readCalls(tracking) };
}

function changeCalls(tracking: Tracking, folder: string): Calls {
  return {
    'POST experiments/create': fields => {
      const name = fields.text('name');
      const location = fields.optionalText('artifact_location');
      const tags = fields.list('tags').map(tag => readTag(tag));
      checkLength('name', name, MAX_NAME);
      const place = location === undefined || location === '' ? undefined : artifactLocation(location, folder);
      return { experiment_id: tracking.createExperiment(name, Object.fromEntries(tags), place).id };
    },
    'POST experiments/update': fields => {
      const id = fields.experimentId();
      const name = fields.text('new_name');
      checkLength('name', name, MAX_NAME);
      tracking.renameExperiment(id, name);
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
      const id = fields.experimentId();
      tracking.setExperimentTag(id, ...readTag(fields));
      return {};
    },
    'POST experiments/delete-experiment-tag': fields => {
      tracking.deleteExperimentTag(fields.experimentId(), fields.text('key'));
      return {};
    },
  };
}

function readCalls(tracking: Tracking): Calls {
  const search: Call = fields => {
    const found = tracking.searchExperiments({
      limit: maxResults(fields, 0),
      lifecycle: lifecycleOf(fields, 'view_type'),
      ...searchOf(fields),
    });
    return {
      experiments: found.experiments.length > 0 ? found.experiments.map(renderExperiment) : undefined,
      next_page_token: found.nextPageToken,
    };
  };
  return {
    'GET experiments/get': fields => ({ experiment: renderExperiment(tracking.getExperiment(fields.experimentId())) }),
    'GET experiments/get-by-name': fields => ({
      experiment: renderExperiment(tracking.experimentByName(fields.text('experiment_name'))),
    }),
    'POST experiments/search': search,
    'GET experiments/search': search,
    'POST experiments/search-datasets': fields => {
      const ids = fields.texts('experiment_ids');
      if (ids.length === 0) throw invalid('SearchDatasets request must specify at least one experiment_id.');
      if (ids.length > MAX_EXPERIMENTS)
        throw invalid(
          `SearchDatasets request cannot specify more than ${MAX_EXPERIMENTS} experiment_ids. ` +
            `Received ${ids.length} experiment_ids.`,
        );
      const found = tracking.searchDatasets(asExperimentIds(ids), MAX_DATASETS);
      const summaries = found.map(({ experimentId, dataset, digest, context }) => ({
        experiment_id: experimentId,
        name: dataset,
        digest,
        context: context === '' ? undefined : context,
      }));
      return { dataset_summaries: summaries.length > 0 ? summaries : undefined };
    },
  };
}

function readTag(fields: Fields): readonly [string, string] {
  const key = fields.text('key');
  const value = fields.optionalText('value') ?? '';
  checkKey(key, { ...tagPlace(), label: 'key' });
  checkLength('value', value, MAX_TAG);
  return [key, value];
}
