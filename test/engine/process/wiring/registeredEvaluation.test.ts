import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Digest } from '../../../../engine/protocol/ids';
import type { ModelVersion } from '../../../../engine/protocol/registry';
import { keepEvaluation, registeredEvaluation } from '../../../../engine/process/wiring/registeredEvaluation';
import { openTestTracking } from '../../../support/tracking';

const first = Buffer.from('{"first":1}');
const other = Buffer.from('{"other":2}');

async function rooms() {
  const { tracking, store, clock, newRun } = await openTestTracking();
  const id = newRun();
  const version = (evaluationDigest?: Digest): ModelVersion => ({
    model: 'credit',
    version: 3,
    runId: id,
    artifactPath: 'model',
    source: '',
    stage: 'dev',
    createdAt: clock.now,
    updatedAt: clock.now,
    createdBy: 'ada',
    description: '',
    metrics: {},
    lineage: {
      datasets: [],
      modelDigest: store.objects.put(Buffer.from('')),
      ...(evaluationDigest !== undefined && { evaluationDigest }),
    },
    tags: {},
  });
  const parts = { tracking, objects: store.objects };
  return { ...parts, parts, store, clock, id, version };
}

test('a version keeps its evaluation when its run logs another, or loses it, or is deleted', async () => {
  const { parts, tracking, clock, id, version } = await rooms();
  tracking.logArtifactBytes(id, 'evaluation.json', first);
  const made = version(await keepEvaluation(parts, { id, needed: undefined }));
  clock.now += 1_000;
  tracking.logArtifactBytes(id, 'evaluation.json', other);
  expect(registeredEvaluation(parts, made)).toEqual(first);
  tracking.deleteArtifact(id, 'evaluation.json');
  tracking.deleteRun(id);
  expect(registeredEvaluation(parts, made)).toEqual(first);
});

test('what the step needs counts, not what the run has logged last', async () => {
  const { parts, tracking, store, id } = await rooms();
  tracking.logArtifactBytes(id, 'evaluation.json', other);
  const needed = path.join(store.root, 'evaluation.json');
  writeFileSync(needed, first);
  const kept = await keepEvaluation(parts, { id, needed });
  expect(Buffer.from(store.objects.read(kept!))).toEqual(first);
});

test('a version that does not tell has the evaluation of its run, while nothing was logged over it', async () => {
  const { parts, tracking, clock, id, version } = await rooms();
  tracking.logArtifactBytes(id, 'evaluation.json', first);
  clock.now += 1_000;
  const made = version();
  expect(registeredEvaluation(parts, made)).toEqual(first);
  clock.now += 1_000;
  tracking.logArtifactBytes(id, 'evaluation.json', other);
  expect(() => registeredEvaluation(parts, made)).toThrow(
    expect.objectContaining({
      code: 'not-found',
      message:
        'The evaluation.json of run r-1 was logged after version 3 of credit was made, so its gates cannot be judged.',
      fix: expect.stringContaining('run the pipeline again'),
    }),
  );
});

test('a run without an evaluation gives none', async () => {
  const { parts, tracking, id, version } = await rooms();
  tracking.logArtifactBytes(id, 'evaluation.json/part', other); // a folder is no evaluation
  expect(await keepEvaluation(parts, { id, needed: undefined })).toBeUndefined();
  expect(() => registeredEvaluation(parts, version())).toThrow(
    'There is no evaluation of version 3 of credit, so its gates cannot be judged.',
  );
});
