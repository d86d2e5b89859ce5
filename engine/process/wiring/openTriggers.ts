import { suggest } from '../../config/suggest';
import { dataStamp, hashData } from '../../dataFiles';
import { pipelineRunId } from '../../ids';
import type { PipelineRunId, RunId } from '../../protocol/ids';
import type { TriggerEvent } from '../../protocol/triggers';
import type { PipelineService } from '../../pipelines/service';
import type { RegistryService } from '../../registry/service';
import type { Database } from '../../store/database';
import type { TrackingService } from '../../tracking/service';
import { TriggerService } from '../../triggers/service';
import { mostFiles } from '../../triggers/looks';
import type { TriggerPorts } from '../../triggers/ports';
import type { Hold } from '../lifetime';
import type { Log } from '../log';
import { driftPort } from './driftPort';
import type { CompareVersions } from './driftPort';
import { findFiles } from './findFiles';

export interface TriggerRooms {
  readonly db: Database;
  readonly workspace: string;
  readonly config: TriggerPorts['config'];
  readonly pipelines: PipelineService;
  readonly registry: RegistryService;
  readonly tracking: TrackingService;
  readonly compare: CompareVersions;
  /** Another number when a registered model has changed. */
  readonly modelChanges: () => number;
  readonly happened: (event: TriggerEvent) => void;
  readonly busy: () => Hold;
  readonly log: Log;
}

/** A run that a trigger has started is nobody's to cancel but by its name. */
const never = new AbortController().signal;

/** Triggers over the clock, the workspace's files and the registry. */
export function openTriggers(rooms: TriggerRooms): TriggerService {
  const { db, workspace, config, pipelines, registry, tracking, happened, busy, log } = rooms;
  return new TriggerService({
    db,
    workspace,
    ports: {
      config,
      pipelines: {
        run: request => pipelines.run(request, () => undefined, never),
        running: () => pipelines.running(),
        recent: limit => pipelines.search({ limit }),
      },
      files: {
        stamp: file => dataStamp({ path: file }),
        digest: (file, signal) => hashData({ path: file }, signal),
        find: (patterns, signal) => findFiles(workspace, { patterns, most: mostFiles }, signal),
      },
      models: {
        lastMove: model => registry.lastMove(model),
        moves: (model, after) => registry.movesAfter(model, after),
      },
      metrics: {
        changes: () => tracking.changes,
        begin: query => tracking.newPoints.begin(query),
        since: (query, cursor) => tracking.newPoints.since(query, cursor),
        keys: experiment => tracking.newPoints.keys(experiment),
      },
      drift: driftPort({ registry, compare: rooms.compare, changes: rooms.modelChanges }),
      meant: suggest,
      pipelineRunOf: runId => pipelineRunOf(tracking, runId),
      happened,
      busy,
      failed: (what, error) => log.error(what, error),
    },
  });
}

function pipelineRunOf(tracking: TrackingService, runId: RunId): PipelineRunId | undefined {
  const text = tracking.getRun(runId).tags['modelyard.pipelineRun'];
  return text !== undefined && /^[0-9a-f]{32}$/.test(text) ? pipelineRunId(text) : undefined;
}
