import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Logins } from '../../../engine/executors/kubernetes/logins';
import { leftJobs, stopJobs } from '../../../engine/executors/leftJobs';
import { packageOf } from '../../../engine/executors/package';
import { mostLog } from '../../../engine/executors/ray/rayClient';
import { runOnRay } from '../../../engine/executors/ray/runOnRay';
import { ExecutorService } from '../../../engine/executors/service';
import { fetchOuts, openRun, putArtifact } from '../../../engine/executors/trackedJob';
import { ancestors, surelyMade, topologicalOrder } from '../../../engine/pipelines/graph/graph';
import type { RayCommand } from '../../../engine/protocol/executors';
import { serve } from '../../support/httpServer';
import { openTestApi } from '../../support/mlflowApi';
import { startRayServer } from '../../support/rayServer';
import { temporaryFolder } from '../../support/store';

const never = new AbortController().signal;
const git = (folder: string, args: readonly string[]): Promise<string | undefined> =>
  Promise.resolve(existsSync(path.join(folder, '.git')) ? execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }) : undefined); // prettier-ignore

function stage(address: string, more: Partial<RayCommand> = {}) {
  const workspace = temporaryFolder();
  const printed: string[] = [];
  const job: RayCommand = {
    ray: { address },
    step: 'load',
    jobId: 'modelyard_1_load',
    command: 'echo begun; cat a.txt',
    env: {},
    secrets: {},
    outs: [],
    include: [],
    experiment: 'credit',
    workDir: temporaryFolder(),
    log: text => void printed.push(text),
    onOutput: () => undefined,
    ...more,
  };
  writeFileSync(path.join(workspace, 'a.txt'), 'from the workspace\n');
  const run = (signal = never): Promise<void> => runOnRay(job, { workspace, git, interval: 20, patience: 300 }, signal);
  return { workspace, run, job, log: () => printed.join('') };
}
const python = spawnSync('python3', ['-c', 'import urllib.request']).status === 0;
const variable = (name: string, value: string): void => {
  process.env[name] = value;
  onTestFinished(() => void delete process.env[name]);
};

