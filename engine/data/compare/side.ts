import type { ColumnProfile } from '../../protocol/data';
import type { Basis } from '../../protocol/datasets';
import type { Distribution, NumberDistribution, TextDistribution } from '../profile/distribution';

/** One column of one version: its profile, and its values as far as they were kept. */
export interface Side {
  readonly profile: ColumnProfile;
  readonly values: Distribution | undefined;
  readonly basis: Basis;
}

export function sideOf(profile: ColumnProfile, kept: Distribution | undefined): Side {
  const values = kept ?? fromProfile(profile);
  const of = values?.of ?? profile.count;
  if (values === undefined) return { profile, values, basis: { kind: 'profile', values: 0, of } };
  const count = values.counts.reduce((sum, n) => sum + n, 0);
  const kind = kept === undefined ? 'profile' : values.complete || values.kind === 'texts' ? 'whole' : 'sample';
  return { profile, values, basis: { kind, values: kind === 'whole' ? of : count, of } };
}

/** What an older profile tells: each bin of its histogram stands at its middle. */
function fromProfile({ name, histogram, top, count }: ColumnProfile): Distribution | undefined {
  if (histogram) {
    const { edges } = histogram;
    const filled = histogram.counts
      .map((n, i) => ({ n, at: (edges[i]! + edges[i + 1]!) / 2 }))
      .filter(({ n }) => n > 0);
    const found: Omit<NumberDistribution, 'of'> = {
      kind: 'numbers',
      name,
      values: filled.map(({ at }) => at),
      counts: filled.map(({ n }) => n),
      complete: false,
    };
    return { ...found, of: found.counts.reduce((sum, n) => sum + n, 0) };
  }
  if (!top) return undefined;
  const counts = top.map(entry => entry.count);
  const complete = counts.reduce((sum, n) => sum + n, 0) === count;
  const texts: TextDistribution = {
    kind: 'texts',
    name,
    values: top.map(({ value }) => value),
    counts,
    of: count,
    complete,
  };
  return texts;
}
