import { defineConfig } from 'vitest/config';
import { textFiles } from './test/support/textFiles.mjs';

/** The packed extension in VS Code's real workbench; one server and one browser for all files, which run one by one. */
export default defineConfig({
  plugins: [textFiles],
  test: {
    include: ['test/ui/**/*.test.ts'],
    globalSetup: ['test/ui/support/globalSetup.ts'],
    pool: 'forks',
    fileParallelism: false,
    isolate: false, // the helpers and what they import are loaded once
    // A busy machine takes its time: these only end what would never end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default'],
  },
});
