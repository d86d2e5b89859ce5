import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetSource, JobContext, JobResult, JobSurroundings, StepInput } from '../../../engine/protocol/jobs';
import type { EvaluateOptions } from '../../../engine/protocol/steps/evaluation';
import type { PrepareOptions } from '../../../engine/protocol/steps/preparation';
import type { SplitOptions } from '../../../engine/protocol/steps';
import { predict } from '../../../engine/training/model';
import { createEvaluateRunner } from '../../../engine/training/evaluateStep';
import { fitLogistic } from '../../../engine/training/logistic';
import { readPreparation } from '../../../engine/training/preparationFile';
import { createPrepareRunner } from '../../../engine/training/prepareStep';
import type { ScoringModel } from '../../../engine/training/scoringModel';
import { createSplitRunner } from '../../../engine/training/splitStep';
import { readSplitFile } from '../../../engine/training/files';
import { targetValues, transformRows } from '../../../engine/training/transform';
import { csvAccess, readCsvFrame } from './csvFrame';
import type { Point } from './models';

export interface Said {
  readonly log: string[];
  readonly fractions: number[];
  readonly points: Point[];
}

/** Runs split, prepare and evaluate as their steps, one after the other in sub-folders of a workspace. */
export class Steps {
  readonly said: Said = { log: [], fractions: [], points: [] };
  private readonly inputs: StepInput[] = [];
  private readonly dataset: DatasetSource;
  private readonly folder: string;
  private readonly signal: AbortSignal;

  constructor(folder: string, csv: string, signal = new AbortController().signal) {
    this.dataset = { name: 'applications', path: csv, format: 'csv', missing: [], expect: [] };
    this.folder = folder;
    this.signal = signal;
  }

  split(options: Partial<SplitOptions> = {}): Promise<JobResult> {
    const job = { uses: 'split', with: { test: 0.2, seed: 7, ...options } } as const;
    return this.run('split', surroundings => createSplitRunner(csvAccess)({ ...job, ...surroundings }, this.context()));
  }

  prepare(options: PrepareOptions): Promise<JobResult> {
    const job = { uses: 'prepare', with: options } as const;
    return this.run('prepare', surroundings =>
      createPrepareRunner(csvAccess)({ ...job, ...surroundings }, this.context()),
    );
  }

  /** A logistic regression, unless a model is handed in. */
  evaluate(options: EvaluateOptions, model?: ScoringModel): Promise<JobResult> {
    const job = { uses: 'evaluate', with: options } as const;
    return this.run('evaluate', async surroundings => {
      const inputs: StepInput[] = [...surroundings.inputs, { kind: 'model', step: 'train', path: this.folder }];
      const load = async () => model ?? (await this.train());
      return createEvaluateRunner(csvAccess, load)({ ...job, ...surroundings, inputs }, this.context());
    });
  }

  path(step: string, file: string): string {
    return path.join(this.folder, step, file);
  }

  /** sha-256 over all files of all steps. */
  async hash(): Promise<string> {
    const hash = createHash('sha256');
    for (const name of (await readdir(this.folder, { recursive: true })).sort()) {
      if (/\.(json|csv)$/.test(name)) hash.update(name).update(await readFile(path.join(this.folder, name)));
    }
    return hash.digest('hex');
  }

  private async train(): Promise<ScoringModel> {
    const preparation = await readPreparation(this.path('prepare', 'preparation.json'));
    const { train } = await readSplitFile(this.path('split', 'split.json'));
    const frame = readCsvFrame(this.dataset.path);
    const { model } = await fitLogistic(
      {
        x: transformRows(preparation, frame, train),
        y: targetValues(preparation, frame, train),
        task: preparation.task,
        classes: preparation.classes.length,
        features: preparation.features,
      },
      { learner: 'logistic', C: 0.1, class_weight: 'none', max_iterations: 100, tolerance: 1e-8, seed: 0 },
      this.context(),
    );
    return { preparation, model, score: (other, rows) => predict(model, transformRows(preparation, other, rows)) };
  }

  protected async run(step: string, run: (surroundings: JobSurroundings) => Promise<JobResult>): Promise<JobResult> {
    const workDir = path.join(this.folder, step);
    await mkdir(workDir, { recursive: true });
    const datasets = [this.dataset];
    const result = await run({ step, workspace: this.folder, workDir, datasets, inputs: this.inputs });
    for (const output of result.outputs)
      if (output.kind !== 'file')
        this.inputs.unshift({ kind: output.kind, step, path: path.join(workDir, output.path) });
    return result;
  }

  protected context(): JobContext {
    return {
      signal: this.signal,
      progress: (_, fraction) => void (fraction === undefined || this.said.fractions.push(fraction)),
      log: line => void this.said.log.push(line),
      metric: (key, value, step) => void this.said.points.push({ key, value, step }),
    };
  }
}
