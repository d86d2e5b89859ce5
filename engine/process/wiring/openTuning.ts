import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { options } from '../../config/grammar/steps/train';
import { ModelyardError } from '../../errors';
import type { StudyId } from '../../protocol/ids';
import type { TrainOptions, TunedOptions } from '../../protocol/steps/learners';
import type { Database } from '../../store/database';
import type { TrackingService } from '../../tracking/service';
import type { EarlierQuery, EarlierRun, TrialTracking } from '../../tuning/ports';
import { TuningService } from '../../tuning/service';

export const openTuning = (rooms: {
  readonly db: Database;
  readonly tracking: TrackingService;
  readonly user: string;
  readonly changed: (study: StudyId) => void;
  /** Trials at a time; default: one a processor. */
  readonly workers?: number;
}): TuningService =>
  new TuningService({
    db: rooms.db,
    ...(rooms.workers !== undefined && { workers: rooms.workers }),
    ports: { tracking: trialTracking(rooms.tracking, rooms.user), trainOptions, changed: rooms.changed },
  });

const trialTracking = (tracking: TrackingService, user: string): TrialTracking => ({
  open: ({ parent, name, params, tags }) => {
    const { experimentId } = tracking.record(parent);
    const { id } = tracking.createRun({ experimentId, name, user, parentRunId: parent, tags, heartbeat: true });
    tracking.logParams(id, params);
    return id;
  },
  heartbeat: runId => tracking.heartbeat(runId),
  metrics: (runId, points) => tracking.logMetrics(runId, points),
  close: (runId, { status, tags }) => {
    tracking.setTags(runId, tags);
    tracking.endRun(runId, status);
  },
  best: query => bestRuns(tracking, query),
});

function bestRuns(tracking: TrackingService, query: EarlierQuery): readonly EarlierRun[] {
  const { learner, metric, maximize, limit } = query;
  const { runs } = tracking.search({
    filter: `params.learner = '${learner}' and attributes.status = 'FINISHED'`,
    orderBy: [`metrics.${metric} ${maximize ? 'DESC' : 'ASC'}`],
    limit,
  });
  return runs.flatMap(({ params, metrics }) => {
    const value = metrics[metric]?.value ?? Number.NaN;
    return Number.isNaN(value) ? [] : [{ params, value }];
  });
}

function trainOptions(written: unknown): TrainOptions {
  const parsed = v.safeParse(options, written, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const key = v.getDotPath(issue) ?? 'they';
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
  const said = isUnknown ? 'is none of them' : issue.message.replace(/^[a-z-]+\|/, '');
  throw new ModelyardError('config.invalid', `The learner cannot take these options: ${key} ${said}.`);
}

const tuning = v.object({ options: v.looseObject({ learner: v.string() }) });

/** What the output of a tune step has found best, with what the train step says of calibration. */
export async function readTuned(file: string, asked: TunedOptions): Promise<TrainOptions> {
  const found = v.parse(v.pipe(v.string(), v.parseJson(), tuning), await readFile(file, 'utf8'));
  return trainOptions({ ...asked, ...found.options });
}
