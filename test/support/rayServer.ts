import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './store';

interface Job {
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message: string;
  logs: string;
  readonly child: ChildProcess;
}

export interface RayServer {
  readonly address: string;
  readonly jobs: Map<string, Job>;
  readonly requests: string[];
  /** What was submitted last. */
  submitted(): { readonly entrypoint: string; readonly runtime_env: { readonly env_vars: Record<string, string> } };
  /** As the process of a head ends: connections break, nothing listens; jobs are forgotten. */
  die(): Promise<void>;
  /** A head at the same address that knows nothing. */
  revive(): Promise<void>;
  /** Answers with this instead, when it is one. */
  answer: (request: http.IncomingMessage) => { status: number; text: string } | undefined;
}

/** Speaks the part of Ray's Jobs API that is documented, and runs what is submitted; ends with the test. */
export async function startRayServer(token?: string): Promise<RayServer> {
  const folder = temporaryFolder();
  const packages = new Map<string, Uint8Array>();
  const jobs = new Map<string, Job>();
  let last = '{}';
  const state: Pick<RayServer, 'answer' | 'requests'> = { answer: () => undefined, requests: [] };

  const submit = (text: string): string => {
    last = text;
    const { submission_id: id, entrypoint, runtime_env } = JSON.parse(text);
    const place = path.join(folder, id);
    const zip = packages.get(runtime_env.working_dir.replace('gcs://', ''));
    for (const [name, bytes] of Object.entries(unzipSync(zip ?? new Uint8Array()))) {
      mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
      writeFileSync(path.join(place, name), bytes);
    }
    const env = { ...process.env, ...runtime_env.env_vars };
    const child = spawn(entrypoint, { shell: true, cwd: place, env, detached: true });
    const job: Job = {
      status: 'RUNNING',
      message: '',
      logs: `Running entrypoint for job ${id}: ${entrypoint}\n`,
      child,
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (job.logs += chunk.toString())); // prettier-ignore
    child.once('close', code => {
      if (job.status === 'RUNNING') job.status = code === 0 ? 'SUCCEEDED' : 'FAILED';
      job.message = code === 0 ? 'Job finished successfully.' : `Job entrypoint command failed with exit code ${code ?? ''}, last available logs (truncated to 20,000 chars):\n${job.logs}`; // prettier-ignore
    });
    jobs.set(id, job);
    return JSON.stringify({ job_id: id, submission_id: id });
  };
  const end = (job: Job): void => {
    if (job.status !== 'RUNNING') return;
    job.status = 'STOPPED';
    process.kill(-job.child.pid!, 'SIGKILL');
  };

  const respond = (request: http.IncomingMessage, body: Buffer): { status: number; text: string } => {
    const { method = '', url = '', headers } = request;
    state.requests.push(`${method} ${url}`);
    const other = state.answer(request);
    if (other) return other;
    if (headers['sec-fetch-mode'] !== undefined && method !== 'GET') return { status: 405, text: 'browser traffic' };
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) return { status: 401, text: 'Unauthorized: Missing authentication token' }; // prettier-ignore
    const [, kind, name = '', call] = url.slice(4).split('/');
    if (kind === 'packages') {
      const packageName = call ?? '';
      if (method === 'PUT') packages.set(packageName, body);
      return packages.has(packageName) ? { status: 200, text: '' } : { status: 404, text: '' };
    }
    if (method === 'POST' && name === '') return { status: 200, text: submit(body.toString()) };
    const job = jobs.get(name);
    if (job === undefined) return { status: 404, text: `Job ${name} does not exist` };
    if (call === 'stop') end(job);
    if (call === 'logs') return { status: 200, text: JSON.stringify({ logs: job.logs }) };
    return { status: 200, text: JSON.stringify({ status: job.status, message: job.message }) };
  };

  const open = async (port: number): Promise<http.Server> => {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        try {
          const { status, text } = respond(request, Buffer.concat(chunks));
          response.writeHead(status).end(text);
        } catch (error) {
          response.writeHead(500).end(String(error));
        }
      });
    });
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const job of jobs.values()) end(job);
    jobs.clear();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  onTestFinished(close);
  return Object.assign(state, {
    address: `http://127.0.0.1:${port}`,
    jobs,
    submitted: () => JSON.parse(last),
    die: close,
    revive: async () => {
      server = await open(port);
    },
  });
}
