import type { AuditConfig, AuditFinding } from '../../protocol/audit';
import type { PartResult } from '../dependencies/audit';
import { count, fingerprintOf } from '../dependencies/audit';
import type { FoundLocks } from '../dependencies/lockFiles';
import type { LockedPackage } from '../dependencies/packages';
import { isMet, parseExpression } from './expression';
import { Licences, spdxOf } from './metadata';

type Policy = NonNullable<AuditConfig['licences']>;

/** Licences that ask the whole of what they are part of to be given under them, or forbid some use. */
const strong =
  /^(?:A?GPL-|SSPL-|BUSL-|OSL-|EUPL-|CC-BY-(?:NC|SA)|Elastic-|PolyForm-|Commons-Clause|UNLICENSED|SEE LICEN[CS]E)/i;

/**
 * Holds the licences that installed packages state to a policy: `allow` and `deny`; without either, licences that
 * reach over to what uses them are to be reviewed.
 */
export function auditLicences(locks: FoundLocks, root: string, policy: Policy): PartResult {
  const { allow = [], deny = [], except = [] } = policy;
  const licences = new Licences(root);
  const accepted = new Set(except);
  const findings: AuditFinding[] = [];
  let known = 0;
  let absent = 0;
  for (const locked of unique(locks.packages)) {
    if (accepted.has(locked.name) || accepted.has(`${locked.name}@${locked.version}`)) continue;
    const licence = licences.of(locked);
    if (licence === undefined) absent += 1;
    else {
      known += 1;
      const finding = judge(locked, licence, { allow, deny });
      if (finding) findings.push(finding);
    }
  }
  const isJudged = absent === 0;
  const not = isJudged ? '' : ` ${count(absent, 'package')} cannot be judged: they are not installed here.`;
  const verdict = findings.some(one => one.verdict === 'block')
    ? 'block'
    : findings.length > 0 || !isJudged
      ? 'review'
      : 'pass';
  const sentence = `The licences of ${count(known, 'package')} were looked at.${not}`;
  return { part: { part: 'licences', verdict, isJudged, sentence }, findings };
}

function judge(
  { name, version, file, line }: LockedPackage,
  licence: string,
  { allow, deny }: { readonly allow: readonly string[]; readonly deny: readonly string[] },
): AuditFinding | undefined {
  const finding = (rule: string, verdict: 'block' | 'review', sentence: string): AuditFinding => ({
    ...{ part: 'licences', rule, verdict, severity: verdict === 'block' ? 'high' : 'medium', file, line, sentence },
    subject: `${name}@${version}`,
    fix: 'Use another package, or accept it under security.licences.except.',
    fingerprint: fingerprintOf(file, name, rule, licence),
  });
  if (licence === '') return finding('licence-missing', 'review', `${name} ${version} states no licence.`);
  const expression = parseExpression(licence) ?? parseExpression(spdxOf(licence));
  if (expression === undefined)
    return finding(
      'licence-unknown',
      'review',
      `${name} ${version} has a licence that SPDX does not name: ${licence.slice(0, 80)}.`,
    );
  const isIn = (list: readonly string[], id: string): boolean =>
    list.some(one => one.toLowerCase() === id.toLowerCase());
  if (deny.length > 0 && !isMet(expression, id => !isIn(deny, id) && !isIn(deny, id.split(' WITH ')[0] ?? '')))
    return finding('licence-denied', 'block', `${name} ${version} has a licence that is denied: ${licence}.`);
  if (allow.length > 0)
    return isMet(expression, id => isIn(allow, id))
      ? undefined
      : finding(
          'licence-not-allowed',
          'block',
          `${name} ${version} has a licence that is not among those that are allowed: ${licence}.`,
        );
  if (deny.length === 0 && !isMet(expression, id => !strong.test(id)))
    return finding(
      'licence-strong',
      'review',
      `${name} ${version} has a licence that reaches over to what uses it: ${licence}.`,
    );
  return undefined;
}

/** Each version of a package once. */
function unique(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  return [
    ...new Map([...packages].reverse().map(one => [`${one.ecosystem}/${one.name}@${one.version}`, one])).values(),
  ];
}
