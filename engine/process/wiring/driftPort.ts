import { ModelyardError } from '../../errors';
import type { DatasetComparison } from '../../protocol/datasets';
import type { RegistryService } from '../../registry/service';
import type { DriftPort } from '../../triggers/ports';
import { bestVersion } from './bestVersion';

/** Compares a version of one dataset with the file of another, or of the same, as it is now. */
export type CompareVersions = (
  request: { readonly name: string; readonly trainedOn: string; readonly digest: string },
  signal: AbortSignal,
) => Promise<DatasetComparison>;

/** What data was when the best version of a model was trained, beside what it is now. */
export const driftPort = ({
  registry,
  compare,
  changes,
}: {
  readonly registry: Pick<RegistryService, 'models' | 'get'>;
  readonly compare: CompareVersions;
  readonly changes: () => number;
}): DriftPort => ({
  changes,
  reference: async (model, dataset) => {
    const best = registry.models.find(model) === undefined ? undefined : bestVersion(await registry.get(model));
    if (best === undefined)
      throw new ModelyardError('not-found', `No version of ${model} is in a stage: there is nothing to compare with.`);
    const read = best.lineage.datasets.find(({ name }) => name === dataset);
    if (read) return { version: best.version, digest: read.digest };
    throw new ModelyardError(
      'not-found',
      `Version ${best.version} of ${model} does not say that it was trained on dataset ${dataset}.`,
      { fix: 'Name with `trained_on` the dataset that it was trained on.' },
    );
  },
  compare: async ({ dataset, trainedOn, digest }, signal) => {
    const { after, columns } = await compare({ name: dataset, trainedOn, digest }, signal);
    return { digest: after.digest, columns };
  },
});
