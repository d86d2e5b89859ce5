import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(() => made.forEach(folder => rmSync(folder, { recursive: true, force: true })));

/** A new empty folder that goes when the tests of the file are through. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-training-'));
  made.push(folder);
  return folder;
}
