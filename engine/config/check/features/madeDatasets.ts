import type { NamedStep, Names } from '../../named';
import { child, textOf } from '../../yaml/tree';

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
