import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { textFiles } from './test/support/textFiles.mjs';

/** Files that need modules of their own: they hand the code another VS Code, another build of SQLite, a disk that is full. */
const apart = ['test/src/**/*.test.ts', 'test/engine/store/runtime.test.ts', 'test/engine/data/write/newFile.test.ts'];

export default defineConfig({
  plugins: [textFiles],
  // VS Code's API exists in VS Code alone; test/host tests there.
  resolve: { alias: { vscode: fileURLToPath(new URL('test/src/vscodeStub.ts', import.meta.url)) } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } }, // a busy machine starts processes slowly
    pool: 'forks',
    maxWorkers: 3, // one more than CI has cores: many tests wait for processes that they have started
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/engine/**/*.test.ts', 'test/scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...apart],
          isolate: false, // a third of the time would go into loading the same modules for each file
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          include: ['test/webview/**/*.test.ts'],
          // Of all files: a process goes on with the next one only when that has the same surroundings.
          environment: 'happy-dom',
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
  },
});
