import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../scripts/checkout.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'my-l10n-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundleIn = (place: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(place, 'bundle.l10n.json'), 'utf8'));
const checkedIn = bundleIn(path.join(root, 'l10n'));

/** What a call of `name` in the code of a folder says first, however it is quoted. */
function textsOf(place: string, name: string): string[] {
  const call = new RegExp(String.raw`\b${name}\(\s*(?:'((?:[^'\\]|\\.)+)'|"([^"]+)")`, 'g');
  return readdirSync(path.join(root, place), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => [...readFileSync(path.join(root, place, file), 'utf8').matchAll(call)])
    .map(([, single, double]) => single?.replace(/\\(.)/g, '$1') ?? double!);
}

test('the bundle is what `npm run l10n` writes', () => {
  execFileSync(process.execPath, ['scripts/l10n.mjs', folder], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  expect(checkedIn, 'run `npm run l10n`').toEqual(bundleIn(folder));
});

test.each([
  ['src', String.raw`l10n\.t`],
  ['webview', 't'],
])('the bundle has every text of %s/', (place, name) => {
  const texts = textsOf(place, name);
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter(text => !Object.hasOwn(checkedIn, text))).toEqual([]);
});

test('the bundle has nothing else', () => {
  const texts = new Set([
    ...textsOf('src', String.raw`l10n\.t`),
    ...['webview', 'engine/charts'].flatMap(place => textsOf(place, 't')),
  ]);
  expect(Object.keys(checkedIn).filter(text => !texts.has(text))).toEqual([]);
});
