import * as vscode from 'vscode';
import type { CheckReport, Verdict, VerdictGroup } from '../../engine/protocol/verdicts';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { LastAnswers } from './lastAnswers';

/** A rule with the thing it is on. */
export interface FoundRule {
  readonly group: VerdictGroup;
  readonly verdict: Verdict;
}

/** How every rule was judged last, by folder: what problems, hovers, lenses and the Test Explorer show. Judges nothing. */
export class CheckReports implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly last: LastAnswers<CheckReport>;
  private listening = new Disposables();
  private midnight: NodeJS.Timeout | undefined;

  constructor(private readonly engines: Pick<Engines, 'all' | 'onDidChange' | 'inBackground'>) {
    this.last = this.owned.add(
      new LastAnswers(engines, {
        what: 'read verdicts',
        ask: (engine, signal) => engine.call('checks/last', {}, { signal }),
        answered: engine => this.changed.fire(engine),
      }),
    );
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
    this.waitForMidnight();
  }

  of(engine: WorkspaceEngine): CheckReport | undefined {
    return this.last.of(engine);
  }

  /** The rules of data and models; modelyard.yaml itself and its workflows have their own problems. */
  rules(engine: WorkspaceEngine): readonly FoundRule[] {
    const groups = this.of(engine)?.groups ?? [];
    return groups
      .filter(({ kind }) => kind !== 'config' && kind !== 'ci')
      .flatMap(group => group.verdicts.map(verdict => ({ group, verdict })));
  }

  /** The rule with the id of a verdict, as modelyard.yaml has it now; undefined: it has it no longer. */
  async find(engine: WorkspaceEngine, id: string): Promise<FoundRule | undefined> {
    const known = (): FoundRule | undefined => this.rules(engine).find(({ verdict }) => verdict.id === id);
    const found = known();
    if (found) return found;
    await this.last.load(engine);
    return known();
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      const soon = (): void => this.last.soon(engine);
      for (const event of [
        'dataset/changed',
        'model/changed',
        'config/changed',
        'infra/changed',
        'audit/changed',
      ] as const)
        this.listening.add(engine.on(event, soon));
      // what it says of the parts of a split is said by its runs
      this.listening.add(engine.on('pipeline/changed', ({ run }) => run.status !== 'running' && soon()));
      this.listening.add(engine.onDidReconnect(soon));
      soon();
    }
  }

  /** A waiver ends with its day. */
  private waitForMidnight(): void {
    const now = new Date();
    const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 0, 0, 1);
    this.midnight = setTimeout(() => {
      for (const engine of this.engines.all()) this.last.soon(engine);
      this.waitForMidnight();
    }, next.getTime() - now.getTime());
  }

  dispose(): void {
    clearTimeout(this.midnight);
    this.listening.dispose();
    this.owned.dispose();
  }
}
