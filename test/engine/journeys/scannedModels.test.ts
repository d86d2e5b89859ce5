import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const { cases } = JSON.parse(readFileSync('test/fixtures/training/lightgbm.json', 'utf8'));
/** `os.system`, as Python's own pickle writes it. */
const malicious = readFileSync(path.resolve('test/fixtures/security/callsWithin.pkl'));

/** Puts a file beside those of the model that an earlier step has logged to the run. */
const client = `
import { readFileSync } from 'node:fs';
const { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN, MLFLOW_RUN_ID: run_id } = process.env;
const headers = { authorization: 'Bearer ' + MLFLOW_TRACKING_TOKEN };
const { run } = await (await fetch(MLFLOW_TRACKING_URI + '/api/2.0/mlflow/runs/get?run_id=' + run_id, { headers })).json();
const place = run.info.artifact_uri.replace(/^mlflow-artifacts:\\/*/, '/');
const url = MLFLOW_TRACKING_URI + '/api/2.0/mlflow-artifacts/artifacts' + place + '/model/' + process.argv[2];
const put = await fetch(url, { method: 'PUT', headers, body: readFileSync(process.argv[2]) });
if (!put.ok) throw new Error(url + ': ' + put.status);
`;
const names = 'file: model.txt, label: outcome, classes: [good, bad], columns: [income, age, debt, town, rooms]';
const pipeline = (model: string, file: string): string => `    steps:
      import: {uses: import, with: {${names}}}
      put: {run: "node put.mjs ${file}", needs: import}
      register: {uses: register, needs: [import, put], with: {model: ${model}, stage: production}}
`;
const rules = '{stages: [dev, production], gates: {production: [{check: security}]}}';
const config = `name: scanned
models: {clean: ${rules}, tainted: ${rules}, direct: ${rules}, credit-risk: ${rules}}
pipelines:
  clean:
${pipeline('clean', 'notes.txt')}  tainted:
${pipeline('tainted', 'extra.pkl')}`;

beforeEach(() =>
  at.write({
    'modelyard.yaml': config,
    'model.txt': cases[0].model,
    'put.mjs': client,
    'notes.txt': 'of nobody',
    'extra.pkl': malicious,
  }),
);

const blocked = (file: string) => expect.stringMatching(new RegExp(`not safe to load: .*${file}.*posix:system`));

test('the step register has what an import and a command have put in the folder scanned before it moves it on', async () => {
  const clean = await at.run('clean');
  expect(clean.pipelineRun.status, JSON.stringify(clean.error)).toBe('succeeded');
  expect((await at.client.call('models/get', { name: 'clean' })).holders).toMatchObject({ production: 1 });

  const { run: _, ...error } = await at.failure('register', 'tainted');
  expect(error).toMatchObject({ code: 'gate.failed', message: blocked('model/extra.pkl') });
  const tainted = await at.client.call('models/get', { name: 'tainted' });
  expect(tainted.holders).toEqual({ dev: 1, production: undefined });
  expect(tainted.versions).toMatchObject([{ stage: 'dev' }]);
});

test('an imported model is scanned, and nothing comes to its folder after that', async () => {
  const { version, runId } = await at.client.call('models/import', {
    file: 'model.txt',
    name: 'direct',
    label: 'outcome',
  });
  const promoted = await at.text(
    'promote',
    'direct',
    String(version.version),
    '--to',
    'production',
    '--reason',
    'tried',
  );
  expect(promoted).toMatchObject({ code: 0 });
  const scan = await at.client.call('security/scanVersion', { name: 'direct', version: 1 });
  expect(scan).toMatchObject({ isCurrent: true, report: { verdict: 'pass' } });
  expect(scan.report.files.map(({ file }) => file)).toContain('model/model.onnx');
  const { url, token = '' } = await at.client.call('engine/listen', {});
  const { experimentId } = await at.client.call('runs/get', { run: runId });
  const target = `${url}/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/model/extra.pkl`;
  const headers = { authorization: `Bearer ${token}` };
  const put = await fetch(target, { method: 'PUT', headers, body: new Uint8Array(malicious) });
  expect([put.status, await put.text()]).toEqual([400, expect.stringContaining('it is part of version 1 of direct')]);
});

test('versions that come with their runs are scanned before a gate lets one through', async () => {
  const runs = '795600314166934746';
  cpSync('test/fixtures/transfer/registry-2.9', path.join(at.folder, 'mlruns'), { recursive: true });
  at.write({ [`mlruns/${runs}/06c74df740a94709bb61a5f20f0730ab/artifacts/model/model.pkl`]: malicious });
  const imported = await at.cli('import', path.join(at.folder, 'mlruns'));
  expect(imported.json).toMatchObject({ models: { imported: 4 } });
  const promote = (version: number) =>
    at.text('promote', 'credit-risk', String(version), '--to', 'production', '--reason', 'tried');
  const said = await promote(3);
  expect(said.code).not.toBe(0);
  expect(`${said.stdout}${said.stderr}`.replaceAll(/\s+/g, ' ')).toEqual(blocked('model/model.pkl'));
  expect(await promote(2)).toMatchObject({ code: 0 });
});
