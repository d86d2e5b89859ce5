import { defineConfig } from 'vitest/config';

/** Tests of the packed extension; `npm run package` makes it. */
export default defineConfig({
  test: { include: ['test/package/**/*.test.ts'], testTimeout: 60_000, reporters: ['default'] },
});
