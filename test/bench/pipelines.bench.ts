/** Pipelines: what it costs to say beforehand which of 1,000 steps will run (ms: of CPU, the database included). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newPipelineRunId, digest } from '../../engine/ids';
import { planPipeline } from '../../engine/pipelines/cache/plan';
import { readWorld } from '../../engine/pipelines/cache/readWorld';
import { ignoring } from '../../engine/pipelines/cache/ignoring';
import { StepCache } from '../../engine/pipelines/cache/stepCache';
import { madeDigests } from '../../engine/pipelines/cache/facts';
import { WorkspaceFiles } from '../../engine/pipelines/cache/workspaceFiles';
import { PipelineStore } from '../../engine/pipelines/store';
import { ancestors, topologicalOrder } from '../../engine/pipelines/graph/graph';
import type { Made, StoredOutput } from '../../engine/pipelines/outputs/outputs';
import type { RunId } from '../../engine/protocol/ids';
import type { PipelinePlan } from '../../engine/protocol/pipelines';
import type { StepConfig, WorkspaceConfig } from '../../engine/protocol/workspaceConfig';
import { openStore } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';

type Report = (line: string) => void;
type Steps = Record<string, StepConfig>;

const wasmDir = path.resolve('node_modules/sql.js/dist');
const hash = digest('a'.repeat(64));
const features = { parts: async () => ({}), run: () => Promise.reject(new Error('No step joins features.')) };
const never = new AbortController().signal;
const environments = { parts: async () => ({}) };

/** 250 models side by side: split, prepare, train, evaluate. */
function wide(): Steps {
  const steps: Steps = {};
  for (let i = 0; i < 250; i++) {
    steps[`split${i}`] = { uses: 'split', needs: [], with: { dataset: 'a', test: 0.3, seed: i } };
    steps[`prepare${i}`] = step('prepare', `split${i}`, i);
    steps[`train${i}`] = step('train', `prepare${i}`, i);
    steps[`evaluate${i}`] = step('evaluate', `train${i}`, i);
  }
  return steps;
}

/** As the config room expands it. */
function matrix(): Steps {
  const steps: Steps = { split: { uses: 'split', needs: [], with: { dataset: 'a', test: 0.3, seed: 1 } } };
  const values = Array.from({ length: 500 }, (_, C) => C);
  for (const C of values)
    steps[`train (C=${C})`] = { ...step('train', 'split', C), matrix: { step: 'train', values: { C } } };
  for (const C of values)
    steps[`evaluate (C=${C})`] = {
      ...step('evaluate', `train (C=${C})`, C),
      matrix: { step: 'evaluate', values: { C }, from: 'train' },
    };
  const pick = { metric: 'auc', best: 'highest', step: 'evaluate' } as const;
  steps['best'] = { ...step('evaluate', '', 1), needs: values.map(C => `evaluate (C=${C})`), pick };
  return steps;
}

/** 1,000 steps one after the other. */
function chain(): Steps {
  const steps: Steps = { s0: { uses: 'split', needs: [], with: { dataset: 'a', test: 0.3, seed: 1 } } };
  const uses = ['prepare', 'train', 'evaluate'] as const;
  for (let i = 1; i < 1000; i++) steps[`s${i}`] = step(uses[i % 3]!, `s${i - 1}`, i);
  return steps;
}

const step = (uses: 'prepare' | 'train' | 'evaluate', needs: string, seed: number): StepConfig =>
  ({
    uses,
    needs: [needs],
    with: { slices: [], groups: [], confidence: [], trivial: [], seed, label: 'y', drop: ['a', 'b'] },
  }) as unknown as StepConfig;

export async function bench(report: Report): Promise<void> {
  for (const [name, steps] of [
    ['250 side by side in chains of 4', wide()],
    ['one after the other', chain()],
    ['one matrix of 500, evaluated each, the best one picked', matrix()],
  ] as const) {
    await withRun(steps, async plan => {
      for (const changed of ['nothing has changed', 'all have changed'] as const) {
        const times: number[] = [];
        let last: PipelinePlan | undefined;
        for (let round = 0; round < 12; round++) {
          const before = process.cpuUsage();
          last = await plan(changed === 'all have changed');
          const { user, system } = process.cpuUsage(before);
          times.push((user + system) / 1000);
        }
        const median = times.sort((a, b) => a - b)[6]!;
        report(`pipelines: plan of 1,000 steps, ${name}, ${changed}: ${median.toFixed(0)} ms CPU (${last?.runs} run)`);
      }
    });
  }
}

