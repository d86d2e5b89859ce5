import type { PipelineConfig, StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { NamedPipeline, NamedStep, Names } from '../named';
import type { Problem } from '../yaml/problem';
import { entryOf } from '../yaml/tree';
import { ambiguousInputs, type Ambiguity } from './ambiguousInputs';
import type { CheckedConfig } from './checkInstances';
import { mostInstances, type Matrices } from './expandMatrices';
import { Links } from './linkInstances';
import { outsProblems } from './outsProblems';
import { readPick } from './pickProblems';

/** Steps of one pipeline, and what they need of each other, that a run still keeps track of. */
const mostSteps = 2 * mostInstances;
const mostNeeds = 100_000;

/**
 * Puts into each pipeline the steps that its matrices make, in the place of the one that is written: what needs a step
 * with a matrix then needs all of them, or the one that it belongs to. After that nobody needs to know of a matrix: every
 * step is a step, and says in `matrix` where it comes from.
 */
export function expandSteps(
  { config, steps }: CheckedConfig,
  { names, matrices }: { readonly names: Names; readonly matrices: ReadonlyMap<string, Matrices> },
): { readonly config: WorkspaceConfig } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const pipelines = Object.entries(config.pipelines).map(([name, pipeline]): [string, PipelineConfig] => {
    const named = names.pipelines.get(name);
    if (!named) return [name, pipeline];
    const expander = new PipelineExpander(named, pipeline, {
      matrices: matrices.get(name) ?? new Map(),
      datasets: config.datasets,
    });
    const expanded = expander.expand(steps);
    problems.push(...expander.problems);
    return [name, expanded];
  });
  return problems.length > 0 ? { problems } : { config: { ...config, pipelines: Object.fromEntries(pipelines) } };
}

class PipelineExpander {
  readonly problems: Problem[] = [];
  private readonly links: Links;
  private readonly matrices: Matrices;
  private readonly datasets: WorkspaceConfig['datasets'];

  constructor(
    private readonly named: NamedPipeline,
    private readonly pipeline: PipelineConfig,
    { matrices, datasets }: { readonly matrices: Matrices; readonly datasets: WorkspaceConfig['datasets'] },
  ) {
    this.links = new Links(matrices);
    this.matrices = matrices;
    this.datasets = datasets;
  }

  expand(instances: CheckedConfig['steps']): PipelineConfig {
    const all = new Map<string, StepConfig>();
    let needs = 0;
    for (const [name, written] of Object.entries(this.pipeline.steps)) {
      const step = this.named.steps.get(name);
      const matrix = this.matrices.get(name);
      this.refuseStray(step, matrix !== undefined);
      const picked = step && readPick(step, this.matrices, this.keyOf(name));
      if (picked && 'problem' in picked) this.problems.push(picked.problem);
      const pick = picked && 'rule' in picked ? { pick: picked.rule } : {};
      for (const [i, instance] of matrix?.instances.entries() ?? []) {
        const made = instances.get(instance) ?? written;
        const linked = made.needs.flatMap(needed => this.links.needs(name, i, needed));
        const { from } = matrix ?? {};
        const place = { step: name, values: instance.values, ...(from !== undefined && { from }) };
        all.set(instance.name, { ...made, ...pick, needs: linked, matrix: place });
        needs += linked.length;
      }
      if (!matrix) {
        const linked = written.needs.flatMap(needed => this.links.needs(name, undefined, needed));
        all.set(name, { ...written, ...pick, needs: linked });
        needs += linked.length;
      }
      if (needs > mostNeeds || all.size > mostSteps) {
        this.tooMuch(step, all.size > mostSteps ? all.size : undefined);
        break;
      }
    }
    if (this.problems.length === 0)
      this.problems.push(...this.ambiguities(all), ...outsProblems(this.named, all, this.datasets));
    return { ...this.pipeline, steps: Object.fromEntries(all) };
  }

  private tooMuch(step: NamedStep | undefined, steps: number | undefined): void {
    if (!step) return;
    const message =
      steps === undefined
        ? `With \`${step.name}\` the steps of this pipeline need each other more than ${mostNeeds.toLocaleString('en')} times: every step of its matrix needs all of another one. Let it go on with that one: \`matrix: {from: ...}\`.`
        : `With \`${step.name}\` this pipeline has ${steps.toLocaleString('en')} steps; at most ${mostSteps.toLocaleString('en')} are run. Leave values out of its matrices.`;
    const span = entryOf(step.node, 'matrix')?.keySpan ?? step.keySpan;
    const { start, end } = span;
    this.problems.push({ start, end, code: 'matrix-too-big', message, key: `${this.keyOf(step.name)}.matrix` });
  }

  /** Keys that mean nothing without a matrix. */
  private refuseStray(step: NamedStep | undefined, hasMatrix: boolean): void {
    if (!step || hasMatrix) return;
    for (const key of ['max-parallel', 'fail-fast']) {
      const entry = entryOf(step.node, key);
      if (!entry) continue;
      const message = `\`${key}\` is only for a step with a \`matrix\`.`;
      this.problems.push({ ...entry.keySpan, code: 'misplaced-key', message, key: `${this.keyOf(step.name)}.${key}` });
    }
  }

  private ambiguities(all: ReadonlyMap<string, StepConfig>): readonly Problem[] {
    return ambiguousInputs(all).flatMap(one => {
      const name = all.get(one.name)?.matrix?.step ?? one.name;
      const step = this.named.steps.get(name);
      if (!step) return [];
      const { start, end } = entryOf(step.node, 'uses')?.value ?? step.keySpan;
      const message = ambiguityText(step, one);
      return [{ start, end, code: 'ambiguous-input', message, key: `${this.keyOf(name)}.uses` }];
    });
  }

  private keyOf(step: string): string {
    return `pipelines.${this.named.name}.steps.${step}`;
  }
}

function ambiguityText({ name, uses }: NamedStep, { kind, of }: Ambiguity): string {
  const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
  const several = `Each \`${of}\` of the matrix makes ${article} ${kind}, and \`${name}\` (\`${uses}\`) takes only one.`;
  const each = `Add \`matrix: ${of}\` for one \`${name}\` each`;
  if (kind === 'model' && uses === 'evaluate')
    // training alone says nothing of quality
    return `${several} ${each}, and \`pick: auc\` in the step that is to go on with the best of them.`;
  const isMeasured = kind === 'evaluation' || kind === 'model';
  return `${several} ${each}${isMeasured ? ', or `pick: auc` (a metric of their runs) for the best one' : ''}.`;
}
