import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EngineRecord } from '../client/engineRecord';
import { engineRecordPath, readEngineRecord } from '../client/engineRecord';

/** Tells clients where the engine is and what to show it; readable by this user only, never seen half written. */
export function writeEngineRecord(workspace: string, record: EngineRecord): void {
  const file = engineRecordPath(workspace);
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${record.pid}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, file);
}

/** Removes the record if it is still that of the engine with this token. */
export function removeEngineRecord(workspace: string, token: string): void {
  if (readEngineRecord(workspace)?.token === token) rmSync(engineRecordPath(workspace), { force: true });
}
