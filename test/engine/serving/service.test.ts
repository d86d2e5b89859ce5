import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ServingService } from '../../../engine/serving/service';
import { openTestRegistry } from '../../support/registry';
import { temporaryFolder } from '../../support/store';

/** Loads whatever it is told to. */
const server = `process.on('message', message => process.send(
  message.type === 'load' ? { type: 'loaded', version: message.version, memory: 1 } : { type: 'listening', url: 'http://127.0.0.1:1' }));`;

test('whoever is promoted while a model is being loaded answers at the stage', async () => {
  const { registry, models, register, store } = await openTestRegistry();
  models['m'] = { stages: ['dev', 'live'], gates: {} };
  await register('m');
  await register('m');
  const promote = (version: number) => registry.promote({ name: 'm', version, to: 'live', reason: '' });
  await promote(1);
  const folder = temporaryFolder();
  const serverFile = path.join(folder, 'server.cjs');
  writeFileSync(serverFile, server);
  const serving = new ServingService({
    ...{ db: store.db, serverFile, workspace: folder, folder: path.join(folder, 'served'), newToken: () => 'token' },
    lookup: () => Promise.reject(new Error('is not asked')),
    model: name => registry.get(name),
    files: async (_model, version) => {
      if (version === 1) await promote(2).then(() => serving.follow('m'));
    },
    exported: () => Promise.reject(new Error('is not asked')),
    example: () => Promise.reject(new Error('is not asked')),
    busy: () => ({ release: () => undefined }),
    changed: () => undefined,
    tested: () => Promise.resolve(),
  });
  onTestFinished(() => serving.close());
  expect(await serving.start({ model: 'm', at: 'live' })).toMatchObject({ version: 2 });
});
