import * as vscode from 'vscode';
import { aliasCommands } from './commands/aliasCommands';
import type { CommandGroup } from './commands/commandTable';
import { checkCommands } from './commands/checkCommands';
import { registerCommands, say } from './commands/commandTable';
import { datasetCommands } from './commands/datasetCommands';
import { expectationCommands } from './commands/expectationCommands';
import { featureCommands } from './commands/featureCommands';
import { featureValueCommands } from './commands/featureValueCommands';
import { joinCommands } from './commands/joinCommands';
import { ciCommands } from './commands/ciCommands';
import { infraCommands } from './commands/infraCommands';
import { lineageCommands } from './commands/lineageCommands';
import { debugCommands } from './commands/debugCommands';
import { modelCommands } from './commands/modelCommands';
import { moreCommands } from './commands/moreCommands';
import { partitionCommands } from './commands/partitionCommands';
import { pipelineCommands } from './commands/pipelineCommands';
import { graphCommands } from './commands/graphCommands';
import { compileCommands } from './commands/compileCommands';
import { replayCommands } from './commands/replayCommands';
import { runCommands } from './commands/runCommands';
import { engineInMind, targetOf } from './commands/target';
import { studyCommands } from './commands/studyCommands';
import { transferCommands } from './commands/transferCommands';
import { triggerCommands } from './commands/triggerCommands';
import { modelTextCommands } from './commands/modelTextCommands';
import { servingCommands } from './commands/servingCommands';
import { signingCommands } from './commands/signingCommands';
import { versionCommands } from './commands/versionCommands';
import { workspaceCommands } from './commands/workspaceCommands';
import { Disposables } from './disposables';
import { ciStates } from './editor/ciStates';
import type { CodeLensOptions } from './editor/codeLenses';
import { ConfigCodeLenses } from './editor/codeLenses';
import { CheckReports } from './editor/checkReports';
import { CompileWarnings } from './editor/compileWarnings';
import { registerDatasetActions } from './editor/datasetActions';
import { DatasetProblems } from './editor/datasetProblems';
import { DatasetStatuses } from './editor/datasetStatuses';
import { Problems } from './editor/diagnostics';
import { registerLanguageFeatures } from './editor/languageFeatures';
import { FeatureProblems } from './editor/featureProblems';
import { FeatureStates } from './editor/featureStates';
import { InfraFindings } from './editor/infraFindings';
import { infraStates } from './editor/infraStates';
import { LastResults } from './editor/lastResults';
import { Outlines } from './editor/outlines';
import { ParameterEffects } from './editor/parameterEffects';
import { PlanStates } from './editor/planStates';
import { registerQuickFixes } from './editor/quickFixes';
import { TriggerStates } from './editor/triggerStates';
import { VerdictFixes } from './editor/verdictFixes';
import { VerdictHover } from './editor/verdictHover';
import { Engines } from './engineClient/engines';
import { wireOf } from './engineClient/errorMessage';
import { setContext } from './manifest/contextKeys';
import { TrackingEnvironment } from './environment/trackingEnvironment';
import { ComparedTexts } from './panels/comparedTexts';
import { Panels } from './panels/panels';
import { ReportDocuments } from './panels/reportDocuments';
import { RuleTests } from './testing/ruleTests';
import { ExperimentsTree } from './views/experimentsTree';
import { FeaturesTree } from './views/featuresTree';
import { ModelsTree } from './views/modelsTree';
import { PipelinesTree } from './views/pipelinesTree';
import { RunColours } from './views/runColours';
import { ServedModels } from './views/servedModels';
import { StatusBar } from './views/statusBar';
import { StepLogs } from './views/stepLogs';

export interface AppOptions {
  readonly extensionUri: vscode.Uri;
  readonly version: string;
  readonly memory: vscode.Memento;
  readonly terminals: vscode.GlobalEnvironmentVariableCollection;
  readonly secrets: vscode.SecretStorage;
}

/**
 * Builds the extension: every part by its constructor, all owned by what is returned. Waits for nothing: the folders are
 * looked at, and the engine of one with a configuration is asked for its last results, afterwards.
 */
