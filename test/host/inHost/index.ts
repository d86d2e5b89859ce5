import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * VS Code calls this in the extension host. Runs every `*.test.js` beside this bundle, and writes the counts to
 * `$MODELYARD_HOST_RESULTS`; `$MOCHA_GREP` picks tests by name.
 */
export async function run(): Promise<void> {
  const { MODELYARD_HOST_RESULTS: results, MOCHA_GREP: grep } = process.env;
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, reporter: 'spec', color: false, ...(grep ? { grep } : {}) });
  for (const file of readdirSync(__dirname).sort())
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  const failed = await new Promise<number>(resolve => {
    const runner = mocha.run(failures => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      if (results) writeFileSync(results, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
      resolve(failures);
    });
  });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