describe.skipIf(process.platform === 'win32')('a command on Ray', () => {
  test('has the workspace, its variables and what it prints comes back once; the same files are uploaded once', async () => {
    const server = await startRayServer();
    const first = stage(server.address, { env: { MODE: 'fast' }, command: 'echo $MODE; sleep 0.1; cat a.txt' });
    await first.run();
    expect(first.log().match(/fast\nfrom the workspace\n/g)).toHaveLength(1);
    expect(server.submitted()).toMatchObject({ entrypoint: 'sh .modelyard-job.sh', metadata: { 'modelyard.step': 'load' } }); // prettier-ignore
    await runOnRay(
      { ...first.job, jobId: 'modelyard_2_load' },
      { workspace: first.workspace, git, interval: 20 },
      never,
    );
    expect(server.requests.filter(one => one.startsWith('PUT'))).toHaveLength(1);
  });

  test('that fails is told with its exit code and last lines', async () => {
    const server = await startRayServer();
    const { run, log } = stage(server.address, { command: 'echo no such table; exit 3' });
    await expect(run()).rejects.toMatchObject({
      code: 'step.failed',
      message: expect.stringMatching(
        /Step load failed on Ray at http.*failed with exit code 3\. It said:.*no such table$/,
      ),
    });
    expect(log()).toContain('no such table');
  });

  test('takes secrets from the cluster, and nothing that is sent has one', async () => {
    const server = await startRayServer('s3cret-token');
    variable('CLUSTER_KEY', 'value-on-the-cluster');
    variable('RAY_TOKEN_HERE', 's3cret-token');
    const ray = { address: server.address, token: { env: 'RAY_TOKEN_HERE' } };
    const good = stage(server.address, { ray, secrets: { API_KEY: 'CLUSTER_KEY' }, command: 'echo ${#API_KEY}' });
    await good.run();
    expect(good.log()).toMatch(/\n20\n$/);
    expect(JSON.stringify(server.submitted())).not.toMatch(/value-on|s3cret/);
    const missing = stage(server.address, { ray, secrets: { API_KEY: 'NOT_THERE' } });
    await expect(missing.run()).rejects.toMatchObject({ message: expect.stringMatching(/NOT_THERE: is not set on the Ray cluster/) }); // prettier-ignore
  });

  test('a wrong or missing token: refused with the way out', async () => {
    const server = await startRayServer('s3cret');
    await expect(stage(server.address).run()).rejects.toMatchObject({ code: 'remote.refused', fix: expect.stringMatching(/RAY_AUTH_TOKEN/) }); // prettier-ignore
    const ray = { address: server.address, token: { env: 'NO_SUCH_VARIABLE' } };
    await expect(stage(server.address, { ray }).run()).rejects.toMatchObject({ message: expect.stringMatching(/NO_SUCH_VARIABLE, which has the token/) }); // prettier-ignore
  });

  test('cancelled: the job is stopped on the cluster before the step ends', async () => {
    const server = await startRayServer();
    const { run, job } = stage(server.address, { command: 'sleep 60' });
    const abort = new AbortController();
    const running = run(abort.signal);
    await expect.poll(() => server.jobs.get(job.jobId)?.status, { timeout: 10_000 }).toBe('RUNNING');
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(server.jobs.get(job.jobId)?.status).toBe('STOPPED');
  });

  test('the job of an engine that was killed is stopped by the next one', async () => {
    const server = await startRayServer();
    const workFolder = temporaryFolder();
    const workDir = path.join(workFolder, 'run', 'load');
    mkdirSync(workDir, { recursive: true });
    const { run, job } = stage(server.address, { command: 'sleep 60', workDir });
    const ended = expect(run()).rejects.toMatchObject({ code: 'step.failed' });
    await expect.poll(() => server.jobs.has(job.jobId), { timeout: 10_000 }).toBe(true);
    const left = await leftJobs(workFolder);
    expect(left).toMatchObject([{ id: job.jobId, ray: { address: server.address } }]);
    await stopJobs(left, new Logins());
    expect(server.jobs.get(job.jobId)?.status).toBe('STOPPED');
    await ended;
  });

  test('what the notes of a folder name is asked for nothing before somebody trusts the folder', async () => {
    const server = await startRayServer();
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'run'));
    writeFileSync(path.join(folder, 'run', 'ray-job.json'), JSON.stringify({ id: 'modelyard_x', ray: { address: server.address, token: { env: 'PATH' } } })); // prettier-ignore
    const config = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const service = new ExecutorService({ config, graph: { order: topologicalOrder, ancestors, sure: surelyMade }, version: '1', configFile: 'modelyard.yaml', ray: { workspace: folder, git } }); // prettier-ignore
    await service.endLeft(folder);
    await delay(50);
    expect(server.requests).toEqual([]);
    service.trusted();
    await expect.poll(() => server.requests, { timeout: 5_000 }).toEqual(['POST /api/jobs/modelyard_x/stop']);
  });

  test('stopped by somebody on the cluster: a failure that says so', async () => {
    const server = await startRayServer();
    const { run, job } = stage(server.address, { command: 'sleep 60' });
    const running = run();
    const ended = expect(running).rejects.toMatchObject({ code: 'step.failed', message: expect.stringMatching(/was stopped on the Ray cluster, not from here/) }); // prettier-ignore
    await expect.poll(() => server.jobs.has(job.jobId), { timeout: 10_000 }).toBe(true);
    await fetch(`${server.address}/api/jobs/${job.jobId}/stop`, { method: 'POST' });
    server.jobs.get(job.jobId)!.status = 'STOPPED';
    await ended;
  });

  test('a head that dies mid-job: a clear sentence, and what was printed is kept', async () => {
    const server = await startRayServer();
    const { run, log } = stage(server.address, { command: 'echo begun; sleep 60' });
    const ended = expect(run()).rejects.toMatchObject({
      code: 'remote.unreachable',
      message: expect.stringMatching(/has not answered for 0 s \(nothing listens there\) while step load ran there: whether its job modelyard_1_load goes on is not known\.$/), // prettier-ignore
      fix: expect.stringMatching(/ray job stop modelyard_1_load/),
    });
    await expect.poll(log, { timeout: 10_000 }).toContain('begun\n');
    // a real one first answers for its parts that are gone
    server.answer = () => ({ status: 500, text: 'Traceback\nCannot connect to host' });
    await delay(100);
    await server.die();
    await ended;
  });

  test('a head that was started anew has forgotten the job; one that answers badly for a moment is borne', async () => {
    const server = await startRayServer();
    const { run, log } = stage(server.address, { command: 'echo begun; sleep 60' });
    const ended = expect(run()).rejects.toMatchObject({ message: expect.stringMatching(/no longer knows the job .* started anew/) }); // prettier-ignore
    await expect.poll(log, { timeout: 10_000 }).toContain('begun\n');
    server.answer = () => ({ status: 503, text: 'starting' });
    await delay(100);
    server.answer = () => undefined;
    await server.die();
    await server.revive();
    await ended;
  });

  test('what answers is no Ray: said, not guessed', async () => {
    const server = await startRayServer();
    server.answer = () => ({ status: 200, text: '<html>' });
    await expect(stage(server.address).run()).rejects.toMatchObject({
      message: expect.stringMatching(/is no Ray head/),
    });
  });

  test.skipIf(!python)(`outputs come back with their digests${python ? '' : ' [skipped: no python3]'}`, async () => {
    const server = await startRayServer();
    const api = await openTestApi();
    const url = await serve(api.handler);
    const ray = { address: server.address, tracking: { url } };
    const command = 'mkdir -p made/deep; printf one > made/1.txt; printf two > "made/deep/ü 2.txt"; cp a.txt out.txt';
    const { run, workspace } = stage(server.address, { ray, command, outs: ['made', 'out.txt'] });
    await run();
    expect(readFileSync(path.join(workspace, 'made/deep/ü 2.txt'), 'utf8')).toBe('two');
    expect(readFileSync(path.join(workspace, 'out.txt'), 'utf8')).toBe('from the workspace\n');
    const [tracked] = api.tracking.search({ limit: 1 }).runs;
    expect(tracked).toMatchObject({ status: 'FINISHED', name: 'load' });
    expect(api.tracking.artifacts(tracked!.id, '').map(entry => entry.path)).toContain('out.txt');
    const without = stage(server.address, { ray, command: 'true', outs: ['none.txt'] });
    await expect(without.run()).rejects.toMatchObject({ message: expect.stringMatching(/The output none\.txt was not made/) }); // prettier-ignore
    expect(api.tracking.search({ limit: 1 }).runs[0]).toMatchObject({ status: 'FAILED' });
    await expect(stage(server.address, { outs: ['x'] }).run()).rejects.toMatchObject({ fix: expect.stringMatching(/tracking/) }); // prettier-ignore
  });
});

