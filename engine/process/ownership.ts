import { mkdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { liveEngineRecord } from '../client/engineRecord';
import { ModelyardError } from '../errors';

/** ms; an engine that ends may take so long to give its endpoint up. */
const patience = 30_000;
const retryInterval = 10;

/**
 * Makes this process the owner of a workspace: who can bind the endpoint is. While an owner is about to end (its record
 * is gone, the endpoint still bound until the database is closed) this waits for it.
 * @returns undefined when another engine owns the workspace and lives.
 * @throws ModelyardError `engine.unreachable` when something else holds the endpoint.
 */
export async function claimEndpoint(workspace: string, endpoint: string): Promise<net.Server | undefined> {
  const found = liveEngineRecord(workspace);
  const isAnotherUsers = found !== undefined && found.endpoint !== endpoint;
  if (isAnotherUsers && (await probe(found.endpoint)) === 'answers') return undefined;
  const deadline = Date.now() + patience;
  for (;;) {
    const server = await listen(endpoint);
    if (server) return server;
    const reached = await probe(endpoint);
    if (reached === 'answers' && liveEngineRecord(workspace) !== undefined) return undefined;
    if (reached === 'dead' && isSocketFile(endpoint)) await reap(endpoint);
    if (Date.now() > deadline) throw occupied(workspace);
    await delay(retryInterval);
  }
}

const isSocketFile = (endpoint: string): boolean => endpoint.startsWith('/');

/** A listening server, or undefined when the endpoint is taken. */
const listen = (endpoint: string): Promise<net.Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: endpoint, exclusive: true }, () => resolve(server));
  });

/** `dead`: a socket file whose owner is gone. */
const probe = (endpoint: string): Promise<'answers' | 'dead' | 'absent'> =>
  new Promise(resolve => {
    const socket = net.connect(endpoint);
    socket.once('connect', () => {
      socket.destroy();
      resolve('answers');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'dead' : 'absent'));
  });

/**
 * Removes the socket file of a dead owner. Two processes that do so at once could remove each other's new socket: a
 * folder, which only one can make, lets one at a time look again and remove.
 */
async function reap(endpoint: string): Promise<void> {
  const guard = `${endpoint}.reap`;
  if (!enter(guard)) return;
  try {
    if ((await probe(endpoint)) === 'dead') unlinkSync(endpoint);
  } finally {
    rmdirSync(guard);
  }
}

function enter(guard: string): boolean {
  try {
    mkdirSync(guard);
    return true;
  } catch {
    forgetAbandoned(guard);
    return false;
  }
}

/** A process may have been killed between mkdir and rmdir. */
function forgetAbandoned(guard: string): void {
  try {
    if (Date.now() - statSync(guard).mtimeMs > 5000) rmdirSync(guard);
  } catch {
    // somebody else did
  }
}

const occupied = (workspace: string): ModelyardError =>
  new ModelyardError('engine.unreachable', `Something else holds the engine's endpoint of ${workspace}.`, {
    fix: 'An engine that hangs can be ended by hand: its process id is in .modelyard/engine.log.',
  });
