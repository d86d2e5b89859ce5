import fs from 'node:fs';
import { ModelyardError } from '../errors';
import { digest } from '../ids';
import type { DatabaseCheck } from '../protocol/engine';
import type { Database } from './database';
import { versionOf } from './migrations';
import type { ObjectStore } from './objects';
import { text } from './row';

/** Reads the whole database for damage, broken references and artifacts whose content is gone. */
export function checkDatabase(db: Database, objects: ObjectStore, file: string): DatabaseCheck {
  const problems: string[] = [];
  let missingObjects = 0;
  try {
    problems.push(...damages(db), ...brokenReferences(db));
    missingObjects = countMissing(db, objects);
    if (missingObjects > 0)
      problems.push(
        `${missingObjects} ${missingObjects === 1 ? 'file is' : 'files are'} missing in ${objects.folder}.`,
      );
  } catch (error) {
    if (!(error instanceof ModelyardError)) throw error; // too damaged to be read to the end
    problems.push(error.message);
  }
  return {
    ok: problems.length === 0,
    problems,
    path: file,
    bytes: fs.statSync(file).size,
    schemaVersion: versionOf(db),
    missingObjects,
  };
}

const damages = (db: Database): readonly string[] =>
  db
    .prepare(`PRAGMA integrity_check(${LIMIT})`)
    .all()
    .map(row => text(row, 'integrity_check'))
    .filter(line => line !== 'ok');

function brokenReferences(db: Database): readonly string[] {
  const found: string[] = [];
  for (const row of db.prepare('PRAGMA foreign_key_check').iterate()) {
    found.push(`A row of ${text(row, 'table')} refers to a row of ${text(row, 'parent')} that does not exist.`);
    if (found.length >= LIMIT) break;
  }
  return found;
}

function countMissing(db: Database, objects: ObjectStore): number {
  let missing = 0;
  for (const row of db.prepare(REFERENCED).iterate()) if (!objects.has(digest(text(row, 'digest')))) missing++;
  return missing;
}

/** Problems said of each kind. */
const LIMIT = 100;

/** Every content that some row refers to. */
const REFERENCED = `
  SELECT digest FROM artifact
  UNION SELECT digest FROM logged_model_artifact
  UNION SELECT digest FROM trace_artifact
  UNION SELECT digest FROM loose_artifact
  UNION SELECT distributions FROM dataset_version WHERE distributions IS NOT NULL
  UNION SELECT log_digest FROM pipeline_step WHERE log_digest IS NOT NULL
  UNION SELECT lineage ->> 'evaluationDigest' FROM model_version WHERE lineage ->> 'evaluationDigest' IS NOT NULL
  UNION SELECT lineage ->> 'testsDigest' FROM model_version WHERE lineage ->> 'testsDigest' IS NOT NULL`;
