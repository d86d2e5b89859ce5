import * as vscode from 'vscode';
import type { ConfigDiagnostic, ConfigOutline, TextRange } from '../../engine/protocol/config';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { CiStates } from './ciStates';
import type { InfraStates } from './infraStates';
import type { LastResults } from './lastResults';
import type { Outlines } from './outlines';
import { toRange } from './ranges';
import type { CheckReports, FoundRule } from './checkReports';
import { configKey, failureProblems, source } from './resultProblems';
import { placedProblems } from './placedProblems';
import { verdictProblem } from './verdictProblems';

const quietMs = 200;

export interface ProblemsOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  readonly results: LastResults;
  readonly ci: Pick<CiStates, 'onDidChange'>;
  readonly infra: Pick<InfraStates, 'onDidChange'>;
  readonly checks: CheckReports;
}

interface Failures {
  readonly problems: [vscode.Uri, vscode.Diagnostic][];
  /** The keys of modelyard.yaml that they stand at. */
  readonly keys: ReadonlySet<string>;
}

/**
 * The Problems view: what is wrong in modelyard.yaml while it is typed; where the last run of a pipeline failed, in
 * the config and in the data file; and which gates warn or block, on their very lines.
 */
export class Problems implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly ofConfig = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard'));
  private readonly ofResults = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard-results'));
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly rounds = new Map<string, number>();
  private listening = new Disposables();

  constructor(private readonly options: ProblemsOptions) {
    const { engines, results, checks, ci, infra } = options;
    const look = (document: vscode.TextDocument): void => this.soon(document);
    this.owned.add(vscode.workspace.onDidOpenTextDocument(look));
    this.owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)));
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (engines.isConfig(uri)) engines.inBackground('diagnose', this.diagnoseFile(uri));
      }),
    );
    this.owned.add(results.onDidChange(engine => engines.inBackground('show problems', this.showResults(engine))));
    for (const generated of [ci, infra]) this.owned.add(generated.onDidChange(engine => this.lookAtFolder(engine)));
    this.owned.add(checks.onDidChange(engine => engines.inBackground('show problems', this.showResults(engine))));
    this.owned.add(onSettingsChanged(['diagnostics.gates'], () => this.lookAtAll()));
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    for (const document of vscode.workspace.textDocuments) look(document);
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.options.engines.all())
      this.listening.add(engine.on('config/changed', () => this.lookAtFolder(engine)));
    this.lookAtAll();
  }

  private lookAtAll(): void {
    const folders = new Set(this.options.engines.all().map(({ folder }) => folder.toString()));
    for (const collection of [this.ofConfig, this.ofResults]) {
      collection.forEach(uri => {
        const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString();
        if (folder === undefined || !folders.has(folder)) collection.delete(uri);
      });
    }
    for (const engine of this.options.engines.all()) this.lookAtFolder(engine);
  }

  /** The text of its editor if the configuration is open, else the file. */
  private lookAtFolder(engine: WorkspaceEngine): void {
    const open = openDocument(configUri(engine.folder));
    if (open) this.soon(open);
    else {
      const shown = this.diagnoseFile(configUri(engine.folder)).then(() => this.showResults(engine));
      this.options.engines.inBackground('diagnose', shown);
    }
  }

  private soon(document: vscode.TextDocument): void {
    if (!this.options.engines.isConfig(document.uri)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => this.options.engines.inBackground('diagnose', this.diagnose(document)), quietMs),
    );
  }

  private async diagnose(document: vscode.TextDocument): Promise<void> {
    const engine = this.options.engines.of(document.uri);
    if (engine === undefined || document.isClosed) return;
    const { version } = document;
    const found = await engine.call('config/diagnose', { text: document.getText() }).catch(() => undefined);
    if (found && document.version === version) this.ofConfig.set(document.uri, found.map(toDiagnostic));
    await this.showResults(engine);
  }

  /** A closed file is judged as it is on the disk. */
  private async diagnoseFile(uri: vscode.Uri): Promise<void> {
    const found = await this.options.engines
      .of(uri)
      ?.call('config/diagnose', {})
      .catch(() => undefined);
    if (found) this.ofConfig.set(uri, found.map(toDiagnostic));
  }

  private async showResults(engine: WorkspaceEngine): Promise<void> {
    const folder = engine.folder.toString();
    const found = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
    const add = (uri: vscode.Uri, diagnostic: vscode.Diagnostic): void => {
      const entry = found.get(uri.toString()) ?? [uri, []];
      entry[1].push(diagnostic);
      found.set(uri.toString(), entry);
    };
    const config = configUri(engine.folder);
    const round = (this.rounds.get(folder) ?? 0) + 1;
    this.rounds.set(folder, round);
    const outline = setting('diagnostics.gates') ? await this.outline(engine, config) : undefined;
    const failures = outline ? await this.failures(engine, outline) : { problems: [], keys: new Set<string>() };
    const rules = outline ? await this.rules(engine, config, failures.keys) : [];
    if (this.rounds.get(folder) !== round) return; // a newer look is under way
    for (const [uri, diagnostic] of failures.problems) add(uri, diagnostic);
    for (const diagnostic of rules) add(config, diagnostic);
    const elsewhere = outline ? this.options.checks.rules(engine).filter(({ group }) => group.kind === 'security') : [];
    for (const [uri, diagnostic] of placedProblems(elsewhere, engine.folder)) add(uri, diagnostic);
    this.ofResults.forEach(uri => {
      if (vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder && !found.has(uri.toString()))
        this.ofResults.delete(uri);
    });
    for (const [uri, diagnostics] of found.values()) this.ofResults.set(uri, diagnostics);
  }

  private async outline(engine: WorkspaceEngine, config: vscode.Uri): Promise<ConfigOutline | undefined> {
    const open = openDocument(config);
    const outline = open ? this.options.outlines.current(engine, open) : engine.call('config/outline', {});
    return outline.catch(() => undefined);
  }

  /** The steps that failed last: each at its option in the text as it is now, and in the data. */
  private async failures(engine: WorkspaceEngine, outline: ConfigOutline): Promise<Failures> {
    const surroundings = { folder: engine.folder, config: configUri(engine.folder) };
    const failed = outline.pipelines.flatMap(pipeline =>
      pipeline.steps.flatMap(({ name, range }) => {
        const last = this.options.results.step(engine, pipeline.name, name)?.step;
        return last?.status === 'failed' && last.error ? [{ error: last.error, range }] : [];
      }),
    );
    if (failed.length === 0) return { problems: [], keys: new Set() };
    const text = openDocument(surroundings.config)?.getText();
    const keys = failed.map(({ error }) => configKey(error, surroundings) ?? '');
    const places = await engine
      .call('config/locate', { keys, ...(text !== undefined && { text }) })
      .catch((): readonly (TextRange | null)[] => []);
    const problems = failed.flatMap(({ error, range }, index) => {
      const place = keys[index] === '' ? undefined : places[index];
      return [...failureProblems(error, toRange(place ?? range), surroundings)];
    });
    return { problems, keys: new Set(keys) };
  }

  /** The rules that do not pass, each at its place in the text as it is now; what a step has failed at is said already. */
  private async rules(
    engine: WorkspaceEngine,
    config: vscode.Uri,
    said: ReadonlySet<string>,
  ): Promise<readonly vscode.Diagnostic[]> {
    const rules = this.options.checks.rules(engine).flatMap(found => {
      const key = found.verdict.place?.key;
      // a step names one check of a suite, all of which stand at one place
      const isSaid = key !== undefined && said.has(key) && found.verdict.check === undefined;
      return key === undefined || isSaid || isDrift(found) ? [] : [{ found, key }];
    });
    if (rules.length === 0) return [];
    const text = openDocument(config)?.getText();
    const keys = rules.map(({ key }) => key);
    const places = await engine
      .call('config/locate', { keys, ...(text !== undefined && { text }) })
      .catch((): readonly (TextRange | null)[] => []);
    return rules.flatMap(({ found }, index) => {
      const place = places[index];
      return (place && verdictProblem(found, toRange(place), engine.folder)) ?? [];
    });
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.listening.dispose();
    this.owned.dispose();
  }
}

/** How files stand to modelyard.yaml is among the problems of its text already. */
const isDrift = ({ group, verdict }: FoundRule): boolean =>
  group.kind === 'infrastructure' && verdict.id.endsWith('/current');

const openDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(document => !document.isClosed && document.uri.toString() === uri.toString());

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

function toDiagnostic(found: ConfigDiagnostic): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(found.range), found.message, severities[found.severity]);
  diagnostic.source = source;
  diagnostic.code = found.code;
  return diagnostic;
}
