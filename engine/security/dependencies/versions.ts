import { compare as comparePython, valid as validPython } from '@renovatebot/pep440';
import semver from 'semver';
import type { Affected, RangeEvent } from './osv';
import type { Ecosystem } from './packages';

/** Orders versions of an ecosystem; undefined: one of them is no version. */
function compareVersions(ecosystem: Ecosystem, one: string, other: string): number | undefined {
  if (ecosystem === 'PyPI')
    return validPython(one) !== null && validPython(other) !== null ? comparePython(one, other) : undefined;
  const [left, right] = [semver.parse(one, { loose: true }), semver.parse(other, { loose: true })];
  return left && right ? semver.compare(left, right) : undefined;
}

/** Whether OSV says that a version is affected: it is listed, or in one of the ranges. */
export function isAffected(ecosystem: Ecosystem, version: string, { versions = [], ranges = [] }: Affected): boolean {
  if (versions.some(one => one === version || compareVersions(ecosystem, one, version) === 0)) return true;
  return ranges.some(({ type, events }) => type !== 'GIT' && isInRange(ecosystem, version, events));
}

/** OSV's algorithm: the last event that is not after the version tells; a version that cannot be ordered is in it. */
function isInRange(ecosystem: Ecosystem, version: string, events: readonly RangeEvent[]): boolean {
  const after = (bound: string): number | undefined => (bound === '0' ? 1 : compareVersions(ecosystem, version, bound));
  const limits = events.flatMap(({ limit }) => limit ?? []);
  if (limits.length > 0 && !limits.some(limit => limit === '*' || (after(limit) ?? -1) < 0)) return false;
  const sorted = [...events].sort((one, other) => order(ecosystem, one, other));
  let is = false;
  for (const { introduced, fixed, last_affected: last } of sorted) {
    if (introduced !== undefined && (after(introduced) ?? 0) >= 0) is = true;
    if (fixed !== undefined && (after(fixed) ?? -1) >= 0) is = false;
    if (last !== undefined && (after(last) ?? -1) > 0) is = false;
  }
  return is;
}

const boundOf = ({ introduced, fixed, last_affected: last }: RangeEvent): string => introduced ?? fixed ?? last ?? '0';

function order(ecosystem: Ecosystem, one: RangeEvent, other: RangeEvent): number {
  const [left, right] = [boundOf(one), boundOf(other)];
  if (left === right) return 0;
  if (left === '0') return -1;
  return right === '0' ? 1 : (compareVersions(ecosystem, left, right) ?? 0);
}

/** The first version after this one that is told to be free of it. */
export function fixedVersion(ecosystem: Ecosystem, version: string, { ranges = [] }: Affected): string | undefined {
  const fixes = ranges
    .filter(({ type }) => type !== 'GIT')
    .flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []))
    .filter(fixed => (compareVersions(ecosystem, fixed, version) ?? 1) > 0);
  return fixes.sort((one, other) => compareVersions(ecosystem, one, other) ?? 0)[0];
}
