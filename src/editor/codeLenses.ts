import * as vscode from 'vscode';
import type {
  ConfigOutline,
  OutlineModel,
  OutlineNode,
  OutlinePipeline,
  TextRange,
} from '../../engine/protocol/config';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { CiStates } from './ciStates';
import { ciText } from './ciStates';
import type { CheckReports } from './checkReports';
import type { DatasetStatuses } from './datasetStatuses';
import { featureLenses } from './featureLenses';
import type { FeatureStates } from './featureStates';
import type { LastResults } from './lastResults';
import { datasetResult, gateResult, modelResult, pipelineResult, stepResult, withIcon } from './lensText';
import type { Outlines } from './outlines';
import type { PlanStates } from './planStates';
import type { TriggerStates } from './triggerStates';
import { triggersText } from '../views/triggerText';
import { toRange } from './ranges';

export interface CodeLensOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  readonly results: LastResults;
  readonly checks: CheckReports;
  readonly datasets: DatasetStatuses;
  readonly triggers: TriggerStates;
  readonly features: FeatureStates;
  readonly plans: PlanStates;
  readonly ci: Pick<CiStates, 'of' | 'onDidChange'>;
}

/**
 * Lenses of modelyard.yaml: run and result above pipelines and steps, holders and gates above models and stages. Which
 * lenses there are depends on the text and the settings alone, so that none comes or goes when a result changes.
 */
