import * as vscode from 'vscode';
import type { FeatureList, FeatureViewSummary } from '../../engine/protocol/features';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

/** ms in which the several events of one change are one question. */
const quietMs = 300;

/** How the feature views of each folder stand, for lenses and problems. */
export class FeatureStates implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly known = new Map<string, FeatureList>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private listening = new Disposables();

  constructor(private readonly engines: Pick<Engines, 'all' | 'onDidChange' | 'inBackground'>) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
  }

  /** Undefined: not known yet, or not of the file as it was last saved. */
  of(engine: WorkspaceEngine, view: string): FeatureViewSummary | undefined {
    return this.views(engine).find(({ name }) => name === view);
  }

  views(engine: WorkspaceEngine): readonly FeatureViewSummary[] {
    return this.known.get(keyOf(engine))?.views ?? [];
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      const soon = (): void => this.soon(engine);
      this.listening.add(engine.on('features/changed', soon));
      this.listening.add(engine.on('config/changed', soon));
      this.listening.add(engine.onDidReconnect(soon));
      soon();
    }
  }

  private soon(engine: WorkspaceEngine): void {
    const key = keyOf(engine);
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => this.engines.inBackground('look at features', this.load(engine)), quietMs),
    );
  }

  /** What cannot be asked stays as it was. */
  private async load(engine: WorkspaceEngine): Promise<void> {
    const list = await engine.call('features/list', {}).catch(() => undefined);
    if (!list) return;
    this.known.set(keyOf(engine), list);
    this.changed.fire(engine);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.listening.dispose();
    this.owned.dispose();
  }
}

const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();
