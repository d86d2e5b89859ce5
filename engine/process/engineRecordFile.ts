import { rmSync } from 'node:fs';
import type { EngineRecord } from '../client/engineRecord';
import { engineRecordPath, readEngineRecord } from '../client/engineRecord';
import { unwritable } from '../client/unwritable';
import { writePrivateFile } from './privateFile';

/**
 * Tells clients where the engine is and what to show it; readable by this user only, never seen half written.
 * @throws ModelyardError `store.readonly`
 */
export function writeEngineRecord(workspace: string, record: EngineRecord): void {
  try {
    writePrivateFile(engineRecordPath(workspace), `${JSON.stringify(record)}\n`);
  } catch (cause) {
    throw unwritable(workspace, cause);
  }
}

/** Removes the record if it is still that of the engine with this token. */
export function removeEngineRecord(workspace: string, token: string): void {
  if (readEngineRecord(workspace)?.token === token) rmSync(engineRecordPath(workspace), { force: true });
}