test('a log that is too long to be held is read no further, and the job is followed to its end', async () => {
  const server = await startRayServer();
  const { run, log, job } = stage(server.address, { command: 'echo begun; sleep 0.4' });
  let asked = 0;
  server.answer = ({ url }) => url?.endsWith('/logs') !== true ? undefined : { status: 200, text: ++asked === 1 ? JSON.stringify({ logs: 'first\n' }) : ' '.repeat(mostLog + 1) }; // prettier-ignore
  await run();
  expect(log().replace(/^(The cluster|Submitted).*\n/gm, '')).toBe(`first\nThe log of the job is too long to be read on: \`ray job logs ${job.jobId}\` has the rest.\n`); // prettier-ignore
  expect(asked).toBe(2);
});

test('a note of a left job that names no job, no server or no variable is none', async () => {
  const folder = temporaryFolder();
  const note = (id: string, ray: object): void => writeFileSync(path.join(folder, 'ray-job.json'), JSON.stringify({ id, ray })); // prettier-ignore
  for (const [id, ray] of [
    ['modelyard_1_a/../../../other', { address: 'http://ray:8265' }],
    ['modelyard_1_a', { address: 'http://somebody:secret@ray:8265' }],
    ['modelyard_1_a', { address: 'file:///etc/passwd' }],
    ['modelyard_1_a', { address: 'http://ray:8265', token: { env: 'A B' } }],
  ] as const) {
    note(id, ray);
    expect(await leftJobs(folder)).toEqual([]);
  }
  note('modelyard_1_a', { address: 'http://ray:8265', token: { env: 'RAY_AUTH_TOKEN' } });
  expect(await leftJobs(folder)).toHaveLength(1);
});

