import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { liveEngineRecord } from '../../../engine/client/engineRecord';
import { modelyard, start } from '../../support/commandLine';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();

const node = JSON.stringify(process.execPath);
/** Notes that it has run, and ends when there is a file `go`. */
const noting = `const fs = require('fs'); fs.appendFileSync('ran.txt', process.argv[2] + ' '); (function wait() { if (!fs.existsSync('go')) setTimeout(wait, 20); })();`;
const config = `
name: triggers
tracking: {system_metrics: false}
datasets:
  d: {path: data/d.csv}
models:
  m: {}
pipelines:
  a:
    on: {change: d}
    steps: {s: {run: '${node} note.js a'}}
  b:
    on: {model: m, files: "in/*.txt"}
    steps: {s: {run: '${node} note.js b'}}
`;

interface Said {
  readonly what?: string;
  readonly reason?: string;
  readonly pipeline?: string;
  readonly message?: string;
  readonly watching?: readonly unknown[];
}

interface Watching {
  readonly child: ChildProcess;
  readonly lines: Said[];
  /** On stderr. */
  readonly said: () => string;
  readonly exit: Promise<number | null>;
}

async function watching(folder: string): Promise<Watching> {
  const child = await start(['watch', '--json'], folder);
  const lines: Said[] = [];
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as Said);
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exit = new Promise<number | null>(resolve => child.once('close', resolve));
  await until(() => lines.length > 0, 30_000);
  return { child, lines, exit, said: () => said };
}

const told = ({ lines }: Watching): readonly string[] =>
  lines.slice(1).map(({ pipeline, what }) => `${pipeline} ${what}`);

function workspace(): { folder: string; write: (file: string, text: string) => void; ran: () => string } {
  const folder = make(config);
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write('note.js', noting);
  write('data/d.csv', 'x\n1\n');
  write('ran.txt', '');
  return { folder, write, ran: () => readFileSync(path.join(folder, 'ran.txt'), 'utf8') };
}

