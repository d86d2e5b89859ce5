import type { DatasetProfile } from '../../protocol/data';
import type { DataReference } from '../../protocol/jobs';
import { readDistributions } from '../distributionFile';
import type { Distribution } from '../profile/distribution';

/** What is known of a version that data is compared with. */
export interface ReferenceVersion {
  readonly dataset: string;
  readonly digest: string;
  readonly profile: DatasetProfile;
  /** By column. */
  readonly distributions: ReadonlyMap<string, Distribution>;
}

export type LoadedReference = { readonly versions: readonly ReferenceVersion[] } | { readonly problem: string };
/** By the text in the config: `last`, a dataset, a digest. */
export type References = ReadonlyMap<string, LoadedReference>;

/** The references of a dataset with what was kept of their versions. @throws ModelyardError `internal` */
export async function loadReferences(given: Readonly<Record<string, DataReference>> = {}): Promise<References> {
  const loaded = new Map<string, LoadedReference>();
  for (const [text, reference] of Object.entries(given)) {
    if ('problem' in reference) {
      loaded.set(text, reference);
      continue;
    }
    const versions: ReferenceVersion[] = [];
    for (const { dataset, digest, profile, distributions } of reference.versions)
      versions.push({
        dataset,
        digest,
        profile,
        distributions: distributions === undefined ? new Map() : await readDistributions(distributions),
      });
    loaded.set(text, { versions });
  }
  return loaded;
}

export type Chosen =
  | { readonly version: ReferenceVersion }
  /** `first`: there is no earlier version yet. */
  | { readonly problem: string; readonly first?: true };

/** The version that a text means for data with the digest: `last` is never the same content. */
export function referenceFor(references: References, text: string, digest: string): Chosen {
  const found = references.get(text);
  if (found === undefined) return { problem: `there is nothing to compare with here: \`${text}\` is not known` };
  if ('problem' in found) return { problem: found.problem };
  const version = found.versions.find(one => text !== 'last' || one.digest !== digest);
  if (version !== undefined) return { version };
  return text === 'last'
    ? { problem: 'there is no earlier version to compare with yet', first: true }
    : { problem: `nothing is known of \`${text}\`` };
}

/** `version 0123456789ab`, or the dataset that it is of. */
export const referenceName = (text: string, { dataset, digest }: ReferenceVersion): string =>
  text === dataset ? `dataset ${dataset}` : `version ${digest.slice(0, 12)}${text === 'last' ? ' before it' : ''}`;
