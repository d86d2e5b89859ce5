import path from 'node:path';
import { fileStamp, hashFile } from '../../engine/dataFiles';
import { digest } from '../../engine/ids';
import { LockFile } from '../../engine/pipelines/outputs/lockFile';
import { PipelineService } from '../../engine/pipelines/service';
import type { PipelinePorts } from '../../engine/pipelines/ports';
import type { PipelineRequest, PipelineRun } from '../../engine/protocol/pipelines';
import type { StepConfig, WorkspaceConfig } from '../../engine/protocol/workspaceConfig';
import type { Store } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';
import { openTestStore, temporaryFolder } from './store';

export const never = new AbortController().signal;
const jobFile = path.resolve(import.meta.dirname, '../fixtures/fakeJob.js');

/** A step that does what the fake job understands; the config room would never let such a `with` through. */
export const act = (
  uses: 'split' | 'train' | 'cross-validate' | 'evaluate' | 'validate',
  what: Record<string, unknown>,
  ...needs: string[]
): StepConfig =>
  ({ uses, with: { slices: [], groups: [], confidence: [], trivial: [], ...what }, needs }) as unknown as StepConfig;
export const command = (run: string, more: Partial<StepConfig & { outs: string[] }> = {}): StepConfig =>
  ({ uses: 'run', run, env: {}, outs: [], needs: [], ...more }) as StepConfig;

export interface World {
  readonly service: PipelineService;
  readonly tracking: TrackingService;
  readonly store: Store;
  readonly changes: PipelineRun[];
}

export type WorldOptions = Partial<PipelinePorts> & {
  readonly patience?: number;
  readonly now?: () => number;
  /** Of each pipeline. */
  readonly cache?: boolean;
  /** Other parts of the config. */
  readonly more?: Partial<WorkspaceConfig>;
};

export async function world(
  pipelines: Record<string, Record<string, StepConfig>>,
  store?: Store,
  { patience, now, more, cache, ...others }: WorldOptions = {},
): Promise<World> {
  const opened = store ?? (await openTestStore({ root: temporaryFolder() }));
  const tracking = new TrackingService({
    store: opened,
    events: { runsChanged: () => undefined, points: () => undefined },
  });
  const changes: PipelineRun[] = [];
  const service = new PipelineService({
    db: opened.db,
    objects: opened.objects,
    workspace: opened.root,
    jobFile,
    lockFile: new LockFile(opened.root),
    parallel: 2,
    ...(patience !== undefined && { patience }),
    ...(now && { now }),
    ports: {
      features: { parts: async () => ({}), run: () => Promise.reject(new Error('No test joins features.')) },
      materialise: () => Promise.reject(new Error('No test materialises features.')),
      checkFeatures: () => Promise.reject(new Error('No test checks features.')),
      config: async () => ({
        config: {
          name: 'credit',
          datasets: {},
          models: {},
          tracking: { system_metrics: false },
          pipelines: Object.fromEntries(
            Object.entries(pipelines).map(([name, steps]) => [name, { steps, ...(cache !== undefined && { cache }) }]),
          ),
          ...more,
        },
        digest: digest('b'.repeat(64)),
        file: 'modelyard.yaml',
        text: 'name: credit\n',
        definition: () => ({ digest: digest('d'.repeat(64)), files: [] }),
        locate: key =>
          key === 'pipelines.p.steps.a' ? { startLine: 7, startColumn: 5, endLine: 7, endColumn: 6 } : undefined,
      }),
      tracking: {
        ensureExperiment: name => tracking.ensureExperiment(name),
        createRun: run => tracking.createRun({ ...run, user: 'tester', heartbeat: true }).id,
        endRun: (id, status) => tracking.endRun(id, status),
        heartbeat: id => tracking.heartbeat(id),
        logParams: (id, params) => tracking.logParams(id, params),
        setTags: (id, tags) => tracking.setTags(id, tags),
        tags: id => tracking.getRun(id).tags,
        logMetrics: (id, points) => tracking.logMetrics(id, points),
        inputs: id =>
          tracking.getRun(id).inputs.map(input => ({ dataset: input.dataset, digest: digest(input.digest) })),
        metrics: id =>
          Object.fromEntries(Object.entries(tracking.getRun(id).metrics).map(([key, { value }]) => [key, value])),
        contents: id => {
          const { params, metrics } = tracking.getRun(id);
          return new Map([...Object.keys(params), ...Object.keys(metrics)].map(name => [name, '']));
        },
        logInputs: (id, inputs) => tracking.logInputs(id, inputs),
        logArtifact: (id, file, stored) => tracking.logArtifact(id, file, stored),
      },
      environment: async () => ({
        tags: { 'modelyard.host': 'h' },
        files: [{ path: 'environment/host.json', bytes: Buffer.from('{}') }],
      }),
      http: async () => ({ url: 'http://127.0.0.1:9', token: 'the-secret-token' }),
      endElsewhere: async () => undefined,
      remote: () => Promise.reject(new Error('nothing runs elsewhere')),
      trials: () => ({
        run: () => Promise.reject(new Error('nothing runs elsewhere')),
        close: async () => undefined,
      }),
      gate: async () => ({ outputs: [], params: {}, metrics: {}, tags: {}, inputs: [], summary: 'passed' }),
      register: async () => ({ outputs: [], params: {}, metrics: {}, tags: {}, inputs: [], summary: 'registered' }),
      champion: async () => undefined,
      rival: async () => undefined,
      tune: async () => ({ outputs: [], params: {}, metrics: {}, tags: {}, inputs: [], summary: 'tuned' }),
      tuned: () => Promise.reject(new Error('nothing is tuned here')),
      outputsMade: async () => undefined,
      earlierFolds: () => undefined,
      trainingTimes: () => ({ earlier: [] }),
      dataDigest: async () => undefined,
      files: { stamp: fileStamp, hash: hashFile },
      references: async source => source,
      dataRead: async () => undefined,
      watchSystem: () => ({ end: () => undefined }),
      changed: run => changes.push(run),
      ...others,
    },
  });
  return { service, tracking, store: opened, changes };
}

export const statuses = (run: PipelineRun): Record<string, string> =>
  Object.fromEntries(run.steps.map(step => [step.name, step.status]));
export const go = ({ service }: World, request: PipelineRequest = { pipeline: 'p' }, signal = never) =>
  service.run(request, () => undefined, signal);
