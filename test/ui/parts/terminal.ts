import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/palette';
import { shoot } from '../support/shots';
import { openSidebar, treeItem, view } from '../support/views';
import type { Workbench } from '../support/workbench';

/** What a stock MLflow client does with the surroundings it is started in; goes on until a file tells it to end. */
export const client = `
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token } = process.env;
async function post(call, body) {
  const headers = { authorization: 'Bearer ' + token };
  const answer = await fetch(uri + '/api/2.0/mlflow/' + call, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
const { run } = await post('runs/create', { experiment_id: '0', run_name: 'typed-by-hand', start_time: Date.now() });
const run_id = run.info.run_id;
for (let step = 0; !existsSync('enough'); step++) {
  await post('runs/log-metric', { run_id, key: 'auc', value: 1 - 0.5 / (step + 1), step, timestamp: Date.now() });
  await delay(200);
}
await post('runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
`;

/** In a folder with the client as train.mjs, and without a run. */
export const testTerminal = (bench: Workbench): void =>
  test('what a program in the terminal logs appears in the sidebar while it trains', async () => {
    await openSidebar(bench.page);
    await view(bench.page, 'Experiments').getByText('Nothing has run here yet.').waitFor();
    await runCommand(bench.page, 'Terminal: Create New Terminal');
    await bench.page.locator('.terminal-wrapper.active .xterm-helper-textarea').waitFor({ state: 'attached' });
    const running = treeItem(bench.page, /^r-1, typed-by-hand, running/);
    await bench.page.keyboard.type('node train.mjs\n');
    await running.waitFor();
    await shoot(bench.page, 'terminal running');
    await writeFile(path.join(bench.folder, 'enough'), '');
    await treeItem(bench.page, /^r-1, typed-by-hand, succeeded, .*auc 0\.\d+/).waitFor();
    expect(await running.count()).toBe(0);
  });
