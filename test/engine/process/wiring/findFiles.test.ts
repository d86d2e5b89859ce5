import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findFiles } from '../../../../engine/process/wiring/findFiles';
import { temporaryFolder } from '../../../support/store';

const never = new AbortController().signal;

function tree(...files: readonly string[]): string {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
  return root;
}

const files = [
  'in/a.csv',
  'in/b.txt',
  'in/deep/er/c.csv',
  'in/old/d.csv',
  'other/e.csv',
  'in/node_modules/f.csv',
  '.modelyard/g.csv',
  'h.csv',
];

test.each([
  [['in/*.csv'], ['in/a.csv']],
  [
    ['./in/**/*.csv', '!in/old/**'],
    ['in/a.csv', 'in/deep/er/c.csv'],
  ],
  [['**/*.csv'], ['h.csv', 'in/a.csv', 'in/deep/er/c.csv', 'in/old/d.csv', 'other/e.csv']],
  [
    ['h.csv', 'in/*.txt'],
    ['h.csv', 'in/b.txt'],
  ],
  [
    ['in/{a,b}.*', 'in/**'],
    ['in/a.csv', 'in/b.txt', 'in/deep/er/c.csv', 'in/old/d.csv'],
  ],
  [['nowhere/*.csv'], []],
])('%j', async (patterns, expected) => {
  expect(await findFiles(tree(...files), { patterns, most: 100 }, never)).toEqual(expected);
});

test('links lead nowhere, and a walk that finds too much ends', async () => {
  const root = tree('in/a.csv', 'in/x/b.csv', 'in/y/c.csv');
  symlinkSync(root, path.join(root, 'in/round'));
  expect(await findFiles(root, { patterns: ['in/**/*.csv'], most: 100 }, never)).toHaveLength(3);
  expect((await findFiles(root, { patterns: ['in/**/*.csv'], most: 1 }, never)).length).toBe(2);
});
