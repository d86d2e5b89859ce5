import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { serve } from '../../support/httpServer';
import { openTestRegistryApi } from '../../support/registryApi';

/** A Python that can import mlflow and pandas: `MODELYARD_TEST_PYTHON`, else the one on the path. */
const python = process.env['MODELYARD_TEST_PYTHON'] ?? 'python3';
const script = path.resolve(import.meta.dirname, '../../python/mlflowRegistry.py');

function reasonToSkip(): string | undefined {
  const find =
    'import importlib.util as u, sys; sys.exit(any(u.find_spec(one) is None for one in ("mlflow", "pandas")))';
  try {
    execFileSync(python, ['-c', find], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${python} lacks mlflow or pandas (pip install mlflow, or set MODELYARD_TEST_PYTHON)`;
  }
}

/** A model that adds 10. */
const files = {
  'model/MLmodel': 'flavors:\n  python_function:\n    loader_module: tiny_model\n    code: code\n    data: data.txt\n',
  'model/data.txt': '10',
  'model/code/tiny_model.py': `
class Model:
    def __init__(self, path):
        with open(path) as file:
            self.offset = int(file.read())

    def predict(self, data, params=None):
        return data["x"] + self.offset


def _load_pyfunc(path):
    return Model(path)
`,
};

test('the stock Python client finds, loads, moves and makes versions', { timeout: 300_000 }, async context => {
  const reason = reasonToSkip();
  if (reason !== undefined) context.skip(reason);
  const api = await openTestRegistryApi();
  const run = api.newRun();
  for (const [file, text] of Object.entries(files)) api.tracking.logArtifactBytes(run, file, Buffer.from(text));
  await api.register('credit', run);
  const url = await serve(api.handler);
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
