import { expect, test } from 'vitest';
import { digest, pipelineRunId, runId } from '../../engine/ids';
import type { PipelineRun, StepRun } from '../../engine/protocol/pipelines';
import { lastStep, withRun } from '../../src/editor/recentRuns';

const run = (startedAt: number, steps: Record<string, StepRun['status']>): PipelineRun => ({
  id: pipelineRunId(String(startedAt).repeat(32)),
  pipeline: 'p',
  status: 'succeeded',
  startedAt,
  runId: runId('a'.repeat(32)),
  configDigest: digest('b'.repeat(64)),
  steps: Object.entries(steps).map(([name, status]) => ({ name, uses: 'run', needs: [], status, logSize: 0 })),
});

test('of a matrix the step that tells most stands for all, in the newest run that has some', () => {
  const first = run(1, {
    split: 'succeeded',
    'train (C=1)': 'succeeded',
    'train (C=2)': 'failed',
    'train (C=3)': 'skipped',
  });
  const second = run(2, { 'train (C=3)': 'succeeded' });
  expect(lastStep([first], 'train')?.step.name).toBe('train (C=2)');
  expect(lastStep([first], 'train (C=1)')?.step.status).toBe('succeeded');
  expect(lastStep([first], 'trai')).toBeUndefined();
  const both = withRun([first], second);
  expect(lastStep(both, 'train')?.step.name).toBe('train (C=3)');
  expect(lastStep(both, 'split')?.run).toBe(first);
});
