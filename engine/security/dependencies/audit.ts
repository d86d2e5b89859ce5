import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { AuditConfig, AuditFinding, AuditedPart } from '../../protocol/audit';
import type { ScanSeverity } from '../../protocol/security';
import { readAdvisories } from './database';
import type { FoundLocks } from './lockFiles';
import type { PackageAdvisory } from './database';
import { severityOf } from './osv';
import type { LockedPackage } from './packages';
import { fixedVersion, isAffected } from './versions';
import { counted } from '../../plural';

export interface PartResult {
  readonly part: AuditedPart;
  readonly findings: readonly AuditFinding[];
}

const severities: readonly ScanSeverity[] = ['low', 'medium', 'high', 'critical'];

/**
 * Holds the packages of lock files to advisories.
 * @param place where they are; undefined: nobody said so
 */
export function auditDependencies(
  locks: FoundLocks,
  place: string | undefined,
  { block = 'high', ignore = [] }: NonNullable<AuditConfig['dependencies']>,
): PartResult {
  const broken = locks.unreadable.map(({ file, why }) => unreadable(file, why));
  if (locks.files.length === 0 && broken.length === 0) return judged('There are no lock files.', []);
  const many = `${count(locks.packages.length, 'package')} of ${locks.files.join(', ')}`;
  if (place === undefined)
    return unjudged(
      `${many} cannot be judged: there are no advisories. Name a folder or zip of OSV under security.dependencies.advisories, or with --advisories.`,
      broken,
    );
  if (!fs.existsSync(place)) return unjudged(`${many} cannot be judged: there is nothing at ${place}.`, broken);
  let database: ReturnType<typeof readAdvisories>;
  try {
    database = readAdvisories(place, locks.packages);
  } catch (error) {
    return unjudged(
      `${many} cannot be judged: ${place} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      broken,
    );
  }
  if (database.read === 0) return unjudged(`${many} cannot be judged: there is no advisory at ${place}.`, broken);
  const ignored = new Set(ignore);
  const least = severities.indexOf(block);
  const found = locks.packages.flatMap(locked =>
    weaknesses(locked, database.of(locked.ecosystem, locked.name), ignored).map(one => findingOf(locked, one, least)),
  );
  const open = locks.open.map(({ file, line, name }) => notFixed(file, line, name));
  const day = new Date(database.newest).toISOString().slice(0, 10);
  const unread = database.unreadable > 0 ? `, ${counted(database.unreadable, 'file')} of it could not be read` : '';
  return judged(
    `${many} were held to ${database.read === 1 ? '1 advisory' : `${database.read} advisories`} of ${day}${unread}.`,
    [...broken, ...found, ...open],
  );
}

/** Each advisory once, whatever parts of it are about the package. */
function weaknesses(
  { ecosystem, version }: LockedPackage,
  known: readonly PackageAdvisory[],
  ignored: ReadonlySet<string>,
): readonly PackageAdvisory[] {
  const seen = new Set<string>();
  return known.filter(({ advisory, affected }) => {
    const ids = [advisory.id, ...(advisory.aliases ?? [])];
    if (ids.some(id => ignored.has(id) || seen.has(id)) || !isAffected(ecosystem, version, affected)) return false;
    for (const id of ids) seen.add(id);
    return true;
  });
}

function findingOf(
  { ecosystem, name, version, file, line }: LockedPackage,
  { advisory, affected }: PackageAdvisory,
  least: number,
): AuditFinding {
  const severity = severityOf(advisory, affected);
  const fixed = fixedVersion(ecosystem, version, affected);
  const summary = (advisory.summary ?? advisory.details ?? '').split('\n')[0]?.slice(0, 300) ?? '';
  const cve = advisory.aliases?.find(alias => alias.startsWith('CVE-'));
  return {
    ...{ part: 'dependencies', rule: advisory.id, severity, file, line, subject: `${name}@${version}` },
    verdict: severities.indexOf(severity) >= least ? 'block' : 'review',
    sentence:
      `${name} ${version}: ${[summary, cve].filter(Boolean).join(', ')}${summary === '' && cve === undefined ? advisory.id : ''}.`.replace(
        /\.\.$/,
        '.',
      ),
    fix: fixed === undefined ? 'No version without it is known.' : `Update ${name} to ${fixed}.`,
    fingerprint: fingerprintOf(file, name, version, advisory.id),
  };
}

const unreadable = (file: string, why: string): AuditFinding => ({
  ...{ part: 'dependencies', rule: 'unreadable-lock', severity: 'medium', verdict: 'review', file },
  sentence: `The lock file cannot be read: ${why}.`,
  fingerprint: fingerprintOf(file, 'unreadable-lock'),
});

const notFixed = (file: string, line: number, name: string): AuditFinding => ({
  ...{ part: 'dependencies', rule: 'unpinned', severity: 'low', verdict: 'review', file, line, subject: name },
  sentence: `${name} has no fixed version: what is installed cannot be judged.`,
  fix: `Fix it with ==, or audit a lock file.`,
  fingerprint: fingerprintOf(file, name, 'unpinned'),
});

export const fingerprintOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

function judged(
  sentence: string,
  findings: readonly AuditFinding[],
  part: AuditedPart['part'] = 'dependencies',
): PartResult {
  const verdict = findings.some(one => one.verdict === 'block') ? 'block' : findings.length > 0 ? 'review' : 'pass';
  return { part: { part, verdict, isJudged: true, sentence }, findings };
}

function unjudged(sentence: string, findings: readonly AuditFinding[]): PartResult {
  return { part: { part: 'dependencies', verdict: 'review', isJudged: false, sentence }, findings };
}
