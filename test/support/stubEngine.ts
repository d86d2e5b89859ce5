import net from 'node:net';
import { onTestFinished } from 'vitest';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { endpointOf, realWorkspace } from '../../engine/client/endpoint';
import { liveEngineRecord } from '../../engine/client/engineRecord';
import { createWire } from '../../engine/client/wire';
import { fromResponse } from '../../engine/client/wireError';
import type { ModelyardError } from '../../engine/errors';
import type { Emit, EngineOptions } from '../../engine/process/engine';
import { Engine } from '../../engine/process/engine';
import type { Services } from '../../engine/process/services';
import type { Hello } from '../../engine/protocol/engine';
import { version } from './workspaces';

export interface RoomCall {
  readonly room: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Rooms that note what they are asked; `behaviour` says what a call does, by `room.name`. */
export function stubServices(calls: RoomCall[], behaviour: Record<string, (...args: never[]) => unknown> = {}) {
  const room = (roomName: string) =>
    new Proxy(
      {},
      {
        get: (_, name) =>
          typeof name === 'string' && name !== 'then'
            ? (...args: never[]) => {
                calls.push({ room: roomName, name, args });
                return behaviour[`${roomName}.${name}`]?.(...args) ?? usually(name);
              }
            : undefined,
      },
    );
  const rooms = [
    'config',
    'data',
    'tracking',
    'table',
    'pipelines',
    'partitions',
    'executors',
    'registry',
    'verdicts',
    'versionDiffs',
    'wayBack',
    'cleaning',
    'approvals',
    'features',
    'featureJoins',
    'onlineFeatures',
    'monitoring',
    'lineage',
    'infrastructure',
    'deployments',
    'modelImports',
    'security',
    'serving',
    'signing',
    'audit',
    'bom',
    'tuning',
    'triggers',
    'transfer',
    'effects',
    'replay',
    'runDiffs',
    'runCards',
    'store',
  ];
  const stubs: unknown = {
    ...Object.fromEntries(rooms.map(name => [name, room(name)])),
    http: () => Promise.resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' }),
    databaseFile: () => ({ path: 'db', bytes: 0 }),
    collect: () => Promise.resolve({}),
    cancelAll: () => undefined,
    close: () => Promise.resolve(),
  };
  return stubs as Services;
}

const usually = (name: string): unknown =>
  name === 'running' ? [] : name === 'watch' ? { release: () => undefined } : {};

export interface StubEngine {
  readonly engine: Engine;
  readonly workspace: string;
  readonly token: string;
  readonly calls: RoomCall[];
  readonly emit: Emit;
}

/** An engine in this process over rooms that only take note; ended after the test. */
export async function stubEngine(
  folder: string,
  options: Partial<EngineOptions> & { behaviour?: Record<string, (...args: never[]) => unknown> } = {},
): Promise<StubEngine> {
  const workspace = realWorkspace(folder);
  const calls: RoomCall[] = [];
  const emitters: Emit[] = [];
  const engine = await Engine.start({
    workspace,
    configFile: 'modelyard.yaml',
    version,
    grace: 60_000,
    log: { info: () => undefined, error: () => undefined },
    compose: given => {
      emitters.push(given);
      return Promise.resolve(stubServices(calls, options.behaviour));
    },
    ...options,
  });
  if (!engine) throw new Error('Somebody owns the folder.');
  onTestFinished(() => engine.stop());
  const token = liveEngineRecord(workspace)?.token ?? '';
  return { engine, workspace, token, calls, emit: (event, payload) => emitters[0]?.(event, payload) };
}

/** A bare connection that has said nothing yet. */
export function rawConnection(workspace: string): Promise<{ socket: net.Socket; wire: MessageConnection }> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(endpointOf(workspace));
    socket.once('error', reject);
    socket.once('connect', () => {
      const wire = createWire(socket);
      wire.listen();
      onTestFinished(() => void socket.destroy());
      resolve({ socket, wire });
    });
  });
}

export async function greetedConnection(stub: StubEngine, hello: Partial<Hello> = {}): Promise<MessageConnection> {
  const { wire } = await rawConnection(stub.workspace);
  await wire.sendRequest('engine/hello', { token: stub.token, client: 'test', version, trusted: true, ...hello });
  return wire;
}

/** The error that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<ModelyardError> {
  const outcome = await call.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`It should have failed, but gave ${JSON.stringify(outcome.value)}.`);
  return fromResponse(outcome.error);
}
