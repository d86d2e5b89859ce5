import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ConnectOptions } from '../../engine/client/engineClient';
import { EngineClient } from '../../engine/client/engineClient';
import { liveEngineRecord } from '../../engine/client/engineRecord';
import packageJson from '../../package.json';
import { bundles } from './bundles';
import { isAlive } from './isAlive';

export const { version } = packageJson;

let built: Promise<string> | undefined;
/** The same for all tests of a process, whatever is edited meanwhile. */
const builtOnce = (): Promise<string> => (built ??= bundles());

/** Temporary workspace folders and clients of engines in them; all are gone, and the engines ended, after each test. */
export function workspaces() {
  const folders: string[] = [];
  const clients: EngineClient[] = [];

  const make = (config?: string): string => {
    const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-test-'));
    folders.push(folder);
    if (config !== undefined) writeFileSync(path.join(folder, 'modelyard.yaml'), config);
    return folder;
  };

  const connect = async (workspace: string, options: Partial<ConnectOptions> = {}): Promise<EngineClient> => {
    const engineFile = path.join(await builtOnce(), 'engine.js');
    const client = await EngineClient.connect({
      workspace,
      engineFile,
      client: 'test',
      version,
      trusted: true,
      ...options,
    });
    clients.push(client);
    return client;
  };

  const cleanUp = async (): Promise<void> => {
    for (const client of clients.splice(0)) client.dispose();
    for (const folder of folders.splice(0)) {
      await endEngine(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  };
  beforeAll(builtOnce); // a build takes longer than a test may
  afterEach(cleanUp);
  afterAll(cleanUp);
  return { make, connect };
}

/** A copy of the credit-scoring sample in a folder. */
export const copySample = (to: string): void => {
  const sample = path.resolve(import.meta.dirname, '../../samples/credit-scoring');
  cpSync(sample, to, { recursive: true, filter: file => !/\.modelyard|modelyard\.lock$/.test(file) });
};

/** Ends the engine of a folder without asking it, if there is one. */
export async function endEngine(folder: string): Promise<void> {
  const record = liveEngineRecord(folder);
  if (record === undefined || record.pid === process.pid) return;
  process.kill(record.pid, 'SIGKILL');
  while (isAlive(record.pid)) await delay(5);
}

/** Waits until something holds; fails when it does not within `patience` ms. */
export async function until(what: () => unknown, patience = 10_000): Promise<void> {
  for (const end = Date.now() + patience; !(await what()); await delay(5))
    if (Date.now() > end) throw new Error(`Not within ${patience} ms: ${what.toString()}`);
}
