import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isAbort, ModelyardError, throwIfAborted } from '../errors';
import type { Hello, Welcome } from '../protocol/engine';
import { liveEngineRecord } from './engineRecord';
import { Link, silentEngine } from './link';
import type { SpawnedEngine } from './spawnEngine';
import { spawnEngine } from './spawnEngine';

export interface OpenLinkOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  readonly configFile: string;
  /** Bundle of the engine to start when none runs; absent: only an engine that runs is connected to. */
  readonly engineFile?: string;
  readonly client: Hello['client'];
  readonly version: string;
  readonly trusted: boolean;
  readonly log: (line: string) => void;
  /** ms; how long to wait for an engine. */
  readonly patience: number;
  /** ms; how long an engine may say nothing. */
  readonly silence?: number;
}

export interface OpenedLink {
  readonly link: Link;
  readonly welcome: Welcome;
}

const pollInterval = 15;
/** So often an engine may end with an error, or refuse us, before that is taken for an answer. */
const attempts = 3;

/**
 * Connects to the engine of a workspace, starting one when none answers. Any number of processes may do this at once:
 * whichever engine binds the endpoint serves them all.
 * @throws ModelyardError `engine.unreachable`, `engine.version`, `store.*`, `conflict`, `cancelled`
 */
export async function openLink(options: OpenLinkOptions, signal: AbortSignal): Promise<OpenedLink> {
  const deadline = Date.now() + options.patience;
  const starter = new Starter(options);
  let refusals = 0;
  for (;;) {
    throwIfAborted(signal);
    const attempt = await attemptHello(options, { deadline, signal });
    if (typeof attempt === 'object' && 'link' in attempt) return attempt;
    if (attempt instanceof ModelyardError && ++refusals >= attempts) throw attempt;
    if (attempt === 'absent') starter.ensure();
    if (Date.now() > deadline) throw unanswered(options);
    await delay(pollInterval);
  }
}

/** Starts an engine, and another when it ended, but does not try for ever. */
class Starter {
  private readonly options: OpenLinkOptions;
  private engine: SpawnedEngine | undefined;
  private failures = 0;

  constructor(options: OpenLinkOptions) {
    this.options = options;
  }

  ensure(): void {
    const { engineFile, workspace, configFile, log } = this.options;
    if (engineFile === undefined) throw unreachable(this.options, 'None runs.');
    const code = this.engine?.ended();
    if (this.engine !== undefined && code === undefined) return;
    if (code !== undefined && code !== 0) {
      const words = this.engine?.lastWords() ?? '';
      log(`The engine ended with code ${code}: ${words}`);
      if (++this.failures >= attempts) throw unreachable(this.options, `It ended with code ${code}: ${words}`);
    }
    log(`Starting the engine of ${workspace}`);
    this.engine = spawnEngine({ workspace, configFile, engineFile });
  }
}

/** `absent`: nobody listens; `ending`: look again; an error: the next engine may do, unless it says so once too often. */
type Attempt = OpenedLink | 'absent' | 'ending' | ModelyardError;

async function attemptHello(
  options: OpenLinkOptions,
  { deadline, signal }: { deadline: number; signal: AbortSignal },
): Promise<Attempt> {
  const record = liveEngineRecord(options.workspace);
  if (record === undefined) return 'absent';
  const socket = await connectSocket(record.endpoint);
  if (socket === undefined) return 'absent';
  const { client, version, trusted, configFile, silence } = options;
  const link = new Link(socket, { pid: record.pid, ...(silence !== undefined && { silence }) });
  // Not AbortSignal.any with a timeout: Node 20 may collect such a signal before it fires.
  const close = (): void => link.close();
  const timer = setTimeout(close, Math.max(1, deadline - Date.now()));
  signal.addEventListener('abort', close, { once: true });
  try {
    return { link, welcome: await link.hello({ token: record.token, client, version, trusted, configFile }) };
  } catch (error) {
    link.close();
    return afterRefusal(error, options.workspace);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', close);
  }
}

/**
 * What a failed hello means. The token may be that of an engine that has just been replaced; an engine that is too old
 * or has another config file may be about to make room.
 */
function afterRefusal(error: unknown, workspace: string): Attempt {
  if (!(error instanceof ModelyardError) || isAbort(error)) throw error;
  if (error.code === 'engine.unreachable') return 'ending';
  if (error.code === 'engine.refused') return refused(workspace);
  if (error.data?.['stopping'] === true) return error;
  throw error;
}

const connectSocket = (endpoint: string): Promise<net.Socket | undefined> =>
  new Promise(resolve => {
    const socket = net.connect(endpoint);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });

/** Whoever holds the endpoint is named, if it is known. */
function unanswered(options: OpenLinkOptions): ModelyardError {
  const record = liveEngineRecord(options.workspace);
  return record ? silentEngine(record.pid) : unreachable(options, 'It does not answer.');
}

const unreachable = ({ workspace }: OpenLinkOptions, why: string): ModelyardError =>
  new ModelyardError('engine.unreachable', `The engine of ${workspace} cannot be reached. ${why}`, {
    fix: 'Its log is .modelyard/engine.log in that folder.',
  });

const refused = (workspace: string): ModelyardError =>
  new ModelyardError(
    'engine.refused',
    `The engine of ${workspace} does not accept the token in .modelyard/engine.json.`,
    {
      fix: 'Another copy of the folder or another user may own it: end that engine, then try again.',
    },
  );
