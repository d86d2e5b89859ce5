import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Files the bundles carry as text are text in the unit tests as well. */
const text = {
  name: 'text',
  enforce: 'pre',
  load: id => (/\.sql$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined),
};

export default defineConfig({
  plugins: [text],
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
