import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { onTestFinished } from 'vitest';
import { toWireError } from '../../engine/errors';
import type { ImportReport, ImportRequest } from '../../engine/protocol/transfer';
import { modelPort } from '../../engine/process/wiring/modelPort';
import { readGit } from '../../engine/process/wiring/readGit';
import type { SigningService } from '../../engine/security/signing/service';
import { nodeFiles } from '../../engine/store/hostFiles';
import { openConnection } from '../../engine/store/openConnection';
import { sqliteRuntime } from '../../engine/store/sqlite/sharedRuntime';
import { ChildEnd } from '../../engine/transfer/child/childEnd';
import type { ReaderChannel } from '../../engine/transfer/child/conversation';
import type { FromChild } from '../../engine/transfer/child/messages';
import { parseToChild } from '../../engine/transfer/child/messages';
import { runReadJob } from '../../engine/transfer/child/readJob';
import { TransferService } from '../../engine/transfer/service';
import { temporaryFolder, wasmDir } from './store';
import type { TestRegistry } from './registry';
import { openTestRegistry } from './registry';

export const transferFixtures = path.resolve(import.meta.dirname, '../fixtures/transfer');

export interface TestTransfer extends TestRegistry {
  readonly transfer: TransferService;
  readonly workspace: string;
  import(request: ImportRequest | string, signal?: AbortSignal): Promise<ImportReport>;
}

/** Transfers over a new workspace; the process that reads is played in this one, over serialised messages. */
export async function openTestTransfer(
  options: { onMessage?: (message: FromChild) => void; signing?: Pick<SigningService, 'refusal'> } = {},
): Promise<TestTransfer> {
  const rooms = await openTestRegistry();
  const { store, tracking, registry, clock } = rooms;
  const transfer = new TransferService({
    db: store.db,
    objects: store.objects,
    workspace: store.root,
    imports: tracking.imports,
    models: modelPort(registry, tracking, options.signing ?? { refusal: () => Promise.resolve(undefined) }),
    runs: tracking,
    startReader: signal => inProcess(signal, options.onMessage),
    now: () => clock.now,
  });
  return {
    ...rooms,
    transfer,
    workspace: store.root,
    import: (request, signal = new AbortController().signal) =>
      transfer.import(typeof request === 'string' ? { source: request } : request, () => undefined, signal),
  };
}

function inProcess(signal: AbortSignal, onMessage: (message: FromChild) => void = () => undefined): ReaderChannel {
  const queue: unknown[] = [];
  let wake: () => void = () => undefined;
  const end = new ChildEnd(message => {
    onMessage(message);
    queue.push(deserialize(serialize(message)));
    wake();
    return Promise.resolve();
  });
  const controller = new AbortController();
  signal.addEventListener('abort', () => {
    controller.abort();
    wake();
  });
  return {
    post: message => {
      const parsed = parseToChild(deserialize(serialize(message)));
      if (parsed === undefined) throw new Error(`No message: ${JSON.stringify(message)}`);
      if (parsed.type !== 'read') end.handle(parsed);
      else
        void runReadJob(parsed.job, { end, assetsDir: wasmDir, git: readGit }, controller.signal).then(
          () => end.say({ type: 'done' }),
          (error: unknown) => end.say({ type: 'failed', error: toWireError(error) }),
        );
    },
    messages: {
      next: async () => {
        for (;;) {
          signal.throwIfAborted();
          if (queue.length > 0) return { value: queue.shift(), done: false };
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
      },
    },
    close: () => {
      controller.abort();
      return Promise.resolve();
    },
  };
}

/** A copy of a fixture that may be changed. */
export function copyOf(fixture: string, name = fixture): string {
  const folder = path.join(temporaryFolder(), name);
  cpSync(path.join(transferFixtures, fixture), folder, { recursive: true });
  return folder;
}

/** A SQLite file with what the statements make. */
export async function databaseOf(sql: string, file: string): Promise<string> {
  mkdirSync(path.dirname(file), { recursive: true });
  const runtime = await sqliteRuntime(wasmDir);
  const db = openConnection(runtime, { file, files: nodeFiles, cacheKiB: 1024 });
  try {
    db.exec('PRAGMA foreign_keys = OFF');
    db.exec(sql);
  } finally {
    db.close();
  }
  rmSync(`${file}-journal`, { force: true });
  return file;
}

/** A folder beside a temporary one, for what must not be reached. */
export function outside(): string {
  const folder = mkdtempSync(path.join(path.dirname(temporaryFolder()), 'modelyard-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
