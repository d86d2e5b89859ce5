import * as vscode from 'vscode';
import type { DebugEnd, DebugLaunch } from '../../engine/protocol/debug';
import { Disposables } from '../disposables';
import { wireOf } from '../engineClient/errorMessage';
import type { EngineCalls } from '../engineClient/workspaceEngine';
import { leaveOf, newsOf } from './adapterMessages';
import { debugConfiguration, stepOf } from './debugConfiguration';
import { substituted, withoutInherited } from './substituted';

export interface StepDebuggingOptions {
  readonly engine: Pick<EngineCalls, 'call'>;
  readonly folder: vscode.Uri;
  readonly launch: DebugLaunch;
  /** As `launch.json` names it. */
  readonly type: string;
  /** What the session is called. */
  readonly name: string;
}

/** ms in which what is printed is gathered. */
const gathering = 100;
/** The engine takes so much at once, in UTF-16 units. */
const mostText = 500_000;

/** One step under VS Code's debugger: starts the session, and tells the engine what it prints and how it ends. */
export class StepDebugging implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly key: string;
  private session: vscode.DebugSession | undefined;
  private how: DebugEnd = {};
  private isRestarting = false;
  private hasTerminated = false;
  private hasEnded = false;
  private text = '';
  private timer: NodeJS.Timeout | undefined;
  private said: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: StepDebuggingOptions) {
    const { launch } = options;
    this.key = `${launch.id}/${launch.step}`;
    this.owned.add(
      vscode.debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: session => (stepOf(session) === this.key ? this.tracker(session) : undefined),
      }),
    );
    this.owned.add(vscode.debug.onDidStartDebugSession(session => this.isOurs(session) && this.started(session)));
    this.owned.add(vscode.debug.onDidTerminateDebugSession(session => this.isOurs(session) && this.terminated()));
  }

  /** Resolves when the session has begun, or the engine knows why not. */
  async start(): Promise<void> {
    const { type, name, folder } = this.options;
    const launch = withoutInherited(this.options.launch, process.env);
    const changed = substituted(launch);
    if (changed !== undefined) {
      const problem = vscode.l10n.t('VS Code would put something else in the place of {0} in {1}.', '${…}', changed);
      this.end({ problem });
      return;
    }
    const configuration = debugConfiguration(launch, { type, name, key: this.key });
    try {
      const isStarted = await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(folder), configuration);
      if (!isStarted) this.end({ problem: vscode.l10n.t('VS Code could not start the debugger.') });
    } catch (error) {
      this.end({ problem: wireOf(error).message });
    }
  }

  /** The run is over: a session that is still there ends with it. */
  async stop(): Promise<void> {
    this.hasEnded = true;
    this.dispose();
    if (this.session) await vscode.debug.stopDebugging(this.session);
  }

  private isOurs(session: vscode.DebugSession): boolean {
    return session.parentSession === undefined && stepOf(session) === this.key;
  }

  private started(session: vscode.DebugSession): void {
    this.session = session;
    if (!this.isRestarting) return; // a short program may have ended before its session is said to have begun
    this.isRestarting = this.hasTerminated = false;
    this.how = {};
  }

  private terminated(): void {
    this.session = undefined;
    if (!this.isRestarting) this.end(this.how);
  }

  private tracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const isRoot = session.parentSession === undefined;
    return {
      onWillReceiveMessage: (message: unknown) => {
        const leaving = isRoot && !this.hasTerminated ? leaveOf(message) : undefined;
        if (leaving === 'restart') this.isRestarting = true;
        if (leaving === 'stop' && this.how.code === undefined) this.how = { ...this.how, wasStopped: true };
      },
      onDidSendMessage: (message: unknown) => {
        const news = newsOf(message);
        if (news?.kind === 'output') this.print(news.text);
        if (news?.kind === 'exited' && isRoot && this.how.wasStopped !== true) this.how = { code: news.code };
        if (news?.kind === 'terminated' && isRoot) this.hasTerminated = true;
      },
    };
  }

  private print(text: string): void {
    this.text += text;
    this.timer ??= setTimeout(() => this.hand(), gathering);
  }

  private hand(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (; this.text !== ''; this.text = this.text.slice(mostText)) {
      const text = this.text.slice(0, mostText);
      this.tell(() => this.options.engine.call('pipelines/debugOutput', { ...this.step, text }));
    }
  }

  private end(how: DebugEnd): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.hand();
    this.tell(() => this.options.engine.call('pipelines/debugEnded', { ...this.step, ...how }));
  }

  /** In order. A run that has ended meanwhile does not want to know any more. */
  private tell(call: () => Promise<unknown>): void {
    this.said = this.said.then(call).catch(() => undefined);
  }

  private get step(): { readonly id: DebugLaunch['id']; readonly step: string } {
    const { id, step } = this.options.launch;
    return { id, step };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.owned.dispose();
  }
}
