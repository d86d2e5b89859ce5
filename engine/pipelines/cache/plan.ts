import type { Digest } from '../../protocol/ids';
import type { PipelinePlan, PlanChange, PlannedStep, StepOrigin } from '../../protocol/pipelines';
import type { EnvironmentConfig, StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import { ModelyardError } from '../../errors';
import type { EnvironmentParts } from '../environments/environments';
import type { Steps } from '../graph/graph';
import { ancestors } from '../graph/graph';
import { filesMade, workspacePath } from '../outputs/madeFiles';
import type { Candidate } from '../graph/pick';
import { candidatesOf, pickBest, withPicked } from '../graph/pick';
import type { StoredOutput } from '../outputs/outputs';
import { runOwner, runOwners } from '../graph/runOwners';
import type { StepHistory } from './cacheStore';
import { eachTime } from './eachTime';
import { changesOf, changesText } from './explain';
import type { MadeDigests } from './facts';
import { datasetFacts, madeDigests, takesOutputs } from './facts';
import { StepFlows } from './flow';
import { planSummary, runningTime, willRun } from './planSummary';
import type { Ignored } from './ignoring';
import type { Parts, StepFacts } from './parts';
import { fingerprintOf, partsOf } from './parts';

/** An earlier result that can be restored. */
export interface Restorable {
  readonly origin: StepOrigin;
  readonly outputs: readonly StoredOutput[];
}

/** What a plan is made of; all of it is known beforehand, so that the plan itself is a pure function. */
export interface PlanWorld {
  readonly pipeline: string;
  readonly steps: Steps;
  /** As `topologicalOrder`. */
  readonly order: readonly string[];
  readonly config: WorkspaceConfig;
  /** Says why a step's result is not looked for; undefined when it is. */
  readonly ignored: Ignored;
  /** Of datasets, as their files are now. */
  readonly datasets: ReadonlyMap<string, Digest | undefined>;
  /** What each step reads of the workspace besides, by step. */
  readonly files: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What the features are that steps join, by step. */
  readonly features: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What the environments of commands are made of. */
  readonly environments: ReadonlyMap<EnvironmentConfig, EnvironmentParts>;
  readonly find: (fingerprint: string, step: string) => Restorable | undefined;
  readonly history: ReadonlyMap<string, StepHistory>;
  /** What a step that is restored has measured: the last value of each metric. */
  readonly metrics: (fingerprint: string) => Readonly<Record<string, number>>;
  /** Steps at a time. */
  readonly parallel: number;
}

/** What a run would do with each step, and why. Computes 1,000 steps in some tens of ms. */
export function planPipeline(world: PlanWorld): PipelinePlan {
  const planner = new Planner(world);
  const steps = world.order.map(name => planner.step(name));
  const duration = runningTime(steps, world.parallel);
  return {
    pipeline: world.pipeline,
    steps,
    runs: steps.filter(willRun).length,
    ...(duration !== undefined && { duration }),
    summary: planSummary(steps, duration),
  };
}

interface Known {
  readonly parts: Parts;
  /** Kinds of inputs that are not known yet, with the step that will make them. */
  readonly coming: ReadonlyMap<string, string>;
}

class Planner {
  private readonly flows: StepFlows;
  /** Of the steps that are restored. */
  private readonly made = new Map<string, MadeDigests>();
  private readonly restored = new Map<string, Restorable & { readonly fingerprint: string }>();
  private readonly owners: ReadonlySet<string>;
  /** By step: a command before it, or it itself, that will run and may write what others read. */
  private readonly writing = new Map<string, string>();
  /** What commands make in the workspace: the step, and the digests if it is restored. */
  private readonly outs = new Map<string, { readonly step: string; readonly files?: ReadonlyMap<string, string> }>();

  constructor(private readonly world: PlanWorld) {
    this.flows = new StepFlows(world.steps);
    this.owners = runOwners(world.steps);
  }

  step(name: string): PlannedStep {
    const step = this.world.steps[name];
    if (step === undefined) throw new Error(`There is no step ${name}.`);
    const choice = this.choice(name);
    this.flows.add(name, step, choice);
    const history = this.world.history.get(name);
    const planned: PlannedStep = {
      name,
      uses: step.uses,
      needs: step.needs,
      ...this.decide(name, step, choice.none),
      ...(history?.usually !== undefined && { usually: history.usually }),
    };
    if (planned.decision === 'skipped') this.left.add(name);
    this.note(name, step, planned);
    return planned;
  }

  /** Of a step that picks: what it needs once that is known, or what must run before. */
  private choice(name: string): { needs?: readonly string[]; unsure?: string; none?: string } {
    const { steps } = this.world;
    const { pick, needs = [] } = steps[name] ?? {};
    const candidates = candidatesOf(name, steps);
    if (pick === undefined || candidates.length === 0) return {};
    const measured: Candidate[] = [];
    for (const candidate of candidates) {
      if (!this.restored.has(candidate)) return { needs, unsure: candidate };
      measured.push({ name: candidate, metrics: this.measured(candidate) });
    }
    try {
      return { needs: withPicked(steps, name, pickBest(pick, measured).name)[name]?.needs ?? needs };
    } catch (error) {
      if (error instanceof ModelyardError) return { none: error.message.replace(/\.$/, '') };
      throw error;
    }
  }

  /** What its run will hold when it has been restored there: what it has measured, and what those before it in that run have. */
  private measured(name: string): Readonly<Record<string, number>> {
    const { steps, metrics } = this.world;
    const run = runOwner(name, steps, this.owners);
    const found: Record<string, number> = {};
    for (const one of [name, ...ancestors(steps, name)].toReversed()) {
      const restored = this.restored.get(one);
      if (restored && runOwner(one, steps, this.owners) === run) Object.assign(found, metrics(restored.fingerprint));
    }
    return found;
  }

  private decide(
    name: string,
    step: StepConfig,
    none: string | undefined,
  ): Pick<PlannedStep, 'decision' | 'reason' | 'changes' | 'from' | 'unless'> {
    const skipped = this.skipped(step);
    if (skipped !== undefined) return { decision: 'skipped', reason: skipped, changes: [] };
    if (none !== undefined) return { decision: 'runs', reason: none, changes: [] };
    const always = eachTime(step, this.world.config);
    const { parts, coming } = this.known(name, step);
    const history = this.world.history.get(name);
    const changes =
      always !== undefined || history?.parts === undefined ? [] : ownChanges(history.parts, parts, coming);
    if (always !== undefined) return { decision: 'always', reason: always, changes };
    const ignored = this.world.ignored(step, name);
    if (ignored !== undefined)
      return { decision: 'runs', reason: changes.length > 0 ? this.text(changes) : ignored, changes };
    if (history === undefined && coming.size > 0) return { decision: 'runs', reason: 'no earlier run', changes };
    if (coming.size > 0) {
      const [before = ''] = coming.values();
      if (changes.length > 0) return { decision: 'runs', reason: this.text(changes), changes };
      return { decision: 'runs', reason: `${before} runs`, changes, unless: before };
    }
    return this.lookUp(name, { parts, changes });
  }

  /** Why it will not run, as far as that can be told beforehand: that all goes well. */
  private skipped(step: StepConfig): string | undefined {
    if (step.if === false) return 'its `if` is false';
    if (step.if === 'failure()') return 'it runs only when something that it needs fails';
    if (step.if === 'always()') return undefined;
    const before = step.needs.find(needed => this.left.has(needed));
    return before === undefined ? undefined : `${before} is skipped`;
  }

  /** Steps that do not run. */
  private readonly left = new Set<string>();

  private lookUp(
    name: string,
    { parts, changes }: { readonly parts: Parts; readonly changes: readonly PlanChange[] },
  ): Pick<PlannedStep, 'decision' | 'reason' | 'changes' | 'from' | 'unless'> {
    const fingerprint = fingerprintOf(parts);
    const found = this.world.find(fingerprint, name);
    if (found !== undefined) {
      this.made.set(name, madeDigests(found.outputs, fingerprint));
      const unless = this.readsFiles(name) ? this.writingBefore(name) : undefined;
      const reason =
        changes.length === 0
          ? `nothing has changed since r-${found.origin.run}`
          : `as in r-${found.origin.run} before: ${this.text(changes)}`;
      this.restored.set(name, { ...found, fingerprint });
      return { decision: 'cached', reason, changes, from: found.origin, ...(unless !== undefined && { unless }) };
    }
    const reason =
      changes.length > 0
        ? this.text(changes)
        : this.world.history.has(name)
          ? 'its earlier result was not kept'
          : 'no earlier run';
    return { decision: 'runs', reason, changes };
  }

  private known(name: string, step: StepConfig): Known {
    const { config, datasets, files } = this.world;
    const flow = this.flows.get(name);
    const coming = new Map<string, string>();
    const inputs: StepFacts['inputs'][number][] = [];
    for (const [kind, from] of takesOutputs(step) ? (flow?.takes ?? []) : []) {
      const digest = this.made.get(from)?.get(kind);
      const unsure = flow?.unsure.get(kind);
      if (digest === undefined || unsure !== undefined) coming.set(`input ${kind}`, unsure ?? from);
      else inputs.push({ kind, digest });
    }
    const overlaid = this.overlaid(files.get(name) ?? {}, coming);
    const named = step.uses === 'run' ? new Set<string>() : (flow?.datasets ?? new Set<string>());
    const facts = datasetFacts(config, named, datasets).map(fact => {
      const made = this.outOf(fact.config.path);
      if (made === undefined) return fact;
      const digest = made.files?.get(fact.config.path);
      if (digest === undefined) coming.set(`data ${fact.name}`, made.step);
      return { ...fact, digest };
    });
    const environment = step.uses === 'run' && step.environment && this.world.environments.get(step.environment);
    const features = this.world.features.get(name);
    const parts = partsOf({
      ...{ step, config, datasets: facts, inputs, files: overlaid },
      ...(environment && { environment }),
      ...(features && { features }),
    });
    return { parts, coming };
  }

  /** Files that a command before makes are what it makes, not what lies there now. */
  private overlaid(
    files: Readonly<Record<string, string>>,
    coming: Map<string, string>,
  ): Readonly<Record<string, string>> {
    if (this.outs.size === 0) return files;
    const found: Record<string, string> = {};
    for (const [file, digest] of Object.entries(files)) {
      const made = this.outOf(file);
      const now = made === undefined ? digest : made.files?.get(file);
      if (now !== undefined) found[file] = now;
      else if (made !== undefined && made.files === undefined) coming.set(`file ${file}`, made.step);
    }
    return found;
  }

  /** The command before that makes this file, by itself or in a folder. */
  private outOf(file: string): { readonly step: string; readonly files?: ReadonlyMap<string, string> } | undefined {
    for (let at = file; at !== '' && this.outs.size > 0; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const made = this.outs.get(at);
      if (made) return made;
    }
    return undefined;
  }

  private readsFiles(name: string): boolean {
    return Object.keys(this.world.files.get(name) ?? {}).length > 0 || (this.flows.get(name)?.datasets.size ?? 0) > 0;
  }

  private writingBefore(name: string): string | undefined {
    for (const needed of this.world.steps[name]?.needs ?? []) {
      const writing = this.writing.get(needed);
      if (writing !== undefined) return writing;
    }
    return undefined;
  }

  private note(name: string, step: StepConfig, { decision }: PlannedStep): void {
    const before = this.writingBefore(name);
    if (step.uses === 'run' && decision !== 'skipped' && decision !== 'cached') this.writing.set(name, name);
    else if (before !== undefined) this.writing.set(name, before);
    if (decision === 'skipped') return;
    const files = decision === 'cached' ? this.filesRestored(name, step) : undefined;
    for (const out of filesMade(step, this.world.config)) this.outs.set(out, { step: name, ...(files && { files }) });
  }

  /** The digests of what stands in the workspace once the step has been restored, by path. */
  private filesRestored(name: string, step: StepConfig): ReadonlyMap<string, string> {
    const found = (this.restored.get(name)?.outputs ?? []).flatMap(output => {
      const at = workspacePath(step, output, this.world.config);
      if (at === undefined) return [];
      return output.files.map((file): [string, string] => [file.path === '' ? at : `${at}/${file.path}`, file.digest]);
    });
    return new Map(found);
  }

  private text(changes: readonly PlanChange[]): string {
    const { datasets } = this.world.config;
    return changesText(changes, { path: dataset => datasets[dataset]?.path ?? dataset });
  }
}

/** Without what is not known yet. */
const ownChanges = (was: Parts, now: Parts, coming: ReadonlyMap<string, string>): readonly PlanChange[] =>
  changesOf(was, now).filter(({ name }) => !coming.has(name));
