import { baseOf, matcher, plainPath } from '../schedule/patterns';
import type { NamedPipeline, Names } from './named';
import { defaultStages } from './names';
import { child, entriesOf, textOf, textsOf } from './yaml/tree';
import type { TreeNode } from './yaml/tree';

/** That one pipeline makes what starts another. */
export interface TriggerEdge {
  readonly from: string;
  readonly to: string;
  /** `a version of credit-risk` */
  readonly what: string;
  /** The key under `on:` of `to`. */
  readonly key: string;
}

interface Made {
  readonly models: ReadonlyMap<string, string>;
  /** Files and folders, with `/`. */
  readonly outs: readonly string[];
}

/** Rounds of pipelines that start each other, as far as the file tells: each from a pipeline to itself again. */
export function triggerLoops(names: Names): readonly (readonly TriggerEdge[])[] {
  const made = new Map([...names.pipelines.values()].map(pipeline => [pipeline.name, madeBy(pipeline, names)]));
  const edges = [...names.pipelines.values()].flatMap(to => edgesTo(to, names, made));
  const from = new Map<string, TriggerEdge[]>();
  for (const edge of edges) from.set(edge.from, [...(from.get(edge.from) ?? []), edge]);
  const loops: (readonly TriggerEdge[])[] = [];
  const done = new Set<string>();
  for (const start of from.keys()) findLoops(start, { from, loops, done });
  return loops;
}

interface Search {
  readonly from: ReadonlyMap<string, readonly TriggerEdge[]>;
  readonly loops: (readonly TriggerEdge[])[];
  readonly done: Set<string>;
}

/** Depth first, without recursion; each pipeline is left once. */
function findLoops(start: string, { from, loops, done }: Search): void {
  if (done.has(start)) return;
  const trail: { readonly name: string; next: number; readonly by?: TriggerEdge }[] = [{ name: start, next: 0 }];
  for (let top = trail.at(-1); top; top = trail.at(-1)) {
    const edge = from.get(top.name)?.[top.next++];
    if (!edge) {
      done.add(top.name);
      trail.pop();
      continue;
    }
    const at = trail.findIndex(({ name }) => name === edge.to);
    if (at >= 0) loops.push([...trail.slice(at + 1).flatMap(({ by }) => by ?? []), edge]);
    else if (!done.has(edge.to)) trail.push({ name: edge.to, next: 0, by: edge });
  }
}

function madeBy(pipeline: NamedPipeline, names: Names): Made {
  const steps = [...pipeline.steps.values()];
  const models = steps.flatMap(({ uses, options }): [string, string][] => {
    const model = uses === 'register' ? textOf(child(options, 'model')) : undefined;
    if (model === undefined) return [];
    const [first] = names.models.get(model)?.stages.keys() ?? defaultStages;
    return [[model, textOf(child(options, 'stage')) ?? first ?? '']];
  });
  return {
    models: new Map(models),
    outs: steps.flatMap(({ node }) => textsOf(child(node, 'outs')).map(({ value }) => plainPath(value))),
  };
}

function edgesTo(to: NamedPipeline, names: Names, made: ReadonlyMap<string, Made>): readonly TriggerEdge[] {
  const on = child(to.node, 'on');
  const model = child(on, 'model');
  const wanted = textOf(model) ?? textOf(child(model, 'name'));
  const stage = textOf(child(model, 'stage'));
  const patterns = valuesOf(child(on, 'files'), 'patterns');
  const fits = patterns.length > 0 ? matcher(patterns) : () => false;
  const drifting = textOf(child(child(on, 'drift'), 'dataset'));
  const files = [
    ...valuesOf(child(on, 'change'), 'datasets').map(name => ({ name, key: 'change' })),
    ...(drifting === undefined ? [] : [{ name: drifting, key: 'drift' }]),
  ].flatMap(({ name, key }) => {
    const path = textOf(child(names.datasets.get(name)?.node, 'path'));
    return path === undefined ? [] : [{ name, key, path: plainPath(path) }];
  });
  return [...made].flatMap(([from, { models, outs }]) => {
    const edges: TriggerEdge[] = [];
    const entered = wanted === undefined ? undefined : models.get(wanted);
    if (entered !== undefined && (stage === undefined || stage === entered))
      edges.push({ from, to: to.name, what: `a version of ${wanted}`, key: 'model' });
    const data = files.find(({ path }) => outs.some(out => isWithin(path, out)));
    if (data) edges.push({ from, to: to.name, what: `dataset ${data.name}`, key: data.key });
    const file = outs.find(out => fits(out) || patterns.some(pattern => isWithin(baseOf(pattern), out)));
    if (file !== undefined) edges.push({ from, to: to.name, what: file, key: 'files' });
    return edges;
  });
}

/** Of a text, a list, or a mapping that has them under the key. */
function valuesOf(node: TreeNode | undefined, key: string): readonly string[] {
  const inner = entriesOf(node).length > 0 ? child(node, key) : node;
  return textsOf(inner).map(({ value }) => value);
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
