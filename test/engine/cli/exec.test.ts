import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { bundles } from '../../support/bundles';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();
let cli = '';
beforeAll(async () => {
  cli = path.join(await bundles(), 'cli.js');
});

function start(folder: string, words: readonly string[]) {
  const child = spawn(process.execPath, [cli, 'exec', ...words], {
    cwd: folder,
    env: { ...process.env, MLFLOW_TRACKING_TOKEN: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void said.push(String(chunk)));
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  return { child, said: () => said.join(''), ended };
}

/** What a stock client does: it logs to the server that its surroundings name. */
const client = `
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token } = process.env;
const post = async (call, body) => {
  const answer = await fetch(uri + '/api/2.0/mlflow/' + call, {
    method: 'POST', headers: { authorization: 'Bearer ' + token }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
(async () => {
  const { run } = await post('runs/create', { experiment_id: '0', run_name: process.argv[2] });
  await post('runs/log-metric', { run_id: run.info.run_id, key: 'auc', value: 0.75, timestamp: 1 });
})();
`;

test('a command logs to the folder without any set-up', async () => {
  const folder = make('name: small\n');
  writeFileSync(path.join(folder, 'train.js'), client);
  const { ended, said } = start(folder, ['--', process.execPath, 'train.js', '--json']);
  expect([await ended, said()]).toEqual([0, '']);
  const engine = await connect(folder);
  const { runs } = await engine.call('runs/search', {});
  expect(runs).toMatchObject([{ name: '--json', metrics: { auc: { value: 0.75 } } }]);
});

test('the exit code is that of the command', async () => {
  const folder = make('name: small\n');
  expect(await start(folder, ['--', process.execPath, '-e', 'process.exit(7)']).ended).toBe(7);
});

test('a command that does not exist is said, with the way out', async () => {
  const { ended, said } = start(make('name: small\n'), ['--', 'no-such-command']);
  expect(await ended).toBe(2);
  expect(said()).toContain('no-such-command cannot be started');
  expect(said()).toContain('modelyard exec -- python train.py');
});

test('being told to end ends the command', async () => {
  const { child, said, ended } = start(make('name: small\n'), [
    '--',
    process.execPath,
    '-e',
    `console.log('here'); setInterval(() => undefined, 1000)`,
  ]);
  await until(() => said().includes('here'));
  child.kill('SIGTERM');
  expect(await ended).toBe(128 + 15);
});
