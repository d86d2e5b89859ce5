import { expect, test } from 'vitest';
import { RunLogger } from '../../../../engine/pipelines/run/runLogger';
import { runTracking } from '../../../../engine/process/wiring/runTracking';
import type { StepConfig } from '../../../../engine/protocol/workspaceConfig';
import { TrackingService } from '../../../../engine/tracking/service';
import { command } from '../../../support/pipelineWorld';
import { openTestStore } from '../../../support/store';

test('a sign of life, and a tag, of all runs of a matrix is one commit', async () => {
  const store = await openTestStore();
  let now = 1000;
  const events = { runsChanged: () => undefined, points: () => undefined };
  const tracking = new TrackingService({ store, events, now: () => now });
  const port = runTracking(tracking, 'tester');
  const names = Array.from({ length: 5 }, (_, i) => `a (i=${i})`);
  const steps: Record<string, StepConfig> = Object.fromEntries(
    names.map((name, i) => [name, { ...command('true'), matrix: { step: 'a', values: { i } } }]),
  );
  const runId = port.createRun({ experimentId: tracking.ensureExperiment('e').id, tags: {} });
  const config = {
    name: 'e',
    datasets: {},
    models: {},
    tracking: { system_metrics: false },
    pipelines: { p: { steps } },
  };
  const together = (work: () => void): void => store.db.transaction(work);
  const logger = new RunLogger({ runId, tags: {}, pipeline: 'p', steps, config, tracking: port, together });
  const runs = [runId, ...names.map(name => logger.runOf(name))];
  expect(new Set(runs).size).toBe(6);
  let commits = 0;
  store.db.onCommit(() => commits++);
  now = 5000;
  logger.heartbeat();
  expect(commits).toBe(1);
  logger.tag({ where: 'here' });
  expect(commits).toBe(2);
  expect(store.db.prepare('SELECT count(*) AS alive FROM run WHERE heartbeat_at = 5000').get()).toEqual({ alive: 6 });
  for (const id of runs) {
    expect(tracking.getRun(id).tags).toMatchObject({ where: 'here' });
  }
});
