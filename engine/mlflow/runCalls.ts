import { experimentId } from '../ids';
import type { RunStatus } from '../protocol/tracking';
import { lifecycleOf, maxResults, searchOf } from './experimentCalls';
import { asExperimentIds } from './fields';
import type { Fields } from './fields';
import { wrongType } from './failures';
import { readNewTags } from './logCalls';
import { writeJson } from './json';
import { jsonList } from './jsonList';
import type { RunDocument, Tracking } from './ports';
import { renderNewRun, renderRun, renderRunInfo } from './render';
import type { Calls } from './routes';

/** In the order of their numbers, from 1. */
const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
const MAX_RUNS = 50_000;
const DEFAULT_EXPERIMENT = experimentId('0');

/** The life of runs: `runs/create`, `update`, `delete`, `restore`, `get` and `search`. */
export function runCalls(tracking: Tracking): Calls {
  return {
    'POST runs/create': fields => {
      fields.refuseOther();
      // as MLflow has it, a run of no experiment is one of the default experiment
      const isOfNone = (fields.optionalText('experiment_id') ?? '') === '';
      const startedAt = fields.optionalInteger('start_time');
      const name = fields.optionalText('run_name');
      const run = tracking.createDocument({
        experimentId: isOfNone ? DEFAULT_EXPERIMENT : fields.experimentId(),
        user: fields.optionalText('user_id') ?? '',
        tags: readNewTags(fields),
        ...(name !== undefined && name !== '' && { name }),
        ...(startedAt !== undefined && { startedAt }),
      });
      return { run: renderNewRun(run) };
    },
    'POST runs/update': fields => {
      const id = fields.runId();
      const status = fields.enumeration('status', STATUSES, { strict: true });
      const endedAt = fields.optionalInteger('end_time');
      const name = fields.optionalText('run_name');
      const info = tracking.updateInfo(id, {
        ...(status !== undefined && { status }),
        ...(endedAt !== undefined && { endedAt }),
        ...(name !== undefined && { name }),
      });
      return { run_info: renderRunInfo(info) };
    },
    'POST runs/delete': fields => {
      tracking.deleteRun(fields.runId());
      return {};
    },
    'POST runs/restore': fields => {
      tracking.restoreRun(fields.runId());
      return {};
    },
    'GET runs/get': fields => ({ run: renderRun(tracking.document(fields.runId())) }),
    'POST runs/search': fields => {
      const search = {
        experimentIds: asExperimentIds(fields.texts('experiment_ids')),
        limit: limitOf(fields),
        lifecycle: lifecycleOf(fields, 'run_view_type'),
        ...searchOf(fields),
      };
      const { texts, nextPageToken } = tracking.searchTexts(search, writeRun);
      return jsonList('runs', texts, { next_page_token: nextPageToken });
    },
  };
}

const writeRun = (run: RunDocument): string => writeJson(renderRun(run));

function limitOf(fields: Fields): number {
  const value = fields.optionalInteger('max_results');
  if (value !== undefined && value > MAX_RUNS) throw wrongType('max_results', value);
  return maxResults(fields, 1_000);
}
