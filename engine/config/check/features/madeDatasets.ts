import type { NamedStep, Names } from '../../named';
import { child, textOf, textsOf } from '../../yaml/tree';

export interface MadeDataset {
  readonly step: NamedStep;
  readonly dataset: string;
}

/** Datasets that a step writes, which so may not be there yet. */
export const madeDatasets = ({ pipelines }: Names): readonly MadeDataset[] =>
  [...pipelines.values()].flatMap(({ steps }) =>
    [...steps.values()].flatMap(step => {
      const dataset = step.uses === 'features' ? textOf(child(step.options, 'as')) : undefined;
      return dataset === undefined ? [] : { step, dataset };
    }),
  );

/** Tells whether the file of a dataset, or files of its folder, may not be there yet since a step makes them. */
export function madeByStep(names: Names): (dataset: string, path: string) => boolean {
  const datasets = new Set(madeDatasets(names).map(({ dataset }) => dataset));
  const outs = [...names.pipelines.values()].flatMap(({ steps }) =>
    [...steps.values()].flatMap(({ node }) => textsOf(child(node, 'outs')).map(({ value }) => plain(value))),
  );
  return (dataset, path) => datasets.has(dataset) || outs.some(out => isIn(plain(path), out) || isIn(out, plain(path)));
}

const plain = (path: string): string => path.replace(/^\.\//, '').replace(/\/$/, '');
const isIn = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);
