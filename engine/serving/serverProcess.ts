import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ModelyardError, toWireError } from '../errors';
import type { FeatureLookup } from './featureLookup';
import { readFromServer, type FromServer, type ToServer } from './messages';

export interface ServerOptions {
  /** The bundle: dist/model.js. */
  readonly file: string;
  readonly cwd: string;
  /** Answers what the process asks for. */
  readonly lookup: FeatureLookup;
  /** Told when the process has ended without being asked to. */
  readonly died: (reason: string) => void;
}

/** The last of what a process that died had printed. */
const words = 2000;

/** A process that has one model loaded and answers for it; another one can take the model's place while it does. */
export class ServerProcess {
  requests = 0;
  errors = 0;
  /** Bytes of the process, about; 0: not known yet. */
  memory = 0;
  private readonly child: ChildProcess;
  private waiting:
    | { readonly of: 'listen' | 'load'; readonly settle: (answer: FromServer | Error) => void }
    | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private isClosing = false;
  private said = '';

  constructor(private readonly options: ServerOptions) {
    this.child = fork(options.file, [], {
      cwd: options.cwd,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.said = (this.said + chunk.toString('utf8')).slice(-words);
    });
    this.child.on('message', message => this.hear(readFromServer(message)));
    this.child.once('error', cause => this.ended(cause.message));
    this.child.once('exit', (code, signal) => this.ended(signal ?? `exit code ${code ?? 0}`));
  }

  /** @returns the address. @throws ModelyardError when the port cannot be opened */
  async listen(port: number, token: string | null): Promise<string> {
    const answer = await this.ask('listen', { type: 'listen', port, token });
    if (answer.type === 'listening') return answer.url;
    throw new ModelyardError('internal', `The server answered ${answer.type}.`);
  }

  /** Has a version answer from now on; the one before answers until this one can. @throws ModelyardError */
  async load(version: number, folder: string): Promise<void> {
    const answer = await this.ask('load', { type: 'load', version, folder });
    if (answer.type === 'loaded') this.memory = answer.memory;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit').catch(() => undefined);
    child.kill('SIGKILL'); // it keeps nothing
    await gone;
  }

  /** One question at a time, in their order. */
  private ask(of: 'listen' | 'load', message: ToServer): Promise<FromServer> {
    const asked = this.turn.then(
      () =>
        new Promise<FromServer>((resolve, reject) => {
          const settle = (answer: FromServer | Error): void => {
            this.waiting = undefined;
            if (answer instanceof Error) reject(answer);
            else if (answer.type === 'failed') reject(new ModelyardError('step.failed', answer.message));
            else resolve(answer);
          };
          if (this.child.exitCode !== null || this.child.signalCode !== null) {
            settle(this.death('it has ended'));
            return;
          }
          this.waiting = { of, settle };
          this.child.send(message, failure => {
            if (failure) settle(this.death(failure.message));
          });
        }),
    );
    this.turn = asked.catch(() => undefined);
    return asked;
  }

  private hear(message: FromServer | undefined): void {
    if (message === undefined) return;
    if (message.type === 'counted') {
      this.requests = message.requests;
      this.errors = message.errors;
      this.memory = message.memory;
    } else if (message.type === 'look-up') void this.lookUp(message);
    else this.waiting?.settle(message);
  }

  private async lookUp({ id, features, entities }: Extract<FromServer, { readonly type: 'look-up' }>): Promise<void> {
    const answer = await this.options.lookup({ features, entities }).then(
      (found): ToServer => ({ type: 'features', id, found }),
      (error: unknown): ToServer => ({ type: 'features', id, error: toWireError(error) }),
    );
    if (this.child.connected) this.child.send(answer, () => undefined);
  }

  private ended(reason: string): void {
    this.waiting?.settle(this.death(reason));
    if (this.isClosing) return;
    this.isClosing = true;
    this.options.died(`${reason}${this.said === '' ? '' : `: ${this.said.trim()}`}`);
  }

  private death(reason: string): ModelyardError {
    const said = this.said.trim();
    return new ModelyardError(
      'step.failed',
      `The process that serves the model ended (${reason})${said === '' ? '.' : `: ${said}`}`,
    );
  }
}
