import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseBuild, loadRuntime } from '../../../engine/store/sqlite/runtime';
import { selfTest } from '../../../engine/store/sqlite/selfTest';
import { releaseBuild } from '../../../engine/store/sqlite/syscalls';
import { temporaryFolder, wasmDir } from '../../support/store';

/** A folder with another build of the release WASM, and the named files of the real one. */
function folderWithOtherRelease(...files: readonly string[]): string {
  const folder = temporaryFolder();
  for (const file of files) copyFileSync(path.join(wasmDir, file), path.join(folder, file));
  writeFileSync(path.join(folder, 'sql-wasm.wasm'), 'another build');
  return folder;
}
const debugFiles = ['sql-wasm-debug.js', 'sql-wasm-debug.wasm'] as const;

test('sql.js is pinned to the build whose import names are known', () => {
  const packageJson: unknown = JSON.parse(readFileSync(path.resolve('package.json'), 'utf8'));
  expect(packageJson).toMatchObject({ devDependencies: { 'sql.js': '1.16.0' } });
  expect(chooseBuild(wasmDir).importName('fd_sync')).toBe(releaseBuild.names.fd_sync);
});

describe('another build of the WASM', () => {
  test('falls back to the debug build, whose imports have names, and works', async () => {
    const build = chooseBuild(folderWithOtherRelease(...debugFiles));
    expect(build.importName('fd_sync')).toBe('fd_sync');
    const runtime = await loadRuntime(build);
    expect(() => selfTest(runtime)).not.toThrow();
  });

  test('without the debug build is refused, with its sha-256 and the way out', () => {
    const folder = folderWithOtherRelease();
    expect(() => chooseBuild(folder)).toThrow(
      expect.objectContaining({
        code: 'store.failed',
        message: expect.stringMatching(
          /sql-wasm\.wasm is not the build .* sha-256 is [0-9a-f]{64}.*sql-wasm-debug\.wasm/,
        ),
        fix: 'Install Modelyard again; its files are incomplete or of different versions.',
      }),
    );
  });
});

test('no WASM at all', () => {
  const folder = temporaryFolder();
  expect(() => chooseBuild(folder)).toThrow(
    `SQLite cannot be loaded: ${path.join(folder, 'sql-wasm.wasm')} is missing.`,
  );
});

describe('the self-test', () => {
  test('passes with the release build', async () => {
    const runtime = await loadRuntime(chooseBuild(wasmDir));
    expect(() => selfTest(runtime)).not.toThrow();
  });

  test.each([
    ['opening', '__syscall_openat', '__syscall_readlinkat'],
    ['writing', 'fd_write', 'fd_read'],
    ['seeking', 'fd_seek', 'fd_sync'],
  ] as const)('fails when the import names of %s are mixed up', async (_name, one, other) => {
    const build = chooseBuild(folderWithOtherRelease(...debugFiles));
    const swapped = { [one]: other, [other]: one };
    // The wrong function may end in an error of the WASM: that is a failure as well.
    const run = loadRuntime({ ...build, importName: name => swapped[name] ?? name }).then(selfTest);
    await expect(run).rejects.toThrow(/self-test|WebAssembly|memory/);
  });

  test('says which import is missing', async () => {
    const build = chooseBuild(folderWithOtherRelease(...debugFiles));
    const run = loadRuntime({ ...build, importName: name => (name === 'fd_sync' ? 'gone' : name) });
    await expect(run).rejects.toThrow('The WASM of sql.js does not import fd_sync.');
  });
});
