import { APPLICATION_ID, judgeOwner } from './header';
import type { Database } from './database';
import { corrupt } from './failures';
import initial from './migrations/0001_initial.sql';
import tracking from './migrations/0002_tracking.sql';
import registry from './migrations/0003_registry.sql';
import loggedModels from './migrations/0004_logged_models.sql';
import transfer from './migrations/0005_transfer.sql';
import datasetVersions from './migrations/0006_dataset_versions.sql';
import inputOrder from './migrations/0007_input_order.sql';
import pointLead from './migrations/0008_point_lead.sql';
import studies from './migrations/0009_studies.sql';
import stepCache from './migrations/0010_step_cache.sql';
import triggers from './migrations/0011_triggers.sql';
import stepAttempts from './migrations/0012_step_attempts.sql';
import stepResources from './migrations/0013_step_resources.sql';
import partitions from './migrations/0014_partitions.sql';
import registryMoves from './migrations/0015_registry_moves.sql';
import lineage from './migrations/0016_lineage.sql';
import modelScan from './migrations/0017_model_scan.sql';
import serving from './migrations/0018_serving.sql';
import dataChecks from './migrations/0019_data_checks.sql';
import modelSignature from './migrations/0020_model_signature.sql';
import lastFindings from './migrations/0021_last_findings.sql';
import features from './migrations/0022_features.sql';
import onlineFeatures from './migrations/0023_online_features.sql';
import keptOrder from './migrations/0024_kept_order.sql';
import sourceStamp from './migrations/0025_source_stamp.sql';
import featurePushes from './migrations/0026_feature_pushes.sql';
import { integer, text } from './row';

/** Forward only: number n takes the schema from version n - 1 to n. A released one is never edited. */
export const migrations: readonly string[] = [
  initial,
  tracking,
  registry,
  loggedModels,
  transfer,
  datasetVersions,
  inputOrder,
  pointLead,
  studies,
  stepCache,
  triggers,
  stepAttempts,
  stepResources,
  partitions,
  registryMoves,
  lineage,
  modelScan,
  serving,
  dataChecks,
  modelSignature,
  lastFindings,
  features,
  onlineFeatures,
  keptOrder,
  sourceStamp,
  featurePushes,
];

/** Brings a database to the newest schema. Each step is one transaction, with its version number. */
export function migrate(db: Database, file: string, steps: readonly string[] = migrations): number {
  const version = versionOf(db);
  const tables = integer(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() ?? {}, 'n');
  const application = integer(db.prepare('PRAGMA application_id').get() ?? {}, 'application_id');
  judgeOwner({ file, application, version, isEmpty: tables === 0 }, steps.length);
  if (version === steps.length) return version;
  db.exec('PRAGMA foreign_keys = OFF'); // so that a step can rebuild a table
  try {
    for (const [index, step] of steps.entries()) if (index >= version) apply(db, { file, step, number: index + 1 });
  } finally {
    db.exec('PRAGMA foreign_keys = ON');
  }
  return steps.length;
}

function apply(db: Database, migration: { file: string; step: string; number: number }): void {
  db.transaction(() => {
    db.exec(migration.step);
    const [broken] = db.prepare('PRAGMA foreign_key_check').all();
    if (broken) throw corrupt(migration.file, `the table ${text(broken, 'table')} refers to rows that do not exist`);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migration.number}`);
  });
}

export const versionOf = (db: Database): number =>
  integer(db.prepare('PRAGMA user_version').get() ?? {}, 'user_version');
