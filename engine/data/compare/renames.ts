import type { ColumnType } from '../../protocol/data';
import { closest } from '../closest';
import { columnChange } from './columnChange';
import type { Side } from './side';

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Columns whose values are further apart (D of numbers, Jensen–Shannon distance of texts) are not the same one. */
const furthest = 0.1;
const mostMissing = 0.05;
/** So few different values that many columns have them: then the names must be alike too. */
const fewValues = 3;

/**
 * Pairs of a removed and an added column whose values are so alike that it was probably renamed; the most alike first, and
 * each column at most once.
 */
export function likelyRenames(removed: readonly Side[], added: readonly Side[]): readonly Rename[] {
  const pairs = removed.flatMap(before =>
    added.flatMap(after => {
      const apart = distance(before, after);
      return apart === undefined ? [] : [{ before: before.profile.name, after: after.profile.name, apart }];
    }),
  );
  const renames: Rename[] = [];
  const taken = new Set<string>();
  for (const { before, after } of pairs.sort((a, b) => a.apart - b.apart)) {
    if (taken.has(`-${before}`) || taken.has(`+${after}`)) continue;
    taken.add(`-${before}`).add(`+${after}`);
    renames.push({ from: before, to: after });
  }
  return renames;
}

/** Undefined: not the same column. Names that are alike count as a little nearer. */
function distance(before: Side, after: Side): number | undefined {
  const [a, b] = [before.profile, after.profile];
  if (familyOf(a.type) !== familyOf(b.type)) return undefined;
  if (Math.abs(missingShare(before) - missingShare(after)) > mostMissing) return undefined;
  const hasLikeName = closest(a.name, [b.name]) !== undefined;
  if (Math.min(a.distinct, b.distinct) <= fewValues && !hasLikeName) return undefined;
  const apart = valuesApart(before, after);
  return apart === undefined || apart > furthest ? undefined : apart - (hasLikeName ? furthest : 0);
}

function valuesApart(before: Side, after: Side): number | undefined {
  const { change } = columnChange(before, after);
  if (change) return change.test === 'kolmogorov-smirnov' ? change.statistic : change.jensenShannon;
  // Identifiers: the same ones, as far as the profile tells.
  const [a, b] = [before.profile, after.profile];
  const same = a.distinct === b.distinct && a.minLength === b.minLength && a.maxLength === b.maxLength;
  const list = (side: Side): string => JSON.stringify(side.profile.top ?? []);
  return same && a.distinct > 0 && list(before) === list(after) ? 0 : undefined;
}

export const missingShare = ({ profile: { count, nulls } }: Side): number =>
  count + nulls === 0 ? 0 : nulls / (count + nulls);

const families: Readonly<Record<ColumnType, string>> = {
  integer: 'number',
  number: 'number',
  date: 'time',
  datetime: 'time',
  boolean: 'boolean',
  string: 'text',
};
const familyOf = (type: ColumnType): string => families[type];