test('a head-less watch starts pipelines by data, files, models and by hand, over the death of its engine', async () => {
  const { folder, write, ran } = workspace();
  const watch = await watching(folder);
  expect(watch.lines[0]?.watching).toHaveLength(3);
  const client = await connect(folder, { client: 'cli' });
  write('data/d.csv', 'x\n1\n2\n');
  await until(() => ran() === 'a ', 30_000);
  write('data/d.csv', 'x\n1\n2\n3\n');
  await until(() => told(watch).includes('a queued'), 30_000);

  // The engine dies in the middle of the run: that run has failed, what waits for it starts, and nothing starts twice.
  process.kill(liveEngineRecord(folder)?.pid ?? 0, 'SIGKILL');
  await until(() => ran() === 'a a ', 30_000);
  write('go', '');
  await until(() => told(watch).includes('a succeeded'), 30_000);

  const { url, token } = await client.call('engine/listen', {});
  const post = (what: string, body: unknown) =>
    fetch(`${url}/api/2.0/mlflow/${what}/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  expect((await post('registered-models', { name: 'm' })).status).toBe(200);
  expect((await post('model-versions', { name: 'm', source: 's3://elsewhere/model' })).status).toBe(200);
  await until(() => told(watch).includes('b succeeded'), 30_000);
  expect(watch.lines.find(({ pipeline, what }) => pipeline === 'b' && what === 'started')?.message).toBe(
    'b starts: version 1 of m was registered.',
  );
  write('in/one.txt', '1');
  await until(() => told(watch).filter(line => line === 'b succeeded').length === 2, 30_000);

  const fired = await modelyard(['triggers', 'fire', 'a', '--reason', 'asked'], folder);
  expect(fired).toMatchObject({ code: 0, stdout: 'a starts: somebody fired it by hand (asked).\n' });
  await until(() => told(watch).filter(line => line === 'a succeeded').length === 2, 30_000);
  expect(ran()).toBe('a a b b a ');
  const [last] = (await client.call('runs/search', { limit: 1 })).runs;
  expect(last?.tags).toMatchObject({ 'modelyard.trigger': 'manual', 'modelyard.trigger.chain': 'a' });

  // What is under way when it is told to end goes on.
  rmSync(path.join(folder, 'go'));
  write('in/two.txt', '2');
  await until(() => ran().endsWith('a b '), 30_000);
  watch.child.kill('SIGTERM');
  expect(await watch.exit).toBe(0);
  expect(watch.said()).toContain('b goes on in the engine');
  write('go', '');
  await until(async () => (await client.call('pipelines/runs', { limit: 1 }))[0]?.status === 'succeeded', 30_000);
  expect((await client.call('triggers/list', {})).active).toBe(false);
});

test('two watch one folder: both tell, one run starts; a broken modelyard.yaml is told by both', async () => {
  const { folder, write, ran } = workspace();
  write('go', '');
  const [one, two] = await Promise.all([watching(folder), watching(folder)]);
  write('data/d.csv', 'x\n1\n2\n');
  for (const watch of [one, two]) await until(() => told(watch).includes('a succeeded'), 30_000);
  expect(ran()).toBe('a ');
  const client = await connect(folder, { client: 'cli' });
  one.child.kill('SIGTERM');
  expect(await one.exit).toBe(0);
  expect((await client.call('triggers/list', {})).active, 'the other one still watches').toBe(true);

  write('modelyard.yaml', 'pipelines: [');
  await until(() => two.lines.some(({ what }) => what === 'problem'), 30_000);
  write('modelyard.yaml', `${config}# whole again\n`);
  await until(() => two.lines.filter(({ watching: list }) => list !== undefined).length === 2, 30_000);
  const { url, token } = await client.call('engine/listen', {});
  write('modelyard.yaml', config.replace('{change: d}', '{metric: {key: auc, condition: "< 0.75"}}'));
  await until(async () => (await client.call('triggers/list', {})).triggers[0]?.kind === 'metric', 30_000);
  await client.call('triggers/watch', { on: true }); // it has begun
  const post = async (what: string, body: unknown): Promise<{ run?: { info: { run_id: string } } }> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/api/2.0/mlflow/${what}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { run?: { info: { run_id: string } } };
  };
  const experiment_id = (await client.call('runs/search', { limit: 1 })).runs[0]?.experimentId;
  const run_id = (await post('runs/create', { experiment_id, start_time: Date.now() })).run?.info.run_id;
  await post('runs/log-metric', { run_id, key: 'auc', value: 0.7, timestamp: Date.now(), step: 0 });
  await until(() => told(two).filter(line => line === 'a succeeded').length === 2, 30_000);
  expect(two.lines.findLast(({ what }) => what === 'started')?.message).toMatch(
    /^a starts: auc of r-\d+ was 0\.7 \(`auc < 0\.75`\)\.$/,
  );
  const listed = await modelyard(['triggers', 'disable', 'a', 'metric', '--json'], folder);
  expect(JSON.parse(listed.stdout)).toMatchObject({ triggers: [{ kind: 'metric', paused: true, fired: 1 }, {}, {}] });
  expect(await modelyard(['triggers', 'enable', 'b'], folder)).toMatchObject({ code: 0 });
  const wrong = await modelyard(['triggers', 'fire', 'bb'], folder);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean `b`?') });
  two.child.kill('SIGTERM');
  expect(await two.exit).toBe(0);
});

test('triggers are listed, paused and resumed, and what was missed while nothing watched is found', async () => {
  const { folder, write, ran } = workspace();
  write('go', '');
  const first = await watching(folder);
  await modelyard(['triggers', 'pause', 'b'], folder);
  const listed = await modelyard(['triggers'], folder);
  expect(listed.stdout).toMatch(/^a +change +d +when it happens\s/m);
  expect(listed.stdout).toMatch(/^b +files +in\/\*\.txt +paused\s/m);
  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  await until(() => liveEngineRecord(folder) === undefined, 30_000); // nobody is left

  write('data/d.csv', 'x\n1\n2\n');
  write('in/one.txt', '1');
  const alone = await modelyard(['triggers'], folder);
  expect(alone.stdout).toContain('Nobody watches now');
  const second = await watching(folder);
  await until(() => told(second).includes('a succeeded'), 30_000);
  await modelyard(['triggers', 'resume', 'b'], folder);
  await until(() => told(second).includes('b succeeded'), 30_000);
  expect(ran()).toBe('a b ');
  expect(await modelyard(['triggers', 'pause', 'nope'], folder)).toMatchObject({ code: 2 });
  expect(await modelyard(['triggers', 'pause', 'a', 'never'], folder)).toMatchObject({ code: 2 });

  await modelyard(['stop'], folder);
  expect(await second.exit, 'an engine that is stopped ends it').toBe(0);
  rmSync(path.join(folder, 'go'));
});
