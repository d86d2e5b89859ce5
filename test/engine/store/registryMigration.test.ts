import path from 'node:path';
import { onTestFinished, test, expect } from 'vitest';
import { nodeFiles } from '../../../engine/store/hostFiles';
import { migrate, migrations } from '../../../engine/store/migrations';
import { openConnection } from '../../../engine/store/openConnection';
import { sqliteRuntime } from '../../../engine/store/sqlite/sharedRuntime';
import { temporaryFolder, wasmDir } from '../../support/store';

test('versions of before keep run, files, stage, tags and moves, and learn where their files are', async () => {
  const file = path.join(temporaryFolder(), 'old.db');
  const db = openConnection(await sqliteRuntime(wasmDir), { file, files: nodeFiles, cacheKiB: 1024 });
  onTestFinished(() => db.close());
  const registry = migrations.findIndex(sql => sql.includes('CREATE TABLE registered_model_alias'));
  migrate(db, file, migrations.slice(0, registry));
  db.exec(`
    INSERT INTO experiment (id, name, created_at, updated_at) VALUES (3, 'e', 1, 1);
    INSERT INTO run (id, uuid, experiment_id, name, status, user, started_at) VALUES (7, 'abc', 3, 'r', 'FINISHED', 'ann', 1);
    INSERT INTO registered_model (id, name, description, created_at, next_version) VALUES (1, 'm', 'd', 10, 3);
    INSERT INTO model_version VALUES (1, 2, 7, 'model', 'staging', 'x', 11, 'ann', '{"auc":0.8}', '{"datasets":[]}');
    INSERT INTO model_version_tag VALUES (1, 2, 'k', 'v');
    INSERT INTO stage_move (model_id, version, from_stage, to_stage, at, moved_by, reason) VALUES (1, 2, 'dev', 'staging', 12, 'ann', 'r');
  `);
  expect(migrate(db, file)).toBe(migrations.length);
  const source = 'mlflow-artifacts:/3/abc/artifacts/model';
  expect(db.prepare('SELECT * FROM model_version').get()).toMatchObject({
    ...{ model_id: 1, version: 2, run_id: 7, artifact_path: 'model', source, storage: source, stage: 'staging' },
    ...{ created_at: 11, updated_at: 12, status: 'READY', deleted_at: null, foreign_run: '' },
  });
  expect(db.prepare('SELECT * FROM registered_model').get()).toMatchObject({ updated_at: 10, next_version: 3 });
  expect(db.prepare('SELECT value FROM model_version_tag').all()).toEqual([{ value: 'v' }]);
  expect(db.prepare('SELECT to_stage FROM stage_move').all()).toEqual([{ to_stage: 'staging' }]);
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  expect(() => db.exec("INSERT INTO model_version_tag VALUES (1, 9, 'k', 'v')"), 'references hold').toThrow(
    'FOREIGN KEY',
  );
});
