import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EngineRecord } from '../client/engineRecord';
import { engineRecordPath, readEngineRecord } from '../client/engineRecord';
import { unwritable } from '../client/unwritable';

/**
 * Tells clients where the engine is and what to show it; readable by this user only, never seen half written.
 * @throws ModelyardError `store.readonly`
 */
export function writeEngineRecord(workspace: string, record: EngineRecord): void {
  const file = engineRecordPath(workspace);
  const temporary = `${file}.${record.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
  } catch (cause) {
    throw unwritable(workspace, cause);
  }
}

/** Removes the record if it is still that of the engine with this token. */
export function removeEngineRecord(workspace: string, token: string): void {
  if (readEngineRecord(workspace)?.token === token) rmSync(engineRecordPath(workspace), { force: true });
}
