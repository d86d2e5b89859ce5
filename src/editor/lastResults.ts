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

  constructor(private readonly engines: Engines) {
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
      ?.history.find(move => move.to === stage && move.gates?.results.length !== 0)?.gates;
  }

  /** Reads all of a folder again. */
  async load(engine: WorkspaceEngine): Promise<void> {
    const folder = this.folder(engine);
    const [pipelines, models] = await Promise.all([
      engine.call('pipelines/list', {}).catch(() => []),
      engine.call('models/list', {}).catch(() => []),
    ]);
    for (const { last } of pipelines) if (last) folder.runs.set(last.pipeline, last);
    for (const model of models) folder.models.set(model.name, model);
    this.changed.fire(engine);
  }

  private folder(engine: WorkspaceEngine): { runs: Map<string, PipelineRun>; models: Map<string, RegisteredModel> } {
    const key = engine.folder.toString();
    const known = this.folders.get(key) ?? { runs: new Map(), models: new Map() };
    this.folders.set(key, known);
    return known;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      this.listening.add(
        engine.on('pipeline/changed', ({ run }) => {
          this.folder(engine).runs.set(run.pipeline, run);
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
    this.changed.fire(engine);
  }

  dispose(): void {
    this.listening.dispose();
    this.owned.dispose();
  }
}
