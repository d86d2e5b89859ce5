import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * VS Code calls this in the extension host. Runs every `*.test.js` beside this bundle, and writes the counts to
 * `$MODELYARD_HOST_RESULTS`; `$MOCHA_GREP` picks tests by name.
 */
export async function run(): Promise<void> {
  const { MODELYARD_HOST_RESULTS: results, MOCHA_GREP: grep } = process.env;
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'spec', color: false, ...(grep ? { grep } : {}) });
  for (const file of readdirSync(__dirname).sort())
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  const skipped: { test: string; reason: string }[] = [];
  const failed = await new Promise<number>(resolve => {
    const runner = mocha.run(failures => {
      const counts = { passed: runner.stats?.passes ?? 0, failed: failures, skipped };
      if (results) writeFileSync(results, JSON.stringify(counts));
      resolve(failures);
    });
    runner.on('pending', test => skipped.push({ test: test.fullTitle(), reason: 'marked as skipped' }));
  });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
