import type { DebugRuntime } from '../protocol/debug';
import type { ConfigOutline, OutlineFeatureView, OutlineModel, OutlineNode, TextRange } from '../protocol/config';
import { debugCommand } from '../shell/debugCommand';
import type { Named, NamedModel, NamedPipeline, NamedStep, Names } from './named';
import type { LineIndex } from './yaml/lineIndex';
import type { YamlTree } from './yaml/readYaml';
import { child, entriesOf, entryOf } from './yaml/tree';

export function outlineOf(names: Names, { lines, root }: Pick<YamlTree, 'lines' | 'root'>): ConfigOutline {
  const ci = entryOf(root, 'ci');
  const place = (one: Named): OutlineNode => ({ name: one.name, range: lines.range(one.keySpan) });
  return {
    name: names.name,
    datasets: [...names.datasets.values()].map(place),
    features: featureViews(root, lines),
    services: entriesOf(child(root, 'feature_services')).map(({ key, keySpan }) => ({
      name: key,
      range: lines.range(keySpan),
    })),
    pipelines: [...names.pipelines.values()].map(pipeline => ({
      ...place(pipeline),
      ...triggersOf(pipeline, lines),
      steps: [...pipeline.steps.values()].map(step => ({ ...place(step), uses: step.uses, ...debuggerOf(step) })),
    })),
    models: [...names.models.values()].map(model => ({ ...place(model), stages: stagesOf(model, lines) })),
    ...(ci && { ci: lines.range(ci.keySpan) }),
  };
}

const featureViews = (root: YamlTree['root'], lines: LineIndex): readonly OutlineFeatureView[] =>
  entriesOf(child(root, 'features')).map(({ key, keySpan, value }) => ({
    name: key,
    range: lines.range(keySpan),
    isOnDemand: entryOf(value, 'request') !== undefined || entryOf(value, 'uses') !== undefined,
  }));

/** Stages in their order; a stage's place is its key under `gates`, else where it is listed. */
function stagesOf(model: NamedModel, lines: LineIndex): OutlineModel['stages'] {
  return [...model.stages].map(([name, listed]) => {
    const gates = model.gates.find(entry => entry.key === name);
    const rules = gates?.value.kind === 'list' ? gates.value.items : [];
    return { name, range: lines.range(gates?.keySpan ?? listed), rules: rules.map(rule => lines.range(rule)) };
  });
}

function triggersOf(pipeline: NamedPipeline, lines: LineIndex): { readonly on?: TextRange } {
  const on = entryOf(pipeline.node, 'on');
  return on ? { on: lines.range(on.keySpan) } : {};
}

/** Whose debugger can start its command. What a parameter of the pipeline will be does not matter. */
function debuggerOf({ run }: NamedStep): { readonly debug?: DebugRuntime } {
  if (run === undefined) return {};
  const command = debugCommand(run.replaceAll(/\$\{\{[^}]*\}\}/g, 'x'));
  return 'refused' in command ? {} : { debug: command.runtime };
}
