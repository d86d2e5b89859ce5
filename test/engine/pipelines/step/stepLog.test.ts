import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StepLog, readLogPart } from '../../../../engine/pipelines/step/stepLog';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelyard-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a short log is kept whole and can be read while it grows', () => {
  const log = new StepLog(path.join(folder, 'a.log'));
  log.write('one\n');
  expect(readLogPart(log.path, 0, 100)).toEqual({ text: 'one\n', next: 4, size: 4 });
  log.write('two\n');
  expect(readLogPart(log.path, 4, 100)).toEqual({ text: 'two\n', next: 8, size: 8 });
  log.close();
});

test('of 100 MB the first 8 MB and the last are kept, and what is missing is said', () => {
  const log = new StepLog(path.join(folder, 'b.log'));
  const line = Buffer.from(`${'x'.repeat(1023)}\n`);
  log.write('first\n');
  for (let i = 0; i < 100 * 1024; i++) log.write(line);
  log.write('last\n');
  log.close();
  const text = readFileSync(log.path, 'utf8');
  expect(text.length).toBeLessThan(10 * 1024 * 1024);
  expect(text.startsWith('first\n')).toBe(true);
  expect(text.endsWith('last\n')).toBe(true);
  const missing = Number(/… ([\d,]+) bytes are left out here …/.exec(text)![1]!.replaceAll(',', ''));
  const note = /\n… .* …\n/.exec(text)![0];
  expect(missing + text.length - note.length).toBe(100 * 1024 * 1024 + 11);
});

test('a character is never torn by the part’s limit', () => {
  const log = new StepLog(path.join(folder, 'c.log'));
  log.write('ab€cd');
  log.close();
  const first = readLogPart(log.path, 0, 3);
  expect(first).toMatchObject({ text: 'ab', next: 2 });
  expect(readLogPart(log.path, first.next, 100).text).toBe('€cd');
});
