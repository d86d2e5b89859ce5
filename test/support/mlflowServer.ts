import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';

export interface MlflowServer {
  readonly process: ChildProcess;
  readonly url: string;
  /** An answer of the API below /api/2.0/mlflow/; throws unless it is 200. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/** Calls over connections that stay open, as MLflow's clients make them; rejects for any answer but 200. */
export function caller(url: string): MlflowServer['call'] {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });
  return (method, target, body) =>
    new Promise((resolve, reject) => {
      const data = body === undefined ? undefined : JSON.stringify(body);
      const request = http.request(
        new URL(target.startsWith('/') ? target : `/api/2.0/mlflow/${target}`, url),
        {
          method,
          agent,
          headers:
            data === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) },
        },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve(text === 'OK' ? text : JSON.parse(text));
            else reject(new Error(`${target}: ${response.statusCode} ${text.slice(0, 300)}`));
          });
        },
      );
      request.on('error', reject);
      request.end(data);
    });
}

/** `modelyard serve` without a token, of the bundles in a folder, as a process of its own. */
export async function startServer(bundles: string, workspace: string): Promise<MlflowServer> {
  const args = [path.join(bundles, 'cli.js'), 'serve', '--no-token', '--workspace', workspace];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`The server ended: ${text}`)));
  });
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return ended;
  };
  return { process: child, url, kill, call: caller(url) };
}
