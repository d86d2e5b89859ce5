import { writeFileSync } from 'node:fs';

/**
 * A reporter of vitest that writes what `npm test` adds up: how many passed and failed, and each skipped test with its
 * reason, as JSON into `$MODELYARD_COUNTS`.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.MODELYARD_COUNTS;
    if (!file) return;
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file that could not be loaded, a group whose preparation failed.
      for (const group of [module, ...module.children.allSuites()]) if (group.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') counts.passed++;
        else if (state === 'failed') counts.failed++;
        else counts.skipped.push({ test: test.fullName, reason: note ?? reasonOf(test) });
      }
    }
    writeFileSync(file, JSON.stringify(counts));
  }
}

const reasonOf = ({ options }) =>
  options.mode === 'skip' || options.mode === 'todo' ? `marked as ${options.mode}` : 'what it needs has failed';
