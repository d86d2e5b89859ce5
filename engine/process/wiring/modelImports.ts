import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { storeOutput } from '../../pipelines/outputs/outputs';
import type { RunId } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { ProgressReport } from '../../protocol/progress';
import type { ImportedModel, ModelImport } from '../../protocol/modelImport';
import type { RegistryService } from '../../registry/service';
import { checkModelName } from '../../registry/rules';
import type { ObjectStore } from '../../store/objects';
import type { TrackingService } from '../../tracking/service';
import { importedFile } from '../../training/foreign/importStep';
import type { DataJobOptions } from './datasets/dataJob';
import { runDataJob } from './datasets/dataJob';
import { registeredRun } from './registeredRun';

export interface ModelImportRooms extends DataJobOptions {
  readonly tracking: TrackingService;
  readonly objects: ObjectStore;
  readonly registry: Pick<RegistryService, 'register' | 'judgeAll'>;
  readonly user: string;
}

/** Where runs of imports go. */
const experiment = 'imported models';

const told = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    format: v.picklist(['lightgbm', 'xgboost', 'onnx']),
    task: v.picklist(['binary', 'multiclass', 'regression']),
    notes: v.array(v.string()),
    features: v.number(),
    trees: v.number(),
  }),
);

/** Registers models of other libraries: a child process reads the file, a run of its own keeps what comes of it. */
export class ModelImports {
  readonly #rooms: ModelImportRooms;

  constructor(rooms: ModelImportRooms) {
    this.#rooms = rooms;
  }

  /**
   * @throws ModelyardError `not-found`, `data.unreadable` (naming the place in the file), `params.invalid`,
   *   `training.parity`, `cancelled`; nothing is registered then, and no run is left
   */
  import(
    request: ModelImport,
    progress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<ImportedModel> {
    const { name, description = '', ...options } = request;
    checkModelName(name);
    const use = { uses: 'import-model', with: options } as const;
    const report = (message: string, fraction?: number): void =>
      progress({ message, ...(fraction !== undefined && { fraction }) });
    const take = (workDir: string, result: JobResult): Promise<ImportedModel> =>
      this.#register({ name, description, workDir, result: this.#withSource(result, request.file) });
    return runDataJob(this.#rooms, { use, datasets: [], report, take }, signal);
  }

  /** What the lineage of the version begins with. */
  #withSource(result: JobResult, file: string): JobResult {
    const relative = path.relative(this.#rooms.workspace, path.resolve(this.#rooms.workspace, file));
    const isInside = !relative.startsWith('..') && !path.isAbsolute(relative);
    const source = isInside ? relative.split(path.sep).join('/') : path.resolve(file);
    return { ...result, tags: { ...result.tags, 'modelyard.sourceFile': source } };
  }

  async #register(made: {
    readonly name: string;
    readonly description: string;
    readonly workDir: string;
    readonly result: JobResult;
  }): Promise<ImportedModel> {
    const { name, description, workDir, result } = made;
    const parsed = v.safeParse(told, await readFile(path.join(workDir, importedFile), 'utf8'));
    if (!parsed.success) throw new ModelyardError('internal', `The import told nothing: ${parsed.issues[0].message}`);
    const runId = await this.#run(name, workDir, result);
    const { tracking, registry } = this.#rooms;
    const run = registeredRun(tracking, { id: runId, modelPath: undefined });
    if (!run.model) throw new ModelyardError('internal', 'The import made no model.');
    const { artifactPath, digest } = run.model;
    const { metrics } = run;
    const lineage = { datasets: [], modelDigest: digest };
    const version = await registry.register({ model: name, runId, artifactPath, description, metrics, lineage });
    await registry.judgeAll(version);
    return { version, runId, ...parsed.output };
  }

  /** A finished run with what the job made. When that fails, none is left. */
  async #run(name: string, workDir: string, { outputs, params, metrics, tags }: JobResult): Promise<RunId> {
    const { tracking, objects, user } = this.#rooms;
    const stored = await Promise.all(outputs.map(output => storeOutput(objects, { folder: workDir, key: '' }, output)));
    const { id: experimentId } = tracking.ensureExperiment(experiment);
    const { id } = tracking.createRun({ experimentId, name: `import of ${name}`, user, tags });
    try {
      for (const { artifactPath, files } of stored)
        for (const { path: file, digest, size } of files) {
          const place = [artifactPath ?? '', file].filter(part => part !== '').join('/');
          tracking.logArtifact(id, place, { digest, size });
        }
      tracking.logParams(id, Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])));
      const now = Date.now();
      const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0, time: now }));
      await tracking.logMetrics(id, points);
      tracking.updateRun(id, { status: 'FINISHED' });
      return id;
    } catch (error) {
      tracking.deleteRun(id);
      throw error;
    }
  }
}
