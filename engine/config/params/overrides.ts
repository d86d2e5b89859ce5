import { ModelyardError } from '../../errors';
import type { NamedPipeline, Names } from '../named';
import { listed, suggest, didYouMean } from '../suggest';
import { readYaml } from '../yaml/readYaml';
import { child, emptyScalar, entriesOf, type TreeNode } from '../yaml/tree';
import type { Overrides } from './fillParameters';

/** Values of a pipeline's parameters, each as YAML. */
export interface GivenParameters {
  readonly pipeline: string;
  readonly params?: Readonly<Record<string, string>>;
  /** The partition that it runs for. */
  readonly partition?: string;
}

/** @throws ModelyardError `params.invalid` when a value is no YAML, or more than one value and no list of them */
export const overridesOf = ({ pipeline, params = {}, partition }: GivenParameters): Overrides => ({
  ...(partition !== undefined && { partition }),
  pipeline,
  values: new Map(Object.entries(params).map(([name, text]) => [name, valueOf(name, text)])),
});

function valueOf(name: string, text: string): TreeNode {
  if (text.trim() === '') return { ...emptyScalar(0), value: '', empty: false };
  // Within a mapping a text may not hide a second document or a key.
  const tree = readYaml(`value: ${text}`);
  const node = child(tree.root, 'value');
  if (node && tree.problems.length === 0 && entriesOf(tree.root).length === 1) return node;
  throw new ModelyardError('params.invalid', `The value of ${name} is no YAML: ${text}`, {
    fix: 'Put it into quotes: --param \'name="a: b"\'.',
  });
}

export function unknownParam(name: string, pipeline: string, names: Names): ModelyardError {
  const known = knownParams(names.pipelines.get(pipeline));
  const suggestion = suggest(name, known);
  return new ModelyardError(
    'params.invalid',
    `Pipeline ${pipeline} has no parameter ${name}, and no step such an option.`,
    {
      fix:
        suggestion !== undefined
          ? didYouMean(suggestion).trim()
          : known.length > 0
            ? `There ${known.length === 1 ? 'is' : 'are'} ${listed(known, 'and')}.`
            : 'Declare it under `params:` of the pipeline, or name an option: train.C=0.1.',
    },
  );
}

const knownParams = (pipeline: NamedPipeline | undefined): readonly string[] =>
  entriesOf(child(pipeline?.node, 'params')).map(({ key }) => key);
