import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ServingService } from '../../../engine/serving/service';
import { openTestRegistry } from '../../support/registry';
import { temporaryFolder } from '../../support/store';

/** Loads whatever it is told to. */
const server = `process.on('message', message => process.send(
  message.type === 'load' ? { type: 'loaded', version: message.version, memory: 1 } : { type: 'listening', url: 'http://127.0.0.1:1' }));`;

/** Models `m` with two versions; `files`: what is put into the folder of a version. */
async function world(files: (it: World, version: number, folder: string) => Promise<void>): Promise<World> {
  const { registry, models, register, store } = await openTestRegistry();
  models['m'] = { stages: ['dev', 'live'], gates: {} };
  await register('m');
  await register('m');
  const folder = temporaryFolder();
  const serverFile = path.join(folder, 'server.cjs');
  writeFileSync(serverFile, server);
  const it: World = {
    promote: version => registry.promote({ name: 'm', version, to: 'live', reason: '' }),
    serving: new ServingService({
      ...{ db: store.db, serverFile, workspace: folder, folder: path.join(folder, 'served'), newToken: () => 'token' },
      lookup: () => Promise.reject(new Error('is not asked')),
      model: name => registry.get(name),
      files: (_, version, to) => files(it, version, to),
      exported: () => Promise.reject(new Error('is not asked')),
      example: () => Promise.reject(new Error('is not asked')),
      busy: () => ({ release: () => undefined }),
      changed: () => undefined,
      tested: () => Promise.resolve(),
    }),
  };
  onTestFinished(() => it.serving.close());
  return it;
}
interface World {
  readonly serving: ServingService;
  readonly promote: (version: number) => Promise<unknown>;
}

test('whoever is promoted while a model is being loaded answers at the stage', async () => {
  const { serving, promote } = await world(async (it, version) => {
    if (version === 1) await it.promote(2).then(() => it.serving.follow('m'));
  });
  await promote(1);
  expect(await serving.start({ model: 'm', at: 'live' })).toMatchObject({ version: 2 });
});

test('a version that cannot be served takes no files of others with it', async () => {
  const { serving } = await world(async (it, version, folder) => {
    if (version === 2) throw new Error('no files');
    await expect(it.serving.start({ model: 'm', at: '2' })).rejects.toThrow('no files');
    writeFileSync(path.join(folder, 'model.txt'), 'a model');
  });
  expect(await serving.start({ model: 'm', at: '1' })).toMatchObject({ version: 1 });
});
