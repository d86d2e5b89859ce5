import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import type { LastResults } from '../editor/lastResults';
import type { Engines } from '../engineClient/engines';
import { commandLink } from '../manifest/commands';
import { onSettingsChanged, setting } from '../manifest/settings';

/** One short item: what runs, else who holds the last stage; nothing in a folder without a configuration. */
export class StatusBar implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly item = this.owned.add(
    vscode.window.createStatusBarItem('modelyard.status', vscode.StatusBarAlignment.Left, 10),
  );

  constructor(
    private readonly engines: Engines,
    private readonly results: LastResults,
  ) {
    this.item.name = 'Modelyard';
    this.owned.add(results.onDidChange(() => this.show()));
    this.owned.add(engines.onDidChange(() => this.show()));
    this.owned.add(onSettingsChanged(['statusBar.enabled'], () => this.show()));
    this.show();
  }

  private show(): void {
    const text = setting('statusBar.enabled') ? (this.running() ?? this.failure() ?? this.holder()) : undefined;
    if (text === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = text;
    this.item.show();
  }

  private running(): string | undefined {
    const runs = this.engines.all().flatMap(engine => this.results.runs(engine));
    const run = runs.find(({ status }) => status === 'running');
    if (run === undefined) return undefined;
    const step = run.steps.find(({ status }) => status === 'running')?.name ?? '';
    const done = run.steps.filter(({ status }) => status === 'succeeded' || status === 'cached').length;
    this.item.command = commandLink('showRunning', vscode.l10n.t('Show What Is Running'));
    this.item.tooltip = vscode.l10n.t('{0} is running; click to stop or open it', run.pipeline);
    return `$(loading~spin) ${run.pipeline}: ${step} ${done}/${run.steps.length}`;
  }

  /** When the run that was started last has failed. */
  private failure(): string | undefined {
    const all = this.engines.all().flatMap(engine => this.results.runs(engine).map(run => ({ engine, run })));
    const newest = all.sort((a, b) => b.run.startedAt - a.run.startedAt)[0];
    const step = newest?.run.steps.find(({ status }) => status === 'failed');
    if (newest?.run.status !== 'failed' || step === undefined) return undefined;
    const { engine, run } = newest;
    const link = { folder: engine.folder.toString(), pipeline: run.pipeline, step: step.name };
    this.item.command = commandLink('showStepLog', vscode.l10n.t('Show Log'), link);
    this.item.tooltip = step.error?.message ?? '';
    return `$(error) ${vscode.l10n.t('{0} failed at {1}', run.pipeline, step.name)}`;
  }

  private holder(): string | undefined {
    for (const engine of this.engines.all()) {
      for (const model of this.results.models(engine).values()) {
        const stage = [...model.stages].reverse().find(name => model.holders[name] !== undefined);
        const version = stage === undefined ? undefined : model.holders[stage];
        if (stage === undefined || version === undefined) continue;
        this.item.command = commandLink('promoteModel', vscode.l10n.t('Promote Model…'), {
          folder: engine.folder.toString(),
          model: model.name,
        });
        this.item.tooltip = vscode.l10n.t('{0}: version {1} is in {2}', model.name, version, stage);
        return `$(package) ${stage} v${version}`;
      }
    }
    return undefined;
  }

  dispose(): void {
    this.owned.dispose();
  }
}
