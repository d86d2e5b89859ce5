/** The engine process: ready after its start, memory when idle, a call and back; beside a bare Node and a bare socket. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineClient } from '../../engine/client/engineClient';
import { endpointOf } from '../../engine/client/endpoint';
import packageJson from '../../package.json';

type Report = (line: string) => void;
const engineFile = path.resolve('dist/engine.js');
const starts = 9;
const calls = 5000;

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-bench-'));
  try {
    copyFileSync(path.resolve('samples/credit-scoring/modelyard.yaml'), path.join(folder, 'modelyard.yaml'));
    await startTimes(folder, report);
    const client = await connect(folder);
    await idleMemory(client, report);
    await roundTrips(client, folder, report);
    await takeover(client, report);
    await end(client);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const connect = (workspace: string): Promise<EngineClient> =>
  EngineClient.connect({ workspace, engineFile, client: 'test', version: packageJson.version, trusted: true });

async function end(client: EngineClient): Promise<void> {
  await client.call('engine/stop', { now: true });
  await new Promise<void>(resolve => client.onState(() => resolve()));
  client.dispose();
  await delay(100);
}

/** Start of the process to the answer of hello, and a Node that does nothing, by turns. */
async function startTimes(folder: string, report: Report): Promise<void> {
  const [engine, bare]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < starts; turn++) {
    bare.push(await timed(() => bareNode()));
    let client: EngineClient | undefined;
    engine.push(
      await timed(async () => {
        client = await connect(folder);
      }),
    );
    if (client) await end(client);
  }
  const ready = median(engine.slice(1)); // the first one makes the database
  report(`engine: ready ${ms(ready)} after its start (database made: ${ms(engine[0] ?? NaN)}); target 500 ms`);
  report(`        a Node that does nothing: ${ms(median(bare))}; ratio ${(ready / median(bare)).toFixed(1)}`);
}

const bareNode = (): Promise<void> =>
  new Promise(resolve => {
    spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', () => resolve());
  });

async function idleMemory(client: EngineClient, report: Report): Promise<void> {
  await delay(2000);
  const bare = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 10000)'], { stdio: 'ignore' });
  await delay(500);
  const [engineMb, bareMb] = [residentMb(client.welcome.pid), residentMb(bare.pid)];
  bare.kill();
  const own = (await client.call('engine/status', {})).memory.rss / 1e6;
  report(`engine: idle for 2 s, RSS ${(engineMb ?? own).toFixed(0)} MB; target 150 MB`);
  if (engineMb !== undefined && bareMb !== undefined)
    report(`        a Node that does nothing: ${bareMb.toFixed(0)} MB; ratio ${(engineMb / bareMb).toFixed(1)}`);
}

/** Linux tells; elsewhere the engine's own word is taken. */
function residentMb(pid: number | undefined): number | undefined {
  try {
    const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? undefined : (Number(kb) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

async function roundTrips(client: EngineClient, folder: string, report: Report): Promise<void> {
  for (let i = 0; i < 500; i++) await client.call('engine/status', {});
  const call =
    (await timed(async () => {
      for (let i = 0; i < calls; i++) await client.call('engine/status', {});
    })) / calls;
  const many =
    (await timed(() => Promise.all(Array.from({ length: calls }, () => client.call('engine/status', {}))))) / calls;
  const echo = (await socketEcho(endpointOf(`${folder}-echo`))) / calls;
  report(`engine: a call and back ${us(call)}; ${calls} at once ${us(many)} each`);
  report(`        80 bytes and back over a bare socket: ${us(echo)}; ratio ${(call / echo).toFixed(1)}`);
}

/** ms for `calls` round trips between two ends in this process. */
async function socketEcho(endpoint: string): Promise<number> {
  const server = net.createServer(socket => socket.pipe(socket));
  await new Promise<void>(resolve => server.listen(endpoint, resolve));
  const socket = net.connect(endpoint);
  const word = Buffer.alloc(80);
  const elapsed = await timed(async () => {
    for (let i = 0; i < calls; i++)
      await new Promise<void>(resolve => {
        socket.once('data', () => resolve());
        socket.write(word);
      });
  });
  socket.destroy();
  server.close();
  return elapsed;
}

async function takeover(client: EngineClient, report: Report): Promise<void> {
  const again: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const reconnected = new Promise<void>(resolve => {
      const subscription = client.onDidReconnect(() => {
        subscription.dispose();
        resolve();
      });
    });
    again.push(
      await timed(() => {
        process.kill(client.welcome.pid, 'SIGKILL');
        return reconnected;
      }),
    );
  }
  report(
    `engine: killed, client connected to the next one after ${ms(median(again))} (worst ${ms(Math.max(...again))}); target 2,000 ms`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const us = (value: number): string => `${(value * 1000).toFixed(0)} µs`;