export class ConfigCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly clock: NodeJS.Timeout;

  constructor(private readonly options: CodeLensOptions) {
    this.owned.add(options.results.onDidChange(() => this.changed.fire()));
    this.owned.add(options.checks.onDidChange(() => this.changed.fire()));
    this.owned.add(options.datasets.onDidChange(() => this.changed.fire()));
    this.owned.add(options.triggers.onDidChange(() => this.changed.fire()));
    this.owned.add(options.features.onDidChange(() => this.changed.fire()));
    this.owned.add(options.plans.onDidChange(() => this.changed.fire()));
    this.owned.add(options.ci.onDidChange(() => this.changed.fire()));
    this.owned.add(options.engines.onDidChange(() => this.changed.fire()));
    this.owned.add(
      onSettingsChanged(
        [
          'codeLens.run',
          'codeLens.runEverything',
          'codeLens.debug',
          'codeLens.studies',
          'codeLens.result',
          'codeLens.promote',
          'codeLens.serve',
          'codeLens.gates',
          'codeLens.replay',
          'codeLens.data',
          'codeLens.features',
          'codeLens.triggers',
          'codeLens.graph',
          'codeLens.plan',
          'codeLens.more',
          'codeLens.ci',
        ],
        () => this.changed.fire(),
      ),
    );
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()));
    // `12 s ago` grows old, where somebody sees it.
    this.clock = setInterval(() => {
      if (vscode.window.visibleTextEditors.some(({ document }) => options.engines.isConfig(document.uri)))
        this.changed.fire();
    }, 30_000);
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.options.engines.isConfig(document.uri)) return [];
    await this.options.engines.ready;
    const engine = this.options.engines.of(document.uri);
    if (engine === undefined) return [];
    const outline = await this.outline(engine, document);
    if (outline === undefined) return [];
    return [
      ...outline.datasets.flatMap(dataset => this.dataset(engine, dataset)),
      ...featureLenses(engine, outline, this.options.features),
      ...outline.pipelines.flatMap(pipeline => this.pipeline(engine, pipeline)),
      ...outline.models.flatMap(model => this.model(engine, model)),
      ...this.ci(engine, outline),
    ];
  }

  /** The engine's answer when it comes quickly; else what was there last, until it has come. */
  private async outline(engine: WorkspaceEngine, document: vscode.TextDocument): Promise<ConfigOutline | undefined> {
    const current = this.options.outlines.current(engine, document).catch(() => undefined);
    const remembered = this.options.outlines.remembered(document);
    if (remembered === undefined) return current;
    const late = Symbol('late');
    const first = await Promise.race([
      current,
      new Promise<typeof late>(resolve => setTimeout(() => resolve(late), 150)),
    ]);
    if (first !== late) return first ?? remembered;
    this.options.engines.inBackground(
      'outline',
      current.then(() => this.changed.fire()),
    );
    return remembered;
  }

  private pipeline(engine: WorkspaceEngine, pipeline: OutlinePipeline): vscode.CodeLens[] {
    const last = this.options.results.run(engine, pipeline.name);
    const link = { folder: engine.folder.toString(), pipeline: pipeline.name };
    const isRunning = last?.status === 'running';
    const run = isRunning
      ? commandLink('stopPipeline', withIcon('debug-stop', vscode.l10n.t('Stop')), link)
      : commandLink('runPipeline', withIcon('play', vscode.l10n.t('Run')), link);
    const opened = last
      ? commandLink('openRun', pipelineResult(last), { ...link, runId: last.runId })
      : plain(pipelineResult(last));
    return [
      ...this.pair(pipeline.range, run, opened),
      ...this.graphs(engine, pipeline),
      ...this.everything(pipeline.range, { link, isRunning }),
      ...this.replays(pipeline.range, { ...link, ...(last?.status === 'succeeded' && { runId: last.runId }) }),
      ...this.more(pipeline.range, link),
      ...this.triggers(engine, pipeline),
      ...pipeline.steps.flatMap(step => {
        const result = this.options.results.step(engine, pipeline.name, step.name)?.step;
        const stepLink = { ...link, step: step.name };
        const runStep = commandLink('runStep', withIcon('play', vscode.l10n.t('Run step')), stepLink);
        const told = result ? commandLink('showStepLog', stepResult(result), stepLink) : plain(stepResult(result));
        return [...this.pair(step.range, runStep, told), ...this.debug(step, stepLink), ...this.study(step, stepLink)];
      }),
    ];
  }

  private pair(range: TextRange, run: vscode.Command, result: vscode.Command): vscode.CodeLens[] {
    const lenses: vscode.CodeLens[] = [];
    if (setting('codeLens.run') && vscode.workspace.isTrusted) lenses.push(new vscode.CodeLens(toRange(range), run));
    if (setting('codeLens.result')) lenses.push(new vscode.CodeLens(toRange(range), result));
    return lenses;
  }

  /** On commands that a debugger can start. */
  private debug({ range, debug }: OutlinePipeline['steps'][number], link: { folder: string }): vscode.CodeLens[] {
    if (debug === undefined || !setting('codeLens.debug') || !vscode.workspace.isTrusted) return [];
    const title = withIcon('debug-alt', vscode.l10n.t('Debug'));
    return [new vscode.CodeLens(toRange(range), commandLink('debugStep', title, link))];
  }

  /** What a tune step has tried. */
  private study({ range, uses }: OutlinePipeline['steps'][number], link: { folder: string }): vscode.CodeLens[] {
    if (uses !== 'tune' || !setting('codeLens.studies')) return [];
    const title = withIcon('graph-scatter', vscode.l10n.t('Study'));
    return [new vscode.CodeLens(toRange(range), commandLink('openStudy', title, link))];
  }

  /** `Run` takes from earlier runs what has not changed; this one does not. */
  private everything(
    range: TextRange,
    { link, isRunning }: { link: { folder: string; pipeline: string }; isRunning: boolean },
  ): vscode.CodeLens[] {
    if (!setting('codeLens.runEverything') || !vscode.workspace.isTrusted) return [];
    const title = withIcon('run-all', vscode.l10n.t('Run everything'));
    const command = isRunning ? plain(title) : commandLink('runPipelineFresh', title, link);
    return [new vscode.CodeLens(toRange(range), command)];
  }

  /** Both open the page of the pipeline: as it was, or at the plan. */
  private graphs(engine: WorkspaceEngine, { name, range }: OutlinePipeline): vscode.CodeLens[] {
    const link = { folder: engine.folder.toString(), pipeline: name };
    const graph = commandLink('openPipeline', withIcon('type-hierarchy-sub', vscode.l10n.t('Graph')), link);
    const title = withIcon('checklist', this.options.plans.text(engine, name));
    const plan = commandLink('openPipeline', title, { ...link, plan: true });
    const shown = [...(setting('codeLens.plan') ? [plan] : []), ...(setting('codeLens.graph') ? [graph] : [])];
    return shown.map(command => new vscode.CodeLens(toRange(range), command));
  }

  /** There from the beginning, as all lenses are; before there is a run that has finished, they ask for one. */
  private replays(range: TextRange, link: { folder: string; runId?: string }): vscode.CodeLens[] {
    if (!setting('codeLens.replay') || !vscode.workspace.isTrusted) return [];
    const replay = commandLink('replayRun', withIcon('history', vscode.l10n.t('Replay')), link);
    const compare = commandLink('compareRunWithHead', withIcon('diff', vscode.l10n.t('Compare with HEAD')), link);
    return [replay, compare].map(command => new vscode.CodeLens(toRange(range), command));
  }

  /** The last, whatever the settings put before it. */
  private more(range: TextRange, link: { folder: string }): vscode.CodeLens[] {
    if (!setting('codeLens.more') || !vscode.workspace.isTrusted) return [];
    return [new vscode.CodeLens(toRange(range), commandLink('moreOfPipeline', vscode.l10n.t('More…'), link))];
  }

  /** What comes next, and two verbs; when all triggers are paused, the second lets them go on. */
  private triggers(engine: WorkspaceEngine, { name, on }: OutlinePipeline): vscode.CodeLens[] {
    if (on === undefined || !setting('codeLens.triggers')) return [];
    const known = this.options.triggers.of(engine, name);
    const told = plain(withIcon('watch', triggersText(known)));
    const link = { folder: engine.folder.toString(), pipeline: name };
    const isPaused = known !== undefined && known.length > 0 && known.every(({ paused }) => paused);
    const verbs = [
      commandLink('fireTrigger', withIcon('zap', vscode.l10n.t('Fire now')), link),
      isPaused
        ? commandLink('resumeTrigger', withIcon('debug-continue', vscode.l10n.t('Resume')), link)
        : commandLink('pauseTrigger', withIcon('debug-pause', vscode.l10n.t('Pause')), link),
    ];
    return [told, ...(vscode.workspace.isTrusted ? verbs : [])].map(
      command => new vscode.CodeLens(toRange(on), command),
    );
  }

  private dataset(engine: WorkspaceEngine, { name, range }: OutlineNode): vscode.CodeLens[] {
    if (!setting('codeLens.data')) return [];
    const title = datasetResult(this.options.datasets.of(engine, name));
    const link = { folder: engine.folder.toString(), dataset: name };
    const lineage = withIcon('type-hierarchy', vscode.l10n.t('Lineage'));
    return [commandLink('openDataset', title, link), commandLink('showLineage', lineage, link)].map(
      command => new vscode.CodeLens(toRange(range), command),
    );
  }

  private model(engine: WorkspaceEngine, model: OutlineModel): vscode.CodeLens[] {
    const link = { folder: engine.folder.toString(), model: model.name };
    const promote = commandLink('promoteModel', withIcon('arrow-up', vscode.l10n.t('Promote…')), link);
    const serve = commandLink('serveModel', withIcon('broadcast', vscode.l10n.t('Serve…')), link);
    const holders = commandLink('openModel', modelResult(this.options.results.models(engine).get(model.name)), link);
    const verbs = [...(setting('codeLens.promote') ? [promote] : []), ...(setting('codeLens.serve') ? [serve] : [])];
    const told = setting('codeLens.promote') ? [holders] : [];
    const own = [...(vscode.workspace.isTrusted ? verbs : []), ...told];
    const stages = setting('codeLens.gates') ? model.stages.filter(({ rules }) => rules.length > 0) : [];
    return [
      ...own.map(command => new vscode.CodeLens(toRange(model.range), command)),
      ...stages.map(({ name, range }) => {
        const told = gateResult(this.report(engine, model.name, name));
        return new vscode.CodeLens(toRange(range), commandLink('checkGates', told, { ...link, stage: name }));
      }),
    ];
  }

  /** As the rules and waivers are now; before that is known, as they were judged. */
  private report(engine: WorkspaceEngine, model: string, stage: string): Parameters<typeof gateResult>[0] {
    const kept = this.options.results.gates(engine, model, stage);
    const group = this.options.checks.of(engine)?.groups.find(({ id }) => id === `model/${model}/${stage}`);
    // what has just been judged may not be in the report yet
    if (group === undefined || (kept?.judgedAt ?? 0) > (group.judgedAt ?? 0)) return kept;
    const results = group.verdicts.map(({ outcome, ...rest }) => ({ ...rest, verdict: outcome }));
    return { results, ...(group.version !== undefined && { version: group.version }) };
  }

  private ci(engine: WorkspaceEngine, { ci }: ConfigOutline): vscode.CodeLens[] {
    if (ci === undefined || !setting('codeLens.ci')) return [];
    const files = this.options.ci.of(engine);
    const isCurrent = files?.every(({ state }) => state === 'current') === true;
    if (isCurrent) return [new vscode.CodeLens(toRange(ci), plain(withIcon('check', vscode.l10n.t('CI workflows are up to date'))))]; // prettier-ignore
    if (!vscode.workspace.isTrusted) return [];
    const link = { folder: engine.folder.toString() };
    return [new vscode.CodeLens(toRange(ci), commandLink('generateCi', withIcon('sync', ciText(files)), link))];
  }

  dispose(): void {
    clearInterval(this.clock);
    this.owned.dispose();
  }
}

/** A lens that only tells. */
const plain = (title: string): vscode.Command => ({ title, command: '' });