export function createApp({ extensionUri, version, memory, terminals, secrets }: AppOptions): Disposables {
  const owned = new Disposables();
  const log = owned.add(vscode.window.createOutputChannel('Modelyard', { log: true }));
  const engineFile = vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath;
  const engines = owned.add(new Engines({ engineFile, version, log }));
  const results = owned.add(new LastResults(engines, { version, store: memory }));
  const datasets = owned.add(new DatasetStatuses(engines));
  const checks = owned.add(new CheckReports(engines));
  const triggers = owned.add(new TriggerStates(engines));
  const outlines = new Outlines(engines, { version, store: memory });
  const colours = owned.add(new RunColours());
  const texts = owned.add(new ComparedTexts());
  const reports = owned.add(new ReportDocuments());
  const panels = owned.add(new Panels({ extensionUri, engines, colours, texts }));
  const logs = owned.add(new StepLogs(engines));

  const pipelines = owned.add(new PipelinesTree(engines, results, triggers));
  const trees = [pipelines, ...otherTrees(owned, engines, colours)];
  pipelines.show('modelyard.pipelines');
  whenTrusted(owned, () => new RuleTests({ engines, checks, results }));
  for (const entry of [new StatusBar(engines, results), new ServedModels(engines)]) owned.add(entry);
  owned.add(new TrackingEnvironment({ engines, collection: terminals }));

  owned.add(editorOf({ engines, outlines, results, checks, datasets, triggers, memory: { version, store: memory } }));

  const groups = [
    pipelineCommands({
      engines,
      openRun: panels.openRun.bind(panels),
      results,
      showStepLog: (engine, run, step) => logs.show(engine, run, step),
      isViewVisible: () => pipelines.isVisible,
    }),
    smallGroups(engines, { texts, panels, reports, findings: owned.add(new InfraFindings()) }),
    triggerCommands(engines, triggers),
    runCommands(engines, panels),
    graphCommands(engines, panels),
    compileCommands(engines, owned.add(new CompileWarnings())),
    replayCommands(engines, { reports, texts }),
    { ...datasetCommands(engines, panels), ...studyCommands(engines, panels), ...lineageCommands(engines, panels) },
    { ...modelCommands(engines, panels), ...aliasCommands(engines), ...versionCommands(engines, reports) },
    { ...checkCommands(engines, { checks, panels }), ...expectationCommands(engines) },
    { ...transferCommands({ engines, log, memory, secrets }), ...signingCommands(engines, secrets) },
    workspaceCommands({
      engines,
      extensionUri,
      log,
      refresh: () => trees.forEach(tree => tree.refresh()),
    }),
  ];
  const folderOf = (argument: unknown): vscode.Uri | undefined =>
    engineInMind(engines, targetOf(engines, argument))?.folder;
  const { inBackground } = engines;
  owned.add(registerCommands(groups, { log, folderOf, inBackground }));
  owned.add(
    engines.onDidFallSilent(({ folder, error }) =>
      inBackground('say that the engine is silent', say(wireOf(error), { folder, showLog: () => log.show() })),
    ),
  );

  owned.add(engines.onDidChange(() => noteFolders(engines, results)));
  return owned;
}

const smallGroups = (
  engines: Engines,
  rooms: {
    readonly texts: ComparedTexts;
    readonly panels: Panels;
    readonly reports: ReportDocuments;
    readonly findings: InfraFindings;
  },
): CommandGroup => ({
  ...modelTextCommands(engines, rooms.panels),
  ...servingCommands(engines, rooms.panels),
  ...debugCommands(engines),
  ...partitionCommands(engines),
  ...moreCommands(engines),
  ...ciCommands(engines, rooms.texts),
  ...infraCommands(engines, rooms),
  ...featureCommands(engines, rooms.panels),
  ...featureValueCommands(engines, rooms.panels),
  ...joinCommands(engines, rooms),
});

/** The views of what has come of pipelines, and of what they are made from. */
function otherTrees(owned: Disposables, engines: Engines, colours: RunColours): readonly { refresh(): void }[] {
  const experiments = owned.add(new ExperimentsTree(engines, colours));
  const models = owned.add(new ModelsTree(engines));
  const features = owned.add(new FeaturesTree(engines));
  experiments.show('modelyard.experiments', true);
  models.show('modelyard.models');
  features.show('modelyard.features');
  return [experiments, models, features];
}

/** Now, or once the person says that the workspace can be trusted. */
function whenTrusted(owned: Disposables, make: () => vscode.Disposable): void {
  if (vscode.workspace.isTrusted) owned.add(make());
  else owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => owned.add(make())));
}

/** Of the folders, those with a modelyard.yaml have just been found. */
function noteFolders(engines: Engines, results: LastResults): void {
  setContext('modelyard.hasConfig', engines.all().length > 0);
  setContext('modelyard.foldersKnown', true);
  for (const engine of engines.all()) engines.inBackground('read results', results.load(engine));
}

interface EditorOptions extends Omit<CodeLensOptions, 'plans' | 'ci' | 'features'> {
  readonly memory: ConstructorParameters<typeof PlanStates>[1];
}

/** All that is shown in and about modelyard.yaml. */
function editorOf({ memory, ...shown }: EditorOptions): Disposables {
  const { engines, outlines, results, checks, datasets } = shown;
  const owned = new Disposables();
  const selector: vscode.DocumentSelector = [{ scheme: 'file', pattern: '**/*.{yaml,yml}' }];
  const ci = owned.add(ciStates(engines));
  const infra = owned.add(infraStates(engines));
  const plans = owned.add(new PlanStates(engines, memory));
  const features = owned.add(new FeatureStates(engines));
  const lenses = owned.add(new ConfigCodeLenses({ ...shown, plans, ci, features }));
  owned.add(vscode.languages.registerCodeLensProvider(selector, lenses));
  owned.add(registerLanguageFeatures(engines, selector));
  owned.add(vscode.languages.registerHoverProvider(selector, owned.add(new ParameterEffects(engines))));
  owned.add(registerQuickFixes(engines, selector));
  owned.add(new Problems({ engines, outlines, results, checks, ci, infra }));
  owned.add(vscode.languages.registerHoverProvider(selector, new VerdictHover(engines, checks)));
  const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  owned.add(vscode.languages.registerCodeActionsProvider(selector, new VerdictFixes(engines, checks), kinds));
  owned.add(new DatasetProblems({ engines, outlines, datasets }, selector));
  owned.add(new FeatureProblems({ engines, outlines, features }, selector));
  owned.add(registerDatasetActions(engines, selector));
  return owned;
}
