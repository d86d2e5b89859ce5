import * as vscode from 'vscode';
import type { GateReport } from '../../engine/protocol/gates';
import type { PipelineRun, PipelineSummary } from '../../engine/protocol/pipelines';
import type { RegisteredModel } from '../../engine/protocol/registry';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { LastStep } from './recentRuns';
import { lastStep, withRun } from './recentRuns';

/** How many earlier runs are asked for when the last one had only some of the steps. */
const earlierRuns = 20;

/** What is kept over a reload, so that the first paint says what was true last; of another version it is not used. */
interface Remembered {
  readonly version: string;
  readonly runs: readonly PipelineRun[];
  readonly models: readonly RegisteredModel[];
}

class FolderResults {
  /** By pipeline; newest first. */
  readonly runs = new Map<string, readonly PipelineRun[]>();
  readonly models = new Map<string, RegisteredModel>();

  add(run: PipelineRun): void {
    this.runs.set(run.pipeline, withRun(this.runs.get(run.pipeline) ?? [], run));
  }
}

/** How everything went last, by folder: what lenses, trees and problems show. Kept by events, read once at the start. */
export class LastResults implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly folders = new Map<string, FolderResults>();
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

  /** The last run of each pipeline that has run. */
  runs(engine: WorkspaceEngine): readonly PipelineRun[] {
    return [...this.folder(engine).runs.values()].flatMap(([newest]) => newest ?? []);
  }

  run(engine: WorkspaceEngine, pipeline: string): PipelineRun | undefined {
    return this.folder(engine).runs.get(pipeline)?.[0];
  }

  step(engine: WorkspaceEngine, pipeline: string, name: string): LastStep | undefined {
    return lastStep(this.folder(engine).runs.get(pipeline) ?? [], name);
  }

  models(engine: WorkspaceEngine): ReadonlyMap<string, RegisteredModel> {
    return this.folder(engine).models;
  }

  /** The newest report of a stage's gates. */
  gates(engine: WorkspaceEngine, model: string, stage: string): GateReport | undefined {
    return this.folder(engine)
      .models.get(model)
      ?.gates.find(report => report.stage === stage);
  }

  /** Reads all of a folder again. What cannot be read (the configuration is broken, say) stays as it was. */
  async load(engine: WorkspaceEngine): Promise<void> {
    const [runs, models] = await Promise.all([
      allRuns(engine).catch(() => undefined),
      engine.call('models/list', {}).catch(() => undefined),
    ]);
    const folder = this.folder(engine);
    if (runs) {
      folder.runs.clear();
      for (const run of runs) folder.add(run);
    }
    if (models) {
      folder.models.clear();
      for (const model of models) folder.models.set(model.name, model);
    }
    this.remember(engine);
    this.changed.fire(engine);
  }

  private remember(engine: WorkspaceEngine): void {
    const { runs, models } = this.folder(engine);
    const ended = [...runs.values()].flat().filter(({ status }) => status !== 'running');
    const remembered: Remembered = { version: this.memory.version, runs: ended, models: [...models.values()] };
    this.engines.inBackground('remember results', this.memory.store.update(memoryKey(engine), remembered));
  }

  private folder(engine: WorkspaceEngine): FolderResults {
    const key = engine.folder.toString();
    const known = this.folders.get(key);
    if (known) return known;
    const folder = new FolderResults();
    const kept = this.memory.store.get<Remembered>(memoryKey(engine));
    const { runs = [], models = [] } = kept?.version === this.memory.version ? kept : {};
    for (const run of runs) folder.add(run);
    for (const model of models) folder.models.set(model.name, model);
    this.folders.set(key, folder);
    return folder;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    const { inBackground } = this.engines;
    for (const engine of this.engines.all()) {
      this.listening.add(
        engine.on('pipeline/changed', ({ run }) => {
          this.folder(engine).add(run);
          if (run.status !== 'running') this.remember(engine);
          this.changed.fire(engine);
        }),
      );
      this.listening.add(
        engine.on('model/changed', ({ name }) => inBackground(`read model ${name}`, this.loadModel(engine, name))),
      );
      this.listening.add(engine.onDidReconnect(() => inBackground('read results', this.load(engine))));
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

/** The last run of every pipeline, and earlier ones where the last had only some of the steps. */
async function allRuns(engine: WorkspaceEngine): Promise<readonly PipelineRun[]> {
  const pipelines = await engine.call('pipelines/list', {});
  const runs = await Promise.all(pipelines.map(pipeline => runsOf(engine, pipeline)));
  return runs.flat();
}

async function runsOf(
  engine: WorkspaceEngine,
  { name, steps, last }: PipelineSummary,
): Promise<readonly PipelineRun[]> {
  if (last === undefined) return [];
  if (steps.every(step => last.steps.some(ran => ran.name === step.name))) return [last];
  return engine.call('pipelines/runs', { pipeline: name, limit: earlierRuns });
}

const memoryKey = (engine: WorkspaceEngine): string => `results:${engine.folder.toString()}`;
