import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { textFiles } from './test/support/textFiles.mjs';

export default defineConfig({
  plugins: [textFiles],
  // VS Code's API exists in VS Code alone; test/host tests there.
  resolve: { alias: { vscode: fileURLToPath(new URL('test/src/vscodeStub.ts', import.meta.url)) } },
  test: {
    include: [
      'test/engine/**/*.test.ts',
      'test/src/**/*.test.ts',
      'test/webview/**/*.test.ts',
      'test/scripts/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } }, // a busy machine starts processes slowly
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
  },
});
