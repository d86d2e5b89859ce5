import * as vscode from 'vscode';
import type { GateReport } from '../../engine/protocol/gates';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { RegisteredModel } from '../../engine/protocol/registry';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

export interface FolderResults {
  readonly runs: ReadonlyMap<string, PipelineRun>;
  readonly models: ReadonlyMap<string, RegisteredModel>;
}

const memoryKey = (engine: WorkspaceEngine): string => `results:${engine.folder.toString()}`;

/** What is kept over a reload, so that the first paint says what was true last; of another version it is not used. */
interface Remembered {
  readonly version: string;
  readonly runs: readonly PipelineRun[];
  readonly models: readonly RegisteredModel[];
}

/** How everything went last, by folder: what lenses and problems show. Kept by events, read once at the start. */
export class LastResults implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly folders = new Map<
    string,
    { runs: Map<string, PipelineRun>; models: Map<string, RegisteredModel> }
  >();
  private listening = new Disposables();
  private readonly asked = new Map<string, number>();
  private questions = 0;

  constructor(
    private readonly engines: Engines,
    private readonly memory: { readonly version: string; readonly store: vscode.Memento },
  ) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
  }

  of(engine: WorkspaceEngine): FolderResults {
    return this.folder(engine);
  }

  /** The newest report of a stage's gates. */
  gates(engine: WorkspaceEngine, model: string, stage: string): GateReport | undefined {
    return this.folder(engine)
      .models.get(model)
      ?.gates.find(report => report.stage === stage);
  }

  /** Reads all of a folder again. */
  async load(engine: WorkspaceEngine): Promise<void> {
    const folder = this.folder(engine);
    const [pipelines, models] = await Promise.all([
      engine.call('pipelines/list', {}).catch(() => undefined),
      engine.call('models/list', {}).catch(() => undefined),
    ]);
    // What has been deleted is gone; what could not be read (a broken configuration) stays as it was.
    if (pipelines)
      replace(
        folder.runs,
        pipelines.flatMap(({ last }) => (last ? [[last.pipeline, last]] : [])),
      );
    if (models)
      replace(
        folder.models,
        models.map(model => [model.name, model]),
      );
    this.remember(engine);
    this.changed.fire(engine);
  }

  private remember(engine: WorkspaceEngine): void {
    const { runs, models } = this.folder(engine);
    const ended = [...runs.values()].filter(({ status }) => status !== 'running');
    const remembered: Remembered = { version: this.memory.version, runs: ended, models: [...models.values()] };
    void this.memory.store.update(memoryKey(engine), remembered);
  }

  private folder(engine: WorkspaceEngine): { runs: Map<string, PipelineRun>; models: Map<string, RegisteredModel> } {
    const key = engine.folder.toString();
    const known = this.folders.get(key);
    if (known) return known;
    const kept = this.memory.store.get<Remembered>(memoryKey(engine));
    const { runs = [], models = [] } = kept?.version === this.memory.version ? kept : {};
    const folder = {
      runs: new Map(runs.map(run => [run.pipeline, run])),
      models: new Map(models.map(model => [model.name, model])),
    };
    this.folders.set(key, folder);
    return folder;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      this.listening.add(
        engine.on('pipeline/changed', ({ run }) => {
          this.folder(engine).runs.set(run.pipeline, run);
          if (run.status !== 'running') this.remember(engine);
          this.changed.fire(engine);
        }),
      );
      this.listening.add(engine.on('model/changed', ({ name }) => void this.loadModel(engine, name)));
      this.listening.add(engine.onDidReconnect(() => void this.load(engine)));
    }
  }

  /** Of several answers only that to the newest question counts. */
  private async loadModel(engine: WorkspaceEngine, name: string): Promise<void> {
    const question = ++this.questions;
    const key = `${engine.folder.toString()}#${name}`;
    this.asked.set(key, question);
    const model = await engine.call('models/get', { name }).catch(() => undefined);
    if (this.asked.get(key) !== question) return;
    if (model) this.folder(engine).models.set(name, model);
    this.remember(engine);
    this.changed.fire(engine);
  }

  dispose(): void {
    this.listening.dispose();
    this.owned.dispose();
  }
}

function replace<V>(map: Map<string, V>, entries: readonly (readonly [string, V])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
