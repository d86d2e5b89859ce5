import { expect, it } from 'vitest';
import { featureModels } from '../../../../../engine/process/wiring/features/featureModels';
import type { Endpoint } from '../../../../../engine/protocol/serving';
import { openTestRegistry } from '../../../../support/registry';

const use = { service: 'credit-risk', definition: 'd', features: [{ column: 'income', reference: 'loans@v2:income' }] };
const mlmodel = (metadata: unknown): Uint8Array =>
  Buffer.from(`flavors: {python_function: {}}\nmetadata: ${JSON.stringify(metadata)}\n`);

it('finds versions that say which features they take, and what serves them now', async () => {
  const { registry, tracking, store, register, create, newRun, models } = await openTestRegistry();
  models['credit'] = { stages: ['dev', 'production'], gates: {} };
  const [trained, plain, broken] = [newRun(), newRun(), newRun()];
  tracking.logArtifactBytes(trained, 'model/MLmodel', mlmodel({ modelyard_features: use }));
  tracking.logArtifactBytes(trained, 'model/other/MLmodel', mlmodel({}));
  tracking.logArtifactBytes(plain, 'model/MLmodel', mlmodel(null));
  tracking.logArtifactBytes(broken, 'model/MLmodel', Buffer.from('modelyard_features: [}'));
  await register('credit', trained);
  await register('credit', plain);
  await register('other', broken);
  await create('other');
  const served: Endpoint[] = [];
  const state = { changes: 0 };
  const find = featureModels({
    ...{ store, tracking, registry, modelChanges: () => state.changes },
    serving: { list: () => served },
  });
  const first = { model: 'credit', version: 1, stage: 'dev', service: 'credit-risk', features: ['loans@v2:income'] };
  expect(await find()).toStrictEqual([{ ...first, endpoints: [] }]);

  const endpoint = { id: 1, model: 'credit', url: 'http://127.0.0.1:1', startedAt: 0, requests: 0, errors: 0 };
  served.push({ ...endpoint, at: 'production', version: 1 }, { ...endpoint, at: '2', version: 2 });
  expect((await find())[0]?.endpoints).toStrictEqual(['credit@production']);

  await register('credit', trained);
  expect(await find()).toHaveLength(1); // until the registry says that a model has changed
  state.changes++;
  expect((await find()).map(({ version }) => version).toSorted()).toStrictEqual([1, 3]);
});
