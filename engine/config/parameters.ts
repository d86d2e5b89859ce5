import type { TextRange } from '../protocol/config';
import type { NamedPipeline, NamedStep } from './named';
import type { Structure } from './parse';
import { child, entriesOf, textOf, type MapEntry, type TreeNode } from './yaml/tree';

/** A value that somebody has written in a step's `with:` or `env:`. */
export interface WrittenParameter {
  /** Dotted path. */
  readonly key: string;
  readonly step: string;
  readonly uses: string;
  /** Below the step: `with, cost, false_negative`. */
  readonly path: readonly string[];
  /** As text; a list as `64, 32`. */
  readonly value: string;
  /** Of the key. */
  readonly range: TextRange;
}

export interface PipelineParameters {
  readonly pipeline: string;
  /** Steps that train; several of them have a run each. */
  readonly trains: readonly string[];
  /** What the gates of the pipeline's model ask of all rows, in their order. */
  readonly metrics: readonly { readonly name: string; readonly higherIsBetter?: boolean }[];
  readonly parameters: readonly WrittenParameter[];
}

const MOST = 500;

/** The parameters of every pipeline, as far as the text can be read. */
export function parametersOf({ tree, names }: Pick<Structure, 'tree' | 'names'>): readonly PipelineParameters[] {
  const place = (entry: MapEntry): TextRange => tree.lines.range(entry.keySpan);
  return [...names.pipelines.values()].map(pipeline => {
    const steps = [...pipeline.steps.values()];
    // Of a matrix only its first values stand there, and its steps have runs of their own.
    const single = steps.filter(({ node }) => child(node, 'matrix') === undefined);
    return {
      pipeline: pipeline.name,
      trains: steps.filter(({ uses }) => uses === 'train').map(({ name }) => name),
      metrics: steps.flatMap(step => gateMetrics(names.models.get(textOf(child(step.options, 'model')) ?? '')?.gates)),
      parameters: single.flatMap(step => written(pipeline, step, place)).slice(0, MOST),
    };
  });
}

function gateMetrics(gates: readonly MapEntry[] = []): PipelineParameters['metrics'] {
  const rules = gates.flatMap(({ value }) => (value.kind === 'list' ? value.items : []));
  return rules.flatMap(rule => {
    const name = textOf(child(rule, 'metric'));
    if (name === undefined || child(rule, 'slice') !== undefined) return [];
    const higherIsBetter = child(rule, 'at_least') ? true : child(rule, 'at_most') ? false : undefined;
    return [{ name, ...(higherIsBetter !== undefined && { higherIsBetter }) }];
  });
}

function written(
  pipeline: NamedPipeline,
  step: NamedStep,
  place: (entry: MapEntry) => TextRange,
): readonly WrittenParameter[] {
  const found: WrittenParameter[] = [];
  const visit = (entry: MapEntry, above: readonly string[]): void => {
    const path = [...above, entry.key];
    const value = plainText(entry.value);
    if (value !== undefined) {
      const key = ['pipelines', pipeline.name, 'steps', step.name, ...path].join('.');
      found.push({ key, step: step.name, uses: step.uses, path, value, range: place(entry) });
    } else for (const inner of entriesOf(entry.value)) if (path.length < 5) visit(inner, path);
  };
  for (const section of ['with', 'env'])
    for (const entry of entriesOf(child(step.node, section))) visit(entry, [section]);
  return found;
}

function plainText(node: TreeNode): string | undefined {
  if (node.kind === 'scalar') return node.value === null ? undefined : String(node.value);
  if (node.kind !== 'list' || node.items.length === 0) return undefined;
  const items = node.items.map(item =>
    item.kind === 'scalar' && item.value !== null ? String(item.value) : undefined,
  );
  return items.includes(undefined) ? undefined : items.join(', ');
}
