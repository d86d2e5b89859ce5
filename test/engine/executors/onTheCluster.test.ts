import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetcher } from '../../../engine/executors/kubernetes/fetcher';
import { jobFiles } from '../../../engine/executors/ray/jobScript';
import { driver } from '../../../engine/executors/ray/trialDriver';
import { uploader } from '../../../engine/executors/uploader';
import { temporaryFolder } from '../../support/store';

const python = spawnSync('python3', ['-c', 'import urllib.request']).status === 0;
const lacking = process.platform === 'win32' ? 'Windows' : python ? '' : 'no python3';

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;
async function listen(answer: Answer): Promise<string> {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const run = (
  file: string,
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; said: string }> =>
  new Promise(resolve => {
    execFile(file, [...args], { cwd, env: { ...process.env, ...env }, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, said: stdout + stderr }),
    );
  });

function place(): string {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'trials.json'), JSON.stringify({ cpus: 1, gpus: 0, slots: 1, threads: 1, tokenVariable: '' })); // prettier-ignore
  writeFileSync(path.join(cwd, 'out.txt'), 'made');
  return cwd;
}
const ray = { PYTHONPATH: path.resolve(import.meta.dirname, '../../fixtures/ray') };

describe.skipIf(lacking !== '')(`the programs that run on a cluster${lacking && ` [skipped: ${lacking}]`}`, () => {
  test.each([
    ['hands over outputs', uploader, ['outs/a.json', 'out.txt']],
    ['fetches the workspace', fetcher, ['artifact', 'workspace.zip', 'x']],
    ['measures trials', driver, []],
  ])('what %s shows its token to no other address than that of the server', async (_, program, args) => {
    const elsewhere: (string | undefined)[] = [];
    const other = await listen(({ headers }, response) => {
      elsewhere.push(headers.authorization);
      response.writeHead(404).end();
    });
    const asked: (string | undefined)[] = [];
    const url = await listen(({ headers, url: at = '' }, response) => {
      asked.push(headers.authorization);
      response.writeHead(302, { location: other + at }).end();
    });
    const env = { ...ray, MLFLOW_TRACKING_URI: url, MLFLOW_RUN_ID: 'r', MLFLOW_TRACKING_TOKEN: 'the-token' };
    const { code, said } = await run('python3', ['-c', program, ...args], { cwd: place(), env });
    expect({ elsewhere, asked }).toEqual({ elsewhere: [], asked: ['Bearer the-token'] });
    expect(code).toBe(1);
    expect(said).toMatch(/The MLflow server says 302 to /);
    expect(said).not.toMatch(/Traceback|the-token/);
  });

  test('outputs are handed over also when the server does not answer for a moment', async () => {
    const asked: string[] = [];
    const url = await listen(({ method, url: at = '' }, response) => {
      asked.push(`${method} ${at}`);
      if (asked.length === 1) response.writeHead(503).end();
      else if (method === 'GET')
        response.end(JSON.stringify({ run: { info: { artifact_uri: 'mlflow-artifacts:/1/r' } } }));
      else response.end();
    });
    const env = { MLFLOW_TRACKING_URI: url, MLFLOW_RUN_ID: 'r' };
    expect(await run('python3', ['-c', uploader, 'outs/a.json', 'out.txt'], { cwd: place(), env })).toEqual({ code: 0, said: '' }); // prettier-ignore
    expect(asked.at(-1)).toBe('PUT /api/2.0/mlflow-artifacts/artifacts/1/r/outs/a.json');
  });

  // a tunnel makes a head elsewhere look local: the file with the engine's token is not there
  const far = { ...ray, MODELYARD_TOKEN_FILE: '/not/on/this/machine', MLFLOW_TRACKING_URI: 'http://127.0.0.1:1', MLFLOW_RUN_ID: 'r' }; // prettier-ignore

  test('trials behind a tunnel end at once, with the way out', async () => {
    const { code, said } = await run('python3', ['-c', driver], { cwd: place(), env: far });
    expect(code).toBe(1);
    expect(said).toMatch(/^This Ray head \(.+\) is not on the machine of Modelyard, or not of its user, although its address is a local one: http:\/\/127\.0\.0\.1:1 cannot be asked from here\. Name an MLflow server that both reach: ray: \{tracking: \{url: \.\.\.\}\}\.\n$/); // prettier-ignore
  });

  test('a command behind a tunnel does not begin when its outputs could not come back', async () => {
    const script = async (outs: readonly string[]) => {
      const cwd = place();
      for (const [name, text] of Object.entries(jobFiles({ step: 'a', command: 'echo begun', secrets: {}, outs }))) {
        mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
        writeFileSync(path.join(cwd, name), text);
      }
      return run('sh', ['.modelyard-job.sh'], { cwd, env: far });
    };
    expect(await script(['out.txt'])).toMatchObject({ code: 1, said: expect.stringMatching(/^This Ray node \(.+\) is not on the machine of Modelyard.*: the outputs could not come back\. Name .*tracking/) }); // prettier-ignore
    expect(await script([])).toEqual({ code: 0, said: 'begun\n' });
  });
});