test('an MLflow server that points elsewhere is said to do so, and nothing is asked there', async () => {
  const elsewhere: string[] = [];
  const [other, server] = await Promise.all([0, 1].map(async () => {
    const made = http.createServer();
    await new Promise<void>(resolve => made.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void made.close());
    return made;
  })) as [http.Server, http.Server]; // prettier-ignore
  const urlOf = (one: http.Server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
  other.on('request', (request, response) => {
    elsewhere.push(request.url ?? '');
    response.end('{}');
  });
  server.on('request', (_, response) => response.writeHead(308, { location: `${urlOf(other)}/login?x=1` }).end());
  await expect(openRun({ url: urlOf(server), token: 'the-token' }, { experiment: 'credit', name: 'a' }, never)).rejects.toMatchObject({ code: 'remote.refused', message: `The MLflow server at ${urlOf(server)} answers 308: it is elsewhere, at ${urlOf(other)}.` }); // prettier-ignore
  expect(elsewhere).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('what a job hands over', () => {
  const text = 'x'.repeat(200_000);
  const sha256 = createHash('sha256').update(text).digest('hex');
  async function handed(files: object[], prepare: (workspace: string) => void = () => undefined) {
    const api = await openTestApi();
    const url = await serve(api.handler);
    const workspace = temporaryFolder();
    prepare(workspace);
    const run = await openRun({ url }, { experiment: 'credit', name: 'a' }, never);
    for (const file of ['made/one.txt', 'made/link/one.txt']) await putArtifact(run, { file, bytes: new TextEncoder().encode(text) }, never); // prettier-ignore
    await putArtifact(run, { file: 'outs/a.json', bytes: new TextEncoder().encode(JSON.stringify({ files })) }, never);
    const outcome = await fetchOuts(run, { list: 'outs/a.json', outs: ['made'], workspace }, never).catch((error: unknown) => error); // prettier-ignore
    return { outcome, left: readdirSync(workspace, { recursive: true }) };
  }

  test('is written when it is what was listed; of more no more is taken than was listed, and nothing is left', async () => {
    const one = { path: 'made/one.txt', size: text.length, sha256 };
    expect(await handed([one])).toEqual({ outcome: undefined, left: ['made', 'made/one.txt'] });
    const short = await handed([{ ...one, size: 70_000 }]);
    expect(short).toMatchObject({ outcome: { message: 'The output made/one.txt was changed on its way from the job.' }, left: ['made'] }); // prettier-ignore
  });

  test('goes nowhere that a link leads out to', async () => {
    const outside = temporaryFolder();
    const { outcome } = await handed([{ path: 'made/link/one.txt', size: text.length, sha256 }], workspace => {
      mkdirSync(path.join(workspace, 'made'));
      symlinkSync(outside, path.join(workspace, 'made/link'));
    });
    expect(readdirSync(outside)).toEqual([]);
    expect(outcome).toMatchObject({ code: 'step.failed', message: expect.stringMatching(/^The job hands over made\/link\/one\.txt, which a link leads out of the workspace folder, to /), fix: 'Remove the link.' }); // prettier-ignore
  });

  test('that the disk does not take is not said to be a server which does not answer', async () => {
    const { outcome } = await handed([{ path: 'made/one.txt', size: text.length, sha256 }], workspace => {
      mkdirSync(path.join(workspace, `made/one.txt.${process.pid}.tmp/x`), { recursive: true });
    });
    expect(outcome).toMatchObject({ code: 'step.failed', message: expect.stringMatching(/^What the job hands over cannot be written: EISDIR/) }); // prettier-ignore
  });
});

describe.skipIf(process.platform === 'win32')('the workspace as a package', () => {
  test('has no files of secrets but those that git tracks or modelyard.yaml names; the log says which stay here', async () => {
    const server = await startRayServer();
    const { workspace, run, log } = stage(server.address, { include: ['certs/ca.pem'], command: 'ls -A' });
    for (const name of ['.env', '.env.example', 'deep/.env.local', 'certs/ca.pem', 'certs/own.key', '.netrc']) {
      mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      writeFileSync(path.join(workspace, name), 'x');
    }
    const packed = async () => {
      const made = await packageOf({ workspace, include: ['certs/ca.pem'], extra: {}, git }, never);
      return [Object.keys(unzipSync(made.bytes)).sort(), made.withheld];
    };
    const secrets = ['.env', '.netrc', 'certs/own.key', 'deep/.env.local'];
    expect(await packed()).toEqual([['.env.example', 'a.txt', 'certs/ca.pem'], secrets]);
    await run();
    expect(log()).toContain(`Not sent, as secrets may be in it: ${secrets.join(', ')}. `);
    expect(log()).not.toMatch(/^\.env$/m);
    execFileSync('git', ['-C', workspace, 'init', '-q']);
    expect(await packed()).toEqual([['.env.example', 'a.txt', 'certs/ca.pem'], secrets]);
    execFileSync('git', ['-C', workspace, 'add', '.env']);
    expect(await packed()).toEqual([['.env', '.env.example', 'a.txt', 'certs/ca.pem'], secrets.slice(1)]);
  });

  test('has what git tracks or would track, what is named, and no link that leads out', async () => {
    const workspace = temporaryFolder();
    for (const [name, text] of Object.entries({
      '.gitignore': '*.csv\nsecret.env\n',
      'a.py': 'a',
      'data/x.csv': '1',
      'secret.env': 's',
      '.modelyard/db': 'd',
    })) {
      // prettier-ignore
      mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      writeFileSync(path.join(workspace, name), text);
    }
    symlinkSync('/etc/hosts', path.join(workspace, 'hosts'));
    execFileSync('git', ['-C', workspace, 'init', '-q']);
    const options = { workspace, include: ['data', 'not-there'], extra: { 'job.sh': 'x' }, git };
    const made = await packageOf(options, never);
    expect(Object.keys(unzipSync(made.bytes)).sort()).toEqual(['.gitignore', 'a.py', 'data/x.csv', 'job.sh']);
    expect((await packageOf(options, never)).name).toBe(made.name);
    expect(made.withheld).toEqual([]);
    writeFileSync(path.join(workspace, 'a.py'), 'b');
    expect((await packageOf(options, never)).name).not.toBe(made.name);
  });
});