async function withRun(steps: Steps, work: (plan: (changed: boolean) => Promise<PipelinePlan>) => Promise<void>) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  const store = await openStore({ root, wasmDir });
  try {
    const config: WorkspaceConfig = {
      name: 'bench',
      datasets: { a: { path: 'a.csv', format: 'csv', missing: [], expect: [] } },
      pipelines: { p: { steps } },
      models: {},
      tracking: { system_metrics: false },
    };
    const pipelines = new PipelineStore(store.db);
    const files = new WorkspaceFiles({
      workspace: root,
      reading: { stamp: async () => undefined, hash: async () => hash },
      known: pipelines.cache,
    });
    const { objects } = store;
    const ports = { dataDigest: async () => hash, features };
    await fill({ steps, config, pipelines, files, root, tracking: openTracking(store) }, objects);
    await work(async changed => {
      const now: Steps = changed
        ? Object.fromEntries(
            Object.entries(steps).map(([name, one]) => [
              name,
              { ...one, with: { ...('with' in one && one.with), extra: 1 } } as unknown as StepConfig,
            ]),
          )
        : steps;
      const pipeline = { cache: true, steps: now };
      const planned = { name: 'p', pipeline, config, ignored: ignoring(pipeline, {}), parallel: 2 };
      return planPipeline(
        await readWorld(planned, { store: pipelines.cache, files, environments, objects, ports }, never),
      );
    });
  } finally {
    store.close();
    rmSync(root, { recursive: true, force: true });
  }
}

const openTracking = (store: Awaited<ReturnType<typeof openStore>>): TrackingService =>
  new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });

interface Filling {
  readonly steps: Steps;
  readonly config: WorkspaceConfig;
  readonly pipelines: PipelineStore;
  readonly files: WorkspaceFiles;
  readonly root: string;
  readonly tracking: TrackingService;
}

/** A run in which every step has succeeded, as it would have been written down. */
async function fill(
  { steps, config, pipelines, files, root, tracking }: Filling,
  objects: Awaited<ReturnType<typeof openStore>>['objects'],
): Promise<void> {
  const file = path.join(root, 'out.json');
  writeFileSync(file, '{}');
  const kept = await objects.putFile(file);
  const runId: RunId = tracking.createRun({
    experimentId: tracking.ensureExperiment('bench').id,
    tags: {},
    user: 'bench',
    heartbeat: true,
  }).id;
  const id = newPipelineRunId();
  const order = topologicalOrder(steps);
  const waiting = order.map(name => ({
    name,
    uses: steps[name]!.uses,
    needs: steps[name]!.needs,
    status: 'waiting' as const,
    logSize: 0,
  }));
  pipelines.insert({ id, pipeline: 'p', status: 'running', startedAt: 1, runId, steps: waiting, configDigest: hash });
  const ports = { dataDigest: async () => hash, features };
  const cache = new StepCache({
    steps,
    config,
    store: pipelines.cache,
    objects,
    files,
    environments,
    ports,
    ignored: () => undefined,
  });
  const made = new Map<string, Made>();
  const kinds = { split: 'split', prepare: 'preparation', train: 'model', evaluate: 'evaluation' } as const;
  for (const name of order) {
    const { uses } = steps[name]!;
    const before = ancestors(steps, name).flatMap(one => made.get(one) ?? []);
    const look = (await cache.look(name, { made: before, isAnew: false }, never))!;
    const output: StoredOutput = { kind: kinds[uses as 'split'], path: 'out.json', files: [{ path: '', ...kept }] };
    const result = {
      outputs: [output],
      params: {},
      metrics: uses === 'evaluate' ? { auc: 0.8 } : {},
      tags: {},
      inputs: [],
      summary: 'done',
    };
    made.set(name, { runId, digests: madeDigests([output], look.fingerprint), inputs: [], datasets: [] });
    pipelines.together(() => {
      pipelines.setOutputs(id, name, [output]);
      pipelines.cache.put(id, name, { ...look, restorable: { findings: result } });
      pipelines.updateStep(id, {
        name,
        uses,
        needs: [],
        status: 'succeeded',
        startedAt: 1,
        endedAt: 500,
        logSize: 0,
        runId,
      });
    });
  }
}
