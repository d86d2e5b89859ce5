import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAllowedTool, isPermissive } from '../../scripts/licences.mjs';
import { bundledPackages, noticesText } from '../../scripts/notices.mjs';

const root = path.resolve(__dirname, '../..');

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly license?: string; readonly resolved?: string }>>;
}
const locks = ['package-lock.json', 'test/host/package-lock.json', 'test/host/chromium/package-lock.json'];
const readLock = (file: string): LockFile => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

describe('licences', () => {
  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['(MIT AND Zlib)', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-2.0', false],
    ['GPL-3.0', false],
    ['MPL-2.0', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['', false],
  ])('%s may be shipped: %s', (expression, expected) => expect(isPermissive(expression)).toBe(expected));

  test('a tool may have another licence only by name', () => {
    expect(isAllowedTool('axe-core', 'MPL-2.0')).toBe(true);
    expect(isAllowedTool('lightningcss-linux-x64-gnu', 'MPL-2.0')).toBe(true);
    expect(isAllowedTool('something-else', 'MPL-2.0')).toBe(false);
  });

  test('every package of the checkout has a licence that is allowed', () => {
    const packages = Object.entries(readLock('package-lock.json').packages).filter(([place]) => place !== '');
    expect(packages.length).toBeGreaterThan(100);
    const refused = packages
      .map(([place, { license }]) => [place.replace(/^.*node_modules\//, ''), license ?? 'none stated'] as const)
      .filter(([name, license]) => !isAllowedTool(name, license));
    expect(refused).toEqual([]);
  });

  test.each(locks)('%s names no registry', file => {
    const named = Object.entries(readLock(file).packages).filter(([, { resolved }]) => resolved !== undefined);
    expect(named).toEqual([]);
  });
});

describe('notices', () => {
  test('the packages are those that are inside a bundle', () => {
    const inputs = {
      'engine/errors.ts': { bytesInOutput: 1 },
      'node_modules/yaml/dist/index.js': { bytesInOutput: 1 },
      'node_modules/yaml/dist/nodes/Node.js': { bytesInOutput: 1 },
      'node_modules/@tensorflow/tfjs-core/node_modules/long/index.js': { bytesInOutput: 1 },
    };
    const outputs = { 'dist/a.js': { bytes: 1, inputs, imports: [], exports: [] } };
    expect(bundledPackages([{ inputs: {}, outputs }])).toEqual([
      'node_modules/@tensorflow/tfjs-core/node_modules/long',
      'node_modules/yaml',
    ]);
  });

  test('a package stands with its version and its own licence text', () => {
    const text = noticesText(['node_modules/yaml']);
    expect(text).toMatch(/- yaml 2\.\d+\.\d+ \(ISC\)/);
    expect(text).toContain('Copyright Eemeli Aro');
  });

  test('a package without a licence file gets the standard text and its authors', () => {
    const text = noticesText(['node_modules/onnxruntime-web']);
    expect(text).toContain('Copyright (c) Microsoft Corporation\n\nPermission is hereby granted');
  });

  test('a package that may not be shipped is refused by name', () => {
    expect(() => noticesText(['node_modules/axe-core'])).toThrow(
      /axe-core .* is bundled, but its licence \(MPL-2\.0\)/,
    );
  });
});
