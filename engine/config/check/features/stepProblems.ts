import { formatOf } from '../../grammar/datasets';
import { readFeatureReference } from '../../featureReference';
import type { NamedPipeline, NamedStep, Names } from '../../named';
import type { Problem } from '../../yaml/problem';
import { child, textOf, type TreeNode } from '../../yaml/tree';

/** Steps on feature views that cannot write what they say, would read what they write, or name views without rows. */
export function* stepProblems(pipeline: NamedPipeline, names: Names): Generator<Problem> {
  for (const step of pipeline.steps.values()) {
    if (step.uses === 'materialise' || step.uses === 'check-features') yield* rowless(step, { pipeline, names });
    if (step.uses !== 'features') continue;
    const as = child(step.options, 'as');
    const made = textOf(as);
    if (!as || made === undefined) continue;
    const { start, end } = as;
    const base = { start, end, key: `pipelines.${pipeline.name}.steps.${step.name}.with.as` };
    const message = wrongTarget({ step, made, names });
    if (message !== undefined) yield { ...base, code: 'bad-target', message };
  }
}

/** A view on demand has no rows to bring online, or to look at. */
function* rowless(
  step: NamedStep,
  { pipeline, names }: { readonly pipeline: NamedPipeline; readonly names: Names },
): Generator<Problem> {
  const views = child(step.options, 'views');
  for (const node of views?.kind === 'list' ? views.items : views ? [views] : []) {
    const view = names.views.get(textOf(node) ?? '');
    if (!view || !view.isOnDemand) continue;
    const { start, end } = node;
    yield {
      ...{ start, end, code: 'bad-view', key: `pipelines.${pipeline.name}.steps.${step.name}.with.views` },
      message: `\`${view.name}\` is computed when it is asked for and has no rows: name the views that it uses.`,
    };
  }
}

interface Target {
  readonly step: NamedStep;
  readonly made: string;
  readonly names: Names;
}

function wrongTarget({ step, made, names }: Target): string | undefined {
  const dataset = names.datasets.get(made);
  if (!dataset) return undefined; // said of every name that there is not
  if (!isFile(dataset.node))
    return `\`${made}\` is not one file of CSV, JSON lines or Parquet, and no other can be written: declare such a dataset and name it here.`;
  if (textOf(child(step.options, 'entities')) === made)
    return `\`${made}\` is read and written by this step: \`as\` needs a dataset of its own.`;
  const read = sourcesOf(textOf(child(step.options, 'service')) ?? '', names).get(made);
  if (read === undefined) return undefined;
  return `\`${made}\` is the source of feature view \`${read}\`, which this step reads: \`as\` needs a dataset of its own.`;
}

function isFile(dataset: TreeNode): boolean {
  const path = textOf(child(dataset, 'path')) ?? '';
  const format = textOf(child(dataset, 'format')) ?? formatOf(path);
  // what it is then has been said at the dataset
  if (format === undefined || path === '') return true;
  return /^(csv|jsonl|parquet)$/.test(format) && !/[*?{}[\]]|\/$/.test(path);
}

/** By dataset the view of the service that reads it. */
function sourcesOf(service: string, names: Names): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const waiting = (names.services.get(service)?.features ?? []).map(({ value }) => value);
  const seen = new Set<string>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const view = names.views.get(readFeatureReference(next)?.view ?? '');
    if (!view || seen.has(view.name)) continue;
    seen.add(view.name);
    if (view.source !== undefined) sources.set(view.source, view.name);
    waiting.push(...view.uses.map(({ value }) => value));
  }
  return sources;
}
