import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInside, leadsOut, refuseOutside } from '../../engine/paths';
import { temporaryFolder } from '../support/store';

test.each([
  ['.', true],
  ['a', true],
  ['a/b', true],
  ['..x', true],
  ['..x/b', true],
  ['...', true],
  ['a/../b', true],
  ['..', false],
  ['../b', false],
  ['a/../../b', false],
  ['/', false],
])('%s in a folder: %s', (file, inside) => {
  const folder = path.resolve('/somewhere/folder');
  expect(isInside(folder, path.resolve(folder, file))).toBe(inside);
});

test('everything is inside the top folder', () => expect(isInside('/', '/a')).toBe(true));

describe.skipIf(process.platform === 'win32')('links', () => {
  const made = (): { folder: string; outside: string } => {
    const outside = temporaryFolder();
    const folder = path.join(temporaryFolder(), 'workspace');
    mkdirSync(path.join(folder, 'real'), { recursive: true });
    writeFileSync(path.join(folder, 'real', 'file'), 'x');
    writeFileSync(path.join(outside, 'private'), 'x');
    symlinkSync(outside, path.join(folder, 'out'));
    symlinkSync('real', path.join(folder, '..in'));
    symlinkSync(path.join(outside, 'private'), path.join(folder, 'file-out'));
    symlinkSync(folder, path.join(outside, 'back'));
    return { folder, outside };
  };

  test.each(['real/file', '..in/file', 'nothing/there', '..in/new/file', 'out/back/real/file'])(
    '%s stays in the folder',
    async file => {
      const { folder } = made();
      expect(await leadsOut(folder, file)).toBeUndefined();
      await expect(refuseOutside(folder, { file, shown: file, key: 'outs.0' })).resolves.toBeUndefined();
    },
  );

  test.each(['out', 'out/private', 'out/new/file', 'file-out', '../elsewhere'])('%s leaves it', async file => {
    const { folder } = made();
    expect(await leadsOut(folder, file)).toBeDefined();
    await expect(refuseOutside(folder, { file, shown: file, key: 'outs.0' })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(new RegExp(`^The path ${file.replaceAll('.', '\\.')} lea`)),
      place: { file: 'modelyard.yaml', key: 'outs.0' },
    });
  });

  test('a folder that is itself reached by a link is no way out', async () => {
    const { folder } = made();
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    expect(await leadsOut(link, 'real/file')).toBeUndefined();
  });
});
