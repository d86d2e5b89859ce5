import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createMlflowHandler } from '../../../engine/mlflow/handler';
import { serve } from '../../support/httpServer';
import { openTestTracking } from '../../support/tracking';

/** A Python that can import mlflow: `MODELYARD_TEST_PYTHON`, else the one on the path. */
const python = process.env['MODELYARD_TEST_PYTHON'] ?? 'python3';
const script = path.resolve(import.meta.dirname, '../../python/mlflowClient.py');

function reasonToSkip(): string | undefined {
  try {
    execFileSync(python, ['-c', 'import importlib.util as u, sys; sys.exit(0 if u.find_spec("mlflow") else 3)'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return `${python} has no mlflow (pip install mlflow-skinny, or set MODELYARD_TEST_PYTHON)`;
  }
}

test('the stock Python client works', { timeout: 300_000 }, async context => {
  const reason = reasonToSkip();
  if (reason !== undefined) context.skip(reason);
  const { tracking } = await openTestTracking({ realTime: true });
  const url = await serve(createMlflowHandler({ tracking }));
  const { stdout } = await promisify(execFile)(python, [script], {
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: url,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      GIT_PYTHON_REFRESH: 'quiet',
    },
  });
  expect(stdout).toContain('ok ');
});
