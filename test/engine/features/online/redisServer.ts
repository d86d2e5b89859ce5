import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';

/** Why the tests with a real Redis are skipped, or undefined. */
export const noRedis: string | undefined =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'there is no redis-server on the PATH (apt-get install redis-server)';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  kill(): Promise<void>;
  /** Hangs, as behind a cable that was pulled, and goes on. */
  stop(): void;
  goOn(): void;
  /** Again at the same port, empty. */
  start(): Promise<void>;
}

/** A Redis of its own, that keeps nothing on the disk; ended after the test. */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const run = () =>
    spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir(), ...args], {
      stdio: 'ignore',
    });
  let child = run();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  await answers(port);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    stop: () => child.kill('SIGSTOP'),
    goOn: () => child.kill('SIGCONT'),
    start: async () => {
      child = run();
      await answers(port);
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = net.connect(port, '127.0.0.1');
    const open = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error('redis-server does not answer.');
}
