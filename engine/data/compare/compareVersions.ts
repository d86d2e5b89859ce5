import type { DatasetProfile } from '../../protocol/data';
import type { ColumnComparison, ColumnVerdict, DistributionChange } from '../../protocol/datasets';
import { comparisonBounds } from '../../protocol/datasets';
import type { Distribution } from '../profile/distribution';
import type { Change } from './columnChange';
import { columnChange } from './columnChange';
import { likelyRenames, missingShare } from './renames';
import type { Side } from './side';
import { sideOf } from './side';
import { benjaminiHochberg, proportionsP } from './tests';

export interface ComparableVersion {
  readonly profile: DatasetProfile;
  /** By column; empty for a version of which only the profile was kept. */
  readonly distributions: ReadonlyMap<string, Distribution>;
}

interface Pair {
  readonly before: Side;
  readonly after: Side;
  readonly change: Change;
}

/** Compares two versions column by column, the largest change first. `progress`: after each column, in [0, 1]. */
export function compareVersions(
  before: ComparableVersion,
  after: ComparableVersion,
  progress: (fraction: number) => void = () => undefined,
): readonly ColumnComparison[] {
  const [a, b] = [sides(before), sides(after)];
  const gone = [...a.values()].filter(({ profile }) => !b.has(profile.name));
  const come = [...b.values()].filter(({ profile }) => !a.has(profile.name));
  const renames = likelyRenames(gone, come);
  const formerly = new Map(renames.map(({ from, to }) => [to, from]));
  const renamedAway = new Set(renames.map(({ from }) => from));
  const pairs = [...b.values()].flatMap(side => {
    const other = a.get(formerly.get(side.profile.name) ?? side.profile.name);
    return other ? [{ before: other, after: side }] : [];
  });
  const changes = pairs.map((pair, i): Pair => {
    const change = columnChange(pair.before, pair.after);
    progress((i + 1) / pairs.length);
    return { ...pair, change };
  });
  return [
    ...gone.filter(({ profile }) => !renamedAway.has(profile.name)).map(side => alone(side, 'removed')),
    ...come.filter(({ profile }) => !formerly.has(profile.name)).map(side => alone(side, 'added')),
    ...judged(changes).sort((x, y) => rank(y) - rank(x)),
  ];
}

const sides = ({ profile, distributions }: ComparableVersion): ReadonlyMap<string, Side> =>
  new Map(profile.columns.map(column => [column.name, sideOf(column, distributions.get(column.name))]));

const alone = ({ profile }: Side, kind: 'added' | 'removed'): ColumnComparison => ({
  name: profile.name,
  kind,
  [kind === 'added' ? 'after' : 'before']: profile,
  verdict: 'untested',
  reason: kind === 'added' ? 'The older version has no such column.' : 'The newer version has no such column.',
});

function judged(pairs: readonly Pair[]): ColumnComparison[] {
  const tested = pairs.filter(({ change }) => change.change !== undefined);
  const q = benjaminiHochberg(tested.map(({ change }) => change.change?.p ?? 1));
  const missing = benjaminiHochberg(pairs.map(({ before, after }) => proportionsP(gaps(before), gaps(after))));
  return pairs.map((pair, i) => {
    const { before, after, change } = pair;
    const found: DistributionChange | undefined = change.change && {
      ...change.change,
      q: q[tested.indexOf(pair)] ?? 1,
    };
    const shares = { before: missingShare(before), after: missingShare(after), q: missing[i] ?? 1 };
    const isRenamed = before.profile.name !== after.profile.name;
    const [from, to] = [before.profile.type, after.profile.type];
    return {
      name: after.profile.name,
      kind: isRenamed ? 'renamed' : 'kept',
      ...(isRenamed && { formerly: before.profile.name }),
      before: before.profile,
      after: after.profile,
      ...(from !== to && { retyped: { from, to } }),
      missing: shares,
      verdict: verdictOf(found, shares),
      ...(change.reason !== undefined && { reason: change.reason }),
      ...(found && { change: found }),
      ...(change.bins && { bins: change.bins }),
    };
  });
}

const gaps = ({ profile: { count, nulls } }: Side): readonly [number, number] => [nulls, count + nulls];

/** The size that is judged: of numbers Wasserstein in standard deviations, of categories the Jensen–Shannon distance. */
const effectOf = (change: DistributionChange): number => change.wasserstein ?? change.jensenShannon;

function verdictOf(
  change: DistributionChange | undefined,
  missing: { readonly before: number; readonly after: number; readonly q: number },
): ColumnVerdict {
  const { significance, effect, missing: gap } = comparisonBounds;
  if (missing.q <= significance && Math.abs(missing.after - missing.before) >= gap) return 'different';
  if (change === undefined) return missing.q <= significance ? 'slight' : 'untested';
  const isSignificant = change.q <= significance;
  if (effectOf(change) >= effect) return isSignificant ? 'different' : 'unsure';
  return isSignificant || missing.q <= significance ? 'slight' : 'alike';
}

const order: readonly ColumnVerdict[] = ['untested', 'alike', 'slight', 'unsure', 'different'];

/** What has changed in kind before what has changed in its values, then by size. */
function rank({ kind, retyped, verdict, change }: ColumnComparison): number {
  const structure = (retyped ? 20 : 0) + (kind === 'renamed' ? 10 : 0);
  const effect = change ? effectOf(change) : 0;
  return structure + order.indexOf(verdict) + effect / (1 + effect);
}
