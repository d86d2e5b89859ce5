import fs from 'node:fs';
import { digest } from '../ids';
import type { DatabaseCheck } from '../protocol/methods';
import type { Database } from './database';
import { versionOf } from './migrations';
import type { ObjectStore } from './objects';
import { text } from './row';

/** Reads the whole database for damage, broken references and artifacts whose content is gone. */
export function checkDatabase(db: Database, objects: ObjectStore, file: string): DatabaseCheck {
  const problems = db
    .prepare('PRAGMA integrity_check(100)')
    .all()
    .map(row => text(row, 'integrity_check'))
    .filter(line => line !== 'ok');
  for (const row of db.prepare('PRAGMA foreign_key_check').iterate()) {
    problems.push(`A row of ${text(row, 'table')} refers to a row of ${text(row, 'parent')} that does not exist.`);
    if (problems.length >= 100) break;
  }
  let missingObjects = 0;
  for (const row of db.prepare(REFERENCED).iterate()) if (!objects.has(digest(text(row, 'digest')))) missingObjects++;
  if (missingObjects > 0) problems.push(`${missingObjects} files are missing in ${objects.folder}.`);
  return {
    ok: problems.length === 0,
    problems,
    path: file,
    bytes: fs.statSync(file).size,
    schemaVersion: versionOf(db),
    missingObjects,
  };
}

/** Every content that some row refers to. */
const REFERENCED = `
  SELECT digest FROM artifact
  UNION SELECT log_digest FROM pipeline_step WHERE log_digest IS NOT NULL`;
