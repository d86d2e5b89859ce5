import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digest, newPipelineRunId, runId } from '../../../../engine/ids';
import { RunState } from '../../../../engine/pipelines/run/runState';
import { StepReports, type StepReportsOptions } from '../../../../engine/pipelines/run/stepReports';
import type { PipelineRun } from '../../../../engine/protocol/pipelines';
import { temporaryFolder } from '../../../support/store';

const run = runId('a'.repeat(32));
const kept = digest('b'.repeat(64));

/** Reports of a run with one step `a`; `said` is what happens, in order. */
function reports(more: Partial<StepReportsOptions> = {}) {
  const said: string[] = [];
  const state = new RunState({
    ...{ id: newPipelineRunId(), pipeline: 'p', status: 'running', startedAt: 0, runId: run, configDigest: kept },
    steps: [{ name: 'a', uses: 'run', needs: [], status: 'running', logSize: 0 }],
  });
  const told: PipelineRun[] = [];
  const made = new StepReports({
    state,
    store: {
      updateStep: (_, step) => void said.push(`write ${step.status} ${step.message ?? ''} ${step.logSize}`),
      setLog: (_, name) => void said.push(`log of ${name}`),
      together: work => work(),
    },
    objects: { putFile: async file => ({ digest: kept, size: readFileSync(file).length }), path: () => '' },
    logger: { file: (_, name) => void said.push(`file ${name}`) },
    changed: (now, isCommitted) => (told.push(now), void said.push(isCommitted ? 'committed' : 'told')),
    ...more,
  });
  return { made, said, step: () => told.at(-1)?.steps[0] };
}
const logFile = (): string => path.join(temporaryFolder(), 'a.log');

test('a change of state is written down before it is told; what a step is doing is told only', () => {
  const { made, said, step } = reports();
  made.update('a', { status: 'running', message: 'begun' });
  made.open('a', logFile()).write('12345');
  made.progress('a', 'half', 0.5);
  expect(said).toEqual(['write running begun 0', 'committed', 'told']);
  expect(step()).toMatchObject({ message: 'half', progress: 0.5, logSize: 5 });
});

test('at its end the log is kept with the run, and is open no longer', async () => {
  const { made, said, step } = reports();
  const file = logFile();
  made.open('a', file).write('123');
  expect(made.openLog('a')).toBe(file);
  made.measured('a', { cpu: 1, memory: 10, isSampled: false });
  made.measured('a', { cpu: 2, memory: 5, isSampled: false });
  await made.ended('a', { status: 'succeeded', runId: run });
  expect(said).toEqual(['log of a', 'file logs/a.log', 'write succeeded  3', 'committed']);
  expect(step()).toMatchObject({ status: 'succeeded', logSize: 3, resources: { cpu: 3, memory: 10 } });
  expect(made.openLog('a')).toBeUndefined();
});

test('a log that cannot be kept is no failure, and can be read while the engine lives', async () => {
  const { made, said, step } = reports({
    objects: { putFile: () => Promise.reject(new Error('disk full')), path: () => '' },
  });
  const file = logFile();
  made.open('a', file).write('123');
  await made.ended('a', { status: 'failed', runId: run });
  expect(said).toEqual(['write failed  0', 'committed']);
  expect(step()?.status).toBe('failed');
  expect(made.openLog('a')).toBe(file);
});
