import { createHash } from 'node:crypto';
import { digest, pipelineRunId, runId } from '../../engine/ids';
import type { PipelineRun, StepRun, StepStatus } from '../../engine/protocol/pipelines';
import type { RegisteredModel } from '../../engine/protocol/registry';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
let made = 0;

export const aStep = (name: string, status: StepStatus): StepRun => ({
  name,
  uses: name,
  needs: [],
  status,
  logSize: 0,
});

/** A run with an id of its own. */
export function aRun(change: Partial<PipelineRun> = {}): PipelineRun {
  const id = hash(String(++made)).slice(0, 32);
  return {
    ...{ id: pipelineRunId(id), runId: runId(id), pipeline: 'train', status: 'succeeded', startedAt: 0, steps: [] },
    configDigest: digest(hash('config')),
    ...change,
  };
}

/** A model whose versions 1, 2, … are in these stages. */
export const aModel = (stages: readonly string[]): RegisteredModel => ({
  ...{
    name: 'credit-risk',
    description: '',
    createdAt: 0,
    updatedAt: 0,
    tags: {},
    aliases: {},
    history: [],
    aliasHistory: [],
    approvals: [],
    previous: {},
    scans: [],
    signatures: [],
    guarded: {},
    gates: [],
  },
  holders: Object.fromEntries(stages.map((stage, index) => [stage, index + 1])),
  stages: ['dev', 'staging', 'production'],
  versions: stages.map((stage, index) => ({
    ...{ model: 'credit-risk', version: index + 1, runId: runId('a'.repeat(32)), artifactPath: 'model', stage },
    ...{ source: '', createdAt: 0, updatedAt: 0, createdBy: 'somebody', description: '', metrics: {}, tags: {} },
    lineage: { datasets: [], modelDigest: digest(hash('model')) },
  })),
});
