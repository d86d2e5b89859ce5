import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { HttpRequest } from '../../../engine/http';
import { wholeBody } from '../../../engine/mlflow/requestBody';
import type { ExportTarget } from '../../../engine/protocol/transfer';
import { serve } from '../../support/httpServer';
import { MLMODEL } from '../../support/registries';
import { openTestRegistryApi } from '../../support/registryApi';
import { temporaryFolder } from '../../support/store';
import { openTestTransfer } from '../../support/transfer';

/** Two versions of runs of their own, the second of which may not leave. */
async function withOneHeldBack() {
  const held = new Set([2]);
  const t = await openTestTransfer({
    signing: {
      refusal: ({ version }) =>
        Promise.resolve(
          held.has(version) ? new ModelyardError('conflict', 'It is not signed.', { fix: 'Sign it.' }) : undefined,
        ),
    },
  });
  t.models['m'] = { stages: ['dev'], gates: {} };
  for (const secret of ['first', 'second']) {
    const runId = t.newRun();
    await t.register('m', runId);
    t.tracking.logArtifactBytes(runId, 'model/MLmodel', Buffer.from(`${MLMODEL}# ${secret}`));
    t.tracking.logArtifactBytes(runId, 'models.txt', Buffer.from(secret));
  }
  const to = (target: ExportTarget) =>
    t.transfer.export({ to: target, overwrite: true }, () => undefined, new AbortController().signal);
  return { t, held, to };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a bundle has nothing of a version that may not leave, and says so', async () => {
  const { t, held, to } = await withOneHeldBack();
  const file = path.join(temporaryFolder(), 'runs.tar.gz');
  expect(await to({ kind: 'bundle', file })).toMatchObject({
    runs: { exported: 2, broken: 0 },
    models: { exported: 1 },
    versions: { exported: 1, broken: 1 },
    problems: [
      {
        message: 'Model m, version 2, was left out with its files: It is not signed.',
        fix: 'Sign it.',
        run: t.registry.versions.get('m', 2).runId,
      },
    ],
  });
  const listed = (): string => execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).replaceAll('/', '');
  expect(listed()).toContain(digestOf(`${MLMODEL}# first`));
  expect(listed()).not.toContain(digestOf(`${MLMODEL}# second`));
  expect(listed()).toContain(digestOf('second')); // what else the run has goes along
  const other = await openTestTransfer();
  other.models['m'] = t.models['m']!;
  await other.import(file);
  expect((await other.registry.get('m')).versions).toMatchObject([{ version: 1 }]);
  // once it may, the same import brings it
  held.clear();
  expect(await to({ kind: 'bundle', file })).toMatchObject({ versions: { exported: 2, broken: 0 }, problems: [] });
  await other.import(file);
  expect((await other.registry.get('m')).versions).toMatchObject([{ version: 2 }, { version: 1 }]);
});

test('a version that shares the files of one that was left out goes without them', async () => {
  const { t, to } = await withOneHeldBack();
  await t.register('m', t.registry.versions.get('m', 2).runId);
  expect(await to({ kind: 'bundle', file: path.join(temporaryFolder(), 'runs.tar.gz') })).toMatchObject({
    versions: { exported: 2, broken: 1 },
    notes: ['Version 3 of m goes without its files: they are those of a version that was left out.'],
  });
});

test('an MLflow server gets it once it may leave', async () => {
  const { t, held, to } = await withOneHeldBack();
  const api = await openTestRegistryApi();
  api.models['m'] = { stages: ['dev'], gates: {} };
  const url = await serve(
    async (request: HttpRequest) =>
      (await api.handler({ ...request, body: await wholeBody(request) })) ?? { status: 404, headers: {}, body: '' },
  );
  const there = (): readonly string[] =>
    api.tracking.searchRecords({}).records.flatMap(({ id }) => api.tracking.artifacts(id, 'model').map(() => id));
  expect(await to({ kind: 'mlflow', url })).toMatchObject({ versions: { exported: 1, broken: 1 } });
  expect(there()).toHaveLength(1);
  expect((await api.registry.get('m')).versions).toHaveLength(1);
  held.clear();
  expect(await to({ kind: 'mlflow', url })).toMatchObject({ versions: { exported: 1, unchanged: 1 }, problems: [] });
  expect(there()).toHaveLength(2);
  expect(
    (await api.registry.get('m')).versions.map(({ runId }) => api.tracking.record(runId!).tags['modelyard.run_id']),
  ).toEqual([2, 1].map(number => t.registry.versions.get('m', number).runId));
});
