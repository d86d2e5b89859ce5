import { ModelyardError, throwIfAborted } from '../errors';
import type { ProgressReport } from '../protocol/progress';
import type { RegisteredModel } from '../protocol/registry';
import type { ServingTest } from '../protocol/serving';
import { putLoad, type Asked } from './loadTest';
import { drillRollback } from './rollbackDrill';
import type { ServerProcess } from './serverProcess';
import { smokeTest } from './smokeTest';
import { versionAt, versionBefore } from './target';

/** A request that a model must be able to answer. */
export interface Example {
  readonly body: string;
  readonly rows: number;
  /** Names in each answer. */
  readonly outputs: readonly string[];
}

export interface VersionTestRequest {
  readonly model: string;
  readonly version: number;
  /** Of load. */
  readonly seconds?: number;
  /** Clients at a time. */
  readonly connections?: number;
}

export interface VersionTestPorts {
  /** The registry's. @throws ModelyardError `not-found` */
  readonly registry: (name: string) => Promise<RegisteredModel>;
  /** A folder with the files of a version. @throws ModelyardError `not-found` when they are not in this workspace */
  readonly files: (version: number) => Promise<string>;
  /** The input example of a model's folder. */
  readonly example: (folder: string) => Promise<Example>;
  readonly newToken: () => string;
  /** One of the test's own. */
  readonly server: () => Pick<ServerProcess, 'load' | 'listen' | 'close'>;
}

/** Clients at a time, and seconds, of a load test. */
const [usualConnections, usualSeconds] = [4, 5];

/**
 * Serves a version for itself: looks at everything once, puts it under load, and under load replaces it by the version a
 * rollback would bring back, and the other way round.
 * @throws ModelyardError `not-found`, `step.failed` when it cannot be served at all, `cancelled`
 */
export async function testVersion(
  ports: VersionTestPorts,
  { request, progress }: { readonly request: VersionTestRequest; readonly progress: (report: ProgressReport) => void },
  signal: AbortSignal,
): Promise<Omit<ServingTest, 'testedAt'>> {
  const { model, version, seconds = usualSeconds, connections = usualConnections } = request;
  const registered = await ports.registry(model);
  if (versionAt(registered, String(version)) === undefined)
    throw new ModelyardError('not-found', `Model ${model} has no version ${version}.`);
  const begun = performance.now();
  const server = ports.server();
  const abort = (): void => void server.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    progress({ message: 'Starting the server', fraction: 0 });
    const folder = await ports.files(version);
    await server.load(version, folder);
    const token = ports.newToken();
    const url = await server.listen(0, token);
    const { body, rows, outputs } = await ports.example(folder);
    const asked: Asked = { url, token, body };
    const smoke = await smokeTest({ asked, version, rows, outputs });
    const startup = performance.now() - begun;
    progress({ message: `Asking with ${connections} clients`, fraction: 0.1 });
    const load = await putLoad({ asked, connections, seconds }, signal);
    progress({ message: 'Rolling back under load', fraction: 0.8 });
    const to = await rollbackTarget(ports, registered, version);
    const folders = new Map([
      [version, folder],
      [to.version, to.folder ?? folder],
    ]);
    const rollback = await drillRollback(
      {
        ...{ asked, connections, from: version, to: to.version },
        load: wanted => server.load(wanted, folders.get(wanted) ?? folder),
      },
      signal,
    );
    throwIfAborted(signal);
    return { model, version, smoke, startup, load, rollback };
  } catch (error) {
    throwIfAborted(signal); // that its server has gone is then no news
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await server.close();
  }
}

/** One whose files are not here cannot be rolled back to: then the version itself is loaded once more. */
async function rollbackTarget(
  { files }: Pick<VersionTestPorts, 'files'>,
  registered: RegisteredModel,
  version: number,
): Promise<{ readonly version: number; readonly folder?: string }> {
  const before = versionBefore(registered, version);
  if (before === undefined) return { version };
  try {
    return { version: before, folder: await files(before) };
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'not-found') return { version };
    throw error;
  }
}
