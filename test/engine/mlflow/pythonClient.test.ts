import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createMlflowHandler } from '../../../engine/mlflow/handler';
import { serve } from '../../support/httpServer';
import { openTestTracking } from '../../support/tracking';

/** A Python that can import mlflow: `MODELYARD_TEST_PYTHON`, else the one on the path. */
const python = process.env['MODELYARD_TEST_PYTHON'] ?? 'python3';

/** The first of the packages that Python lacks, as a reason to skip. */
function reasonToSkip(packages: readonly string[]): string | undefined {
  const code = `import importlib.util as u, sys; print(next((p for p in sys.argv[1:] if not u.find_spec(p)), ''))`;
  let missing: string;
  try {
    missing = execFileSync(python, ['-c', code, ...packages], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim(); // prettier-ignore
  } catch {
    missing = 'mlflow';
  }
  return missing === '' ? undefined : `${python} has no ${missing} (install it, or set MODELYARD_TEST_PYTHON)`;
}

test.for([
  ['experiments, runs, metrics, files and searches', 'mlflowClient.py', ['mlflow']],
  ['models, autolog, evaluation and traces', 'mlflowModels.py', ['mlflow', 'sklearn', 'pandas', 'matplotlib']],
] as const)('the stock Python client works: %s', { timeout: 600_000 }, async ([, script, packages], context) => {
  const reason = reasonToSkip(packages);
  if (reason !== undefined) context.skip(reason);
  const { tracking } = await openTestTracking({ realTime: true });
  const url = await serve(createMlflowHandler({ tracking }));
  const { stdout } = await promisify(execFile)(python, [path.resolve(import.meta.dirname, '../../python', script)], {
    maxBuffer: 1 << 26,
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: url,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      GIT_PYTHON_REFRESH: 'quiet',
    },
  });
  expect(stdout).toContain('ok ');
});
