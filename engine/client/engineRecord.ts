import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { isEndpointOf } from './endpoint';

const schema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  version: v.string(),
  /** Shown in `engine/hello`: who can read this file is this user. */
  token: v.pipe(v.string(), v.minLength(32)),
  endpoint: v.pipe(v.string(), v.minLength(1)),
  /** ms since 1970 */
  startedAt: v.number(),
});

/** `.modelyard/engine.json`: what a client needs to reach the engine that runs. */
export type EngineRecord = Readonly<v.InferOutput<typeof schema>>;

export const engineRecordPath = (workspace: string): string => path.join(workspace, '.modelyard', 'engine.json');

/** What the file says, or undefined when it is not there or not whole. */
export function readEngineRecord(workspace: string): EngineRecord | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(engineRecordPath(workspace), 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The record of an engine that is alive. One left behind by a killed engine does not count: its token must not be
 * shown to whoever might have taken the endpoint since. Nor does one that came with a copy of the folder, and speaks of
 * the engine of the original.
 */
export function liveEngineRecord(workspace: string): EngineRecord | undefined {
  const record = readEngineRecord(workspace);
  return record && isEndpointOf(workspace, record.endpoint) && isAlive(record.pid) ? record : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
