import * as vscode from 'vscode';
import type { TriggerState } from '../../engine/protocol/triggers';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { onSettingsChanged, setting } from '../manifest/settings';

/** ms in which the several events of one change are one question. */
const quietMs = 300;

/**
 * How the triggers of each folder stand. Triggers work as long as a trusted window is there, unless the setting says
 * otherwise: asking for them says so to the engine, to each one that takes over as well.
 */
export class TriggerStates implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly known = new Map<string, readonly TriggerState[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private listening = new Disposables();

  constructor(private readonly engines: Pick<Engines, 'all' | 'onDidChange' | 'inBackground'>) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.owned.add(onSettingsChanged(['triggers.enabled'], () => this.loadAll()));
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.loadAll()));
    this.listenAll();
  }

  /** Undefined: not known yet. */
  of(engine: WorkspaceEngine, pipeline: string): readonly TriggerState[] | undefined {
    return this.known.get(keyOf(engine))?.filter(trigger => trigger.pipeline === pipeline);
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      const soon = (): void => this.soon(engine);
      this.listening.add(engine.on('trigger/happened', soon));
      this.listening.add(engine.on('config/changed', soon));
      this.listening.add(engine.on('pipeline/changed', ({ run }) => run.status !== 'running' && soon()));
      this.listening.add(engine.onDidReconnect(soon));
    }
    this.loadAll();
  }

  private loadAll(): void {
    for (const engine of this.engines.all()) this.soon(engine);
  }

  private soon(engine: WorkspaceEngine): void {
    const key = keyOf(engine);
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => this.engines.inBackground('look at triggers', this.load(engine)), quietMs),
    );
  }

  /** What cannot be asked stays as it was. */
  async load(engine: WorkspaceEngine): Promise<void> {
    const on = setting('triggers.enabled', engine.folder);
    const asked = vscode.workspace.isTrusted ? engine.call('triggers/watch', { on }) : engine.call('triggers/list', {});
    const list = await asked.catch(() => undefined);
    if (!list || list.problem !== undefined) return;
    this.known.set(keyOf(engine), list.triggers);
    this.changed.fire(engine);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.listening.dispose();
    this.owned.dispose();
  }
}

const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();
