import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../../engine/errors';
import { GateService } from '../../engine/gates/service';
import { modelArtifactRoot } from '../../engine/mlflow/loggedModelCalls';
import type { Person } from '../../engine/protocol/approvals';
import type { RunId } from '../../engine/protocol/ids';
import type { Lineage, ModelVersion } from '../../engine/protocol/registry';
import type { ModelConfig } from '../../engine/protocol/workspaceConfig';
import type { RegistryEvent } from '../../engine/registry/events';
import type { ClientVersion } from '../../engine/registry/records';
import { RegistryService } from '../../engine/registry/service';
import { openTestTracking } from './tracking';
import type { TestTracking } from './tracking';

export interface TestRegistry extends TestTracking {
  readonly registry: RegistryService;
  /** What modelyard.yaml says of models; may be changed. */
  readonly models: Record<string, ModelConfig>;
  /** Whether modelyard.yaml cannot be read just now. */
  readonly config: { isBroken: boolean };
  /** Who the engine works for; may be changed. */
  readonly who: { person: Person };
  /** What runs on versions, as `m 1`. */
  readonly inUse: Map<string, string>;
  readonly told: RegistryEvent[];
  readonly changed: string[];
  /** What versions are judged by from now on. */
  evaluate(metrics: Record<string, number>): void;
  /** A version as the step `register` makes one. */
  register(model: string, runId?: RunId): Promise<ModelVersion>;
  /** A version as a client makes one. */
  create(model: string, more?: Partial<ClientVersion>): Promise<{ readonly version: number }>;
}

const lineage: Lineage = { datasets: [] };

/** The registry over a new store, with a clock that goes on by itself and a memory for what was told. */
export async function openTestRegistry(
  options: { readonly happened?: (event: RegistryEvent) => void } = {},
): Promise<TestRegistry> {
  const parts: TestTracking = await openTestTracking({
    modelPartOf: (model, file) => registry.partOfStored(`${modelArtifactRoot(model)}/${file}`),
  });
  const { store, clock } = parts;
  const models: Record<string, ModelConfig> = {};
  const state = { isBroken: false };
  const who: TestRegistry['who'] = { person: { account: 'ann' } };
  const inUse = new Map<string, string>();
  const told: RegistryEvent[] = [];
  const changed: string[] = [];
  const evaluation = path.join(store.root, 'evaluation.json');
  const config = async () => {
    if (state.isBroken) throw new ModelyardError('config.invalid', 'modelyard.yaml:1:1: broken');
    return { name: 'w', datasets: {}, pipelines: {}, tracking: { system_metrics: false }, models };
  };
  const gates = new GateService({
    db: store.db,
    config,
    registered: async model => (registry.models.find(model) ? registry.get(model) : undefined),
    evaluation: () => readFileSync(evaluation),
    tests: () => undefined,
    approvals: (subject, results) => registry.approvals.standing(subject, results),
  });
  const registry: RegistryService = new RegistryService({
    db: store.db,
    config,
    judge: subject => gates.judgeVersion(subject),
    reports: models => gates.latest(models),
    user: () => who.person.account,
    person: () => Promise.resolve(who.person),
    inUse: (model, version) => inUse.get(`${model} ${version}`),
    changed: model => changed.push(model),
    happened: event => {
      told.push(event);
      options.happened?.(event);
    },
    now: () => ++clock.now,
  });
  return {
    ...parts,
    ...{ registry, models, config: state, who, inUse, told, changed },
    evaluate: metrics => writeFileSync(evaluation, JSON.stringify({ task: 'binary', label: 'y', rows: 9, metrics })),
    register: (model, runId = parts.newRun()) =>
      registry.register({ model, runId, artifactPath: 'model', description: '', metrics: { auc: 0.8 }, lineage }),
    create: (model, more = {}) =>
      registry.create({
        ...{ model, source: 's3://b/a', storage: 's3://b/a', runLink: '', description: '', tags: {} },
        ...{ metrics: {}, lineage, ...more },
      }),
  };
}
