import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digest, newPipelineRunId, newRunId } from '../../../engine/ids';
import type { GateReport, GateVerdict } from '../../../engine/protocol/gates';
import type { Digest } from '../../../engine/protocol/ids';
import type { EngineStepContext, StepInput } from '../../../engine/protocol/jobs';
import type { ModelVersion } from '../../../engine/protocol/registry';
import type { RegisteredRun } from '../../../engine/registry/registerStep';
import { createRegisterStep } from '../../../engine/registry/registerStep';
import type { NewVersion } from '../../../engine/registry/service';
import { temporaryFolder } from '../../support/store';

const of = (letter: string) => digest(letter.repeat(64));
const report = (verdict: GateVerdict): GateReport => ({
  model: 'credit',
  stage: 'staging',
  verdict,
  judgedAt: 5,
  results: [{ index: 0, rule: 'auc ≥ 0.8', verdict, sentence: `auc is ${verdict}.` }],
});

const aVersion = (stageOf: string): ModelVersion => ({
  ...{ model: 'credit', version: 4, stage: stageOf, createdAt: 5, updatedAt: 5, createdBy: 'ada', source: '' },
  ...{ artifactPath: 'model', description: '', metrics: {}, lineage: { datasets: [] }, tags: {} },
});

/** A registry that lets versions into `staging`, or not. */
function stage(verdict: GateVerdict, run: Partial<RegisteredRun> = {}, same?: ModelVersion) {
  const registered: NewVersion[] = [];
  const judged: ModelVersion[] = [];
  const retested: (readonly [number, Digest])[] = [];
  const asked: (string | undefined)[] = [];
  let version = same ?? aVersion('dev');
  const step = createRegisterStep({
    registry: {
      versionOf: () => Promise.resolve(same),
      retested: (one, tests) => {
        retested.push([one.version, tests]);
        return { ...one, lineage: { ...one.lineage, testsDigest: tests } };
      },
      stages: { first: () => Promise.resolve('dev') },
      register: input => {
        registered.push(input);
        version = {
          ...input,
          version: 4,
          stage: 'dev',
          createdAt: 5,
          updatedAt: 5,
          createdBy: 'ada',
          source: '',
          tags: {},
        };
        return Promise.resolve(version);
      },
      promote: ({ to }) => {
        const promoted = verdict === 'passed' || verdict === 'warned';
        const at = promoted ? { ...version, stage: to } : version;
        return Promise.resolve({ promoted, version: at, from: 'dev', to, gates: report(verdict) });
      },
      judgeAll: one => {
        judged.push(one);
        return Promise.resolve([]);
      },
    },
    run: () => ({
      startedAt: 1,
      metrics: { auc: 0.79 },
      gitCommit: 'abc',
      gitDirty: true,
      model: { artifactPath: 'model', digest: of('e') },
      ...run,
    }),
    evaluation: ({ needed }) => {
      asked.push(needed);
      return Promise.resolve(needed === undefined ? undefined : of('f'));
    },
    tests: ({ needed }) => Promise.resolve(needed === undefined ? undefined : of('9')),
  });
  return { step, registered, judged, asked, retested };
}

function context(inputs: readonly StepInput[] = [{ kind: 'evaluation', step: 'evaluate', path: '/e.json' }]) {
  const surroundings: EngineStepContext = {
    runId: newRunId(),
    pipelineRunId: newPipelineRunId(),
    pipeline: 'train',
    configDigest: of('c'),
    inputs,
    datasets: [{ name: 'applications', digest: of('d') }],
    workDir: temporaryFolder(),
    signal: new AbortController().signal,
    log: () => undefined,
  };
  return surroundings;
}

test('a version knows its run, data, config, commit, model and evaluation', async () => {
  const { step, registered, judged, asked } = stage('passed');
  const at = context();
  const done = await step({ model: 'credit', stage: 'staging' }, at);
  expect(registered).toMatchObject([
    {
      runId: at.runId,
      artifactPath: 'model',
      metrics: { auc: 0.79 },
      lineage: {
        pipeline: 'train',
        configDigest: of('c'),
        gitCommit: 'abc',
        gitDirty: true,
        datasets: [{ name: 'applications', digest: of('d') }],
        modelDigest: of('e'),
        evaluationDigest: of('f'),
      },
    },
  ]);
  expect(asked).toEqual(['/e.json']);
  expect(judged).toMatchObject([{ version: 4, stage: 'staging' }]);
  expect(done).toMatchObject({
    summary: 'credit version 4 in staging',
    tags: { 'modelyard.model': 'credit', 'modelyard.modelVersion': '4' },
  });
  expect(done.error).toBeUndefined();
  expect(JSON.parse(readFileSync(path.join(at.workDir, 'version.json'), 'utf8'))).toMatchObject({ stage: 'staging' });
});

test.each(['failed', 'unknown'] as const)('gates that are %s keep it where it is, and say why', async verdict => {
  const { step, judged } = stage(verdict);
  const done = await step({ model: 'credit', stage: 'staging' }, context());
  expect(done).toMatchObject({
    summary: 'credit version 4 in dev',
    outputs: [{ kind: 'model-version', path: 'version.json' }],
    error: {
      code: 'gate.failed',
      message: `Version 4 is registered, but the gates of staging keep it in dev: auc is ${verdict}.`,
    },
  });
  expect(judged).toMatchObject([{ version: 4, stage: 'dev' }]);
});

test('without an evaluation none is remembered; without a model there is nothing to register', async () => {
  const { step, registered } = stage('passed');
  await step({ model: 'credit' }, context([]));
  expect(registered[0]!.lineage).not.toHaveProperty('evaluationDigest');
  const none = stage('passed', { model: undefined });
  await expect(none.step({ model: 'credit' }, context())).rejects.toThrow('The run has no model to register.');
  expect(none.registered).toEqual([]);
});

test.each([
  ['dev', 'credit version 4 as before, in staging', 'staging'],
  ['staging', 'credit version 4 as before, in staging', 'staging'],
  ['production', 'credit version 4 as before, in production', 'production'],
])('the same model of the same evaluation is no second version; one in %s', async (at, summary, then) => {
  const { step, registered, judged } = stage('passed', {}, aVersion(at));
  const done = await step({ model: 'credit', stage: 'staging' }, context());
  expect(registered).toEqual([]);
  expect(done).toMatchObject({ summary, tags: { 'modelyard.modelVersion': '4' } });
  expect(judged).toMatchObject([{ version: 4, stage: then }]);
});

test('a version is registered with its tests; the same model that was tested again keeps its version and has the new ones', async () => {
  const inputs: StepInput[] = [
    { kind: 'evaluation', step: 'evaluate', path: '/e.json' },
    { kind: 'model-tests', step: 'test', path: '/t.json' },
  ];
  const first = stage('passed');
  await first.step({ model: 'credit' }, context(inputs));
  expect(first.registered[0]?.lineage.testsDigest).toBe(of('9'));
  expect(first.retested).toEqual([]);
  const again = stage('passed', {}, aVersion('dev'));
  await again.step({ model: 'credit' }, context(inputs));
  expect(again.registered).toEqual([]);
  expect(again.retested).toEqual([[4, of('9')]]);
  expect(again.judged[0]?.lineage.testsDigest).toBe(of('9'));
});
