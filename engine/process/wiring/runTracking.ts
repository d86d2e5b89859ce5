import { isDigest } from '../../ids';
import type { RunTracking } from '../../pipelines/ports';
import { filesBelow } from './registeredRun';
import type { TrackingService } from '../../tracking/service';

/** Tracking as pipelines log to it: runs of this user, with a promised heartbeat. */
export const runTracking = (tracking: TrackingService, user: string): RunTracking => ({
  ensureExperiment: name => tracking.ensureExperiment(name),
  createRun: run => tracking.createRun({ ...run, user, heartbeat: true }).id,
  endRun: (runId, status) => tracking.endRun(runId, status),
  heartbeat: runId => tracking.heartbeat(runId),
  logParams: (runId, params) => tracking.logParams(runId, params),
  setTags: (runId, tags) => tracking.setTags(runId, tags),
  tags: runId => tracking.getRun(runId).tags,
  logMetrics: (runId, points) => tracking.logMetrics(runId, points),
  inputs: runId =>
    // An MLflow client names digests of its own making.
    tracking.record(runId).inputs.flatMap(({ dataset, digest }) => (isDigest(digest) ? [{ dataset, digest }] : [])),
  metrics: runId => {
    const found = Object.entries(tracking.getRun(runId).metrics);
    return Object.fromEntries(found.map(([key, { value }]) => [key, value]));
  },
  contents: runId => {
    const { params, metrics } = tracking.getRun(runId);
    return new Map([
      ...Object.entries(params).map(([key, value]) => [`param ${key}`, value] as const),
      ...Object.entries(metrics).map(([key, { step, value }]) => [`metric ${key}`, `${step} ${value}`] as const),
      ...filesBelow(tracking, runId, '').map(file => [`artifact ${file.path}`, file.digest ?? ''] as const),
    ]);
  },
  logInputs: (runId, inputs) => tracking.logInputs(runId, inputs),
  logArtifact: (runId, path, file) => tracking.logArtifact(runId, path, file),
});
