import * as v from 'valibot';
import type { StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import { conditionProblems, type ReadCondition } from '../check/conditions';
import { referenceProblems } from '../check/references';
import { checkShape } from '../check/shape';
import { valueProblems } from '../check/values';
import { step as stepSchema } from '../grammar/pipelines';
import type { NamedPipeline, NamedStep, Names } from '../named';
import { sites } from '../walk';
import type { Problem } from '../yaml/problem';
import { child, toPlain } from '../yaml/tree';
import type { Matrices, StepInstance } from './expandMatrices';

/** What the file says, as far as one combination of each matrix can tell, with what the others make of their steps. */
export interface CheckedConfig {
  readonly config: WorkspaceConfig;
  /** By instance of a matrix, in their order. */
  readonly steps: ReadonlyMap<StepInstance, StepConfig>;
}

export interface InstancesContext {
  readonly names: Names;
  readonly matrices: ReadonlyMap<string, Matrices>;
  readonly problems: Problem[];
  readonly options: { readonly readCondition?: ReadCondition };
}

/**
 * Judges a step with a matrix once for each of its combinations, by what then stands there; what is wrong with several of
 * them at the same place in the same words is said once. Returns what became of each.
 */
export function checkInstances(context: InstancesContext): ReadonlyMap<StepInstance, StepConfig> {
  const made = new Map<StepInstance, StepConfig>();
  for (const [name, steps] of context.matrices) {
    const pipeline = context.names.pipelines.get(name);
    for (const { step, instances } of pipeline ? steps.values() : []) {
      const written = pipeline?.steps.get(step);
      if (!pipeline || !written) continue;
      for (const [i, instance] of instances.entries()) {
        const result = v.safeParse(stepSchema, toPlain(instance.node));
        if (result.success) made.set(instance, result.output);
        // The first stands in the file itself, and has been judged with it.
        const place = { pipeline, written, instance, issues: result.issues ?? [] };
        if (i > 0) context.problems.push(...problemsOf(context, place));
      }
    }
  }
  return made;
}

interface Place {
  readonly pipeline: NamedPipeline;
  readonly written: NamedStep;
  readonly instance: StepInstance;
  readonly issues: readonly v.BaseIssue<unknown>[];
}

function problemsOf(
  { names, options }: InstancesContext,
  { pipeline, written, instance: { node }, issues }: Place,
): readonly Problem[] {
  const entry = { key: written.name, keySpan: written.keySpan, value: node };
  const path = ['pipelines', pipeline.name, 'steps', written.name];
  const all = [...sites(node, stepSchema, { path, entry })];
  const shape = checkShape(all);
  const with_ = child(node, 'with');
  const own: NamedStep = { ...written, node, ...(with_ && { options: with_ }) };
  const around: NamedPipeline = { ...pipeline, steps: new Map([...pipeline.steps, [written.name, own]]) };
  const here: Names = { ...names, pipelines: new Map([...names.pipelines, [pipeline.name, around]]) };
  return [
    ...shape.problems,
    ...valueProblems(issues, all, shape),
    ...referenceProblems(all, here),
    ...conditionProblems(all, options.readCondition),
  ];
}
