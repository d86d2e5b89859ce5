import path from 'node:path';
import type { AuditConfig, AuditFinding, AuditPart, AuditReport, AuditedPart } from '../../protocol/audit';
import type { ScanFinding, ScanReport, ScanSeverity } from '../../protocol/security';
import { auditDependencies, count, fingerprintOf } from '../dependencies/audit';
import type { PartResult } from '../dependencies/audit';
import { lockedPackages } from '../dependencies/lockFiles';
import { auditLicences } from '../licences/audit';
import { scanPlaces } from '../scan/scanPaths';
import type { SecretText } from '../secrets/scanFiles';
import { secretsInHistory } from '../secrets/history';
import { secretsInFiles } from '../secrets/scanFiles';
import type { WalkedFile } from './walk';
import { walk } from './walk';

export interface AuditJob {
  /** The workspace, or the folder that is looked through. */
  readonly root: string;
  readonly parts: readonly AuditPart[];
  /** Files and folders below the root; empty: all of it; absent: the texts alone. */
  readonly paths?: readonly string[];
  /** What is in no file: parameters and tags of runs, their texts. */
  readonly texts: readonly SecretText[];
  /** Files of the store of contents, by what they are called. */
  readonly stored: readonly WalkedFile[];
  readonly config: AuditConfig;
  /** Whether secrets are looked for in all commits, too. */
  readonly history?: boolean;
  /** `module:name` that model files may ask for. */
  readonly allow: readonly string[];
}

export type AuditProgress = (done: number, of: number, file: string) => void;

const mostFindings = 2000;
/** Names under which models go about; what they are tells their content. */
const modelNames =
  /\.(?:pkl|pickle|joblib|dill|pt|pth|ckpt|npy|npz|h5|hdf5|keras|onnx|pb|safetensors|gguf|skops|bin)$/i;

/** Looks through a folder for all that is asked. Nothing that it finds is loaded or run. */
export async function audit(job: AuditJob, progress: AuditProgress = () => undefined): Promise<AuditReport> {
  const { root, parts, paths, config } = job;
  const exclude = config.secrets?.exclude ?? [];
  const walked = startsOf(paths).map(one => walk(root, path.resolve(root, one), { exclude: [] }));
  const files = walked.flatMap(one => one.files);
  const isCut = walked.some(one => one.isCut);
  const results: PartResult[] = [];
  if (parts.includes('secrets')) {
    const kept = exclude.length === 0 ? files : walked.length === 0 ? [] : withoutExcluded(job, exclude);
    const part = secretsPart(job, [...kept, ...job.stored], progress);
    results.push(job.history === true ? await withHistory(job, part, progress) : part);
  }
  const wantsLocks = parts.includes('dependencies') || parts.includes('licences');
  const locks = wantsLocks ? lockedPackages(files) : undefined;
  const advisories = config.dependencies?.advisories;
  const place = advisories === undefined ? undefined : path.resolve(root, advisories);
  if (locks && parts.includes('dependencies')) results.push(auditDependencies(locks, place, config.dependencies ?? {}));
  if (locks && parts.includes('licences')) results.push(auditLicences(locks, root, config.licences ?? {}));
  if (parts.includes('models')) {
    const models = files.filter(({ file }) => modelNames.test(file));
    results.push(
      modelsPart(
        scanPlaces(
          { places: models },
          { allow: job.allow, progress: (done, { file }) => progress(done, models.length, file) },
        ),
      ),
    );
  }
  return reportOf(isCut ? results.map(cut) : results);
}

const startsOf = (paths: AuditJob['paths']): readonly string[] => (paths?.length === 0 ? [''] : (paths ?? []));

const withoutExcluded = ({ root, paths }: AuditJob, exclude: readonly string[]): readonly WalkedFile[] =>
  startsOf(paths).flatMap(one => walk(root, path.resolve(root, one), { exclude }).files);

function secretsPart({ texts, config }: AuditJob, files: readonly WalkedFile[], progress: AuditProgress): PartResult {
  const {
    findings,
    texts: looked,
    cut: long,
  } = secretsInFiles(files, texts, {
    allow: config.secrets?.allow ?? [],
    exclude: config.secrets?.exclude ?? [],
    progress: (done, file) => progress(done, files.length, file),
  });
  const more = long.length > 0 ? ` Of ${long.slice(0, 5).join(', ')} only the first 8 MiB.` : '';
  const verdict = findings.length > 0 ? 'block' : 'pass';
  return {
    part: {
      part: 'secrets',
      verdict,
      isJudged: true,
      sentence: `${count(looked, 'text')} were looked through.${more}`,
    },
    findings,
  };
}

/** What cannot be looked at may hold anything. */
async function withHistory(job: AuditJob, now: PartResult, progress: AuditProgress): Promise<PartResult> {
  const { root, paths, config } = job;
  const { part, findings } = now;
  const { allow = [], exclude = [] } = config.secrets ?? {};
  const known = new Set(findings.map(({ fingerprint }) => fingerprint));
  try {
    const found = await secretsInHistory({ root, paths: paths ?? [], allow, exclude, known, progress });
    const of = `${count(found.versions, 'version')} of files in ${count(found.commits, 'commit')}`;
    const all = [...findings, ...found.findings];
    return {
      part: {
        ...part,
        verdict: all.length > 0 ? 'block' : found.missing === undefined ? part.verdict : 'review',
        isJudged: part.isJudged && found.missing === undefined,
        sentence: `${part.sentence} So were ${of}.${found.missing === undefined ? '' : ` ${found.missing}`}`,
      },
      findings: all,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      part: {
        ...part,
        verdict: part.verdict === 'block' ? 'block' : 'review',
        isJudged: false,
        sentence: `${part.sentence} Earlier commits cannot be looked at: ${why}.`,
      },
      findings,
    };
  }
}

function modelsPart({ verdict, files, findings }: ScanReport): PartResult {
  const sentence = `${count(files.length, 'model file')} were scanned.`;
  return { part: { part: 'models', verdict, isJudged: true, sentence }, findings: findings.map(ofScan) };
}

const ofScan = ({ file, inner, kind, verdict, severity, sentence }: ScanFinding): AuditFinding => ({
  ...{ part: 'models', rule: kind, verdict, severity, file },
  sentence: inner === undefined ? sentence : `${inner}: ${sentence}`,
  fingerprint: fingerprintOf(file, inner ?? '', kind, sentence),
});

/** There are more files than are looked at: what was not looked at may hold anything. */
const cut = ({ part, findings }: PartResult): PartResult => ({
  part: {
    ...part,
    verdict: part.verdict === 'block' ? 'block' : 'review',
    isJudged: false,
    sentence: `${part.sentence} There are more files than are looked at.`,
  },
  findings,
});

const severities: readonly ScanSeverity[] = ['critical', 'high', 'medium', 'low'];
const byWeight = (one: AuditFinding, other: AuditFinding): number =>
  Number(other.verdict === 'block') - Number(one.verdict === 'block') ||
  severities.indexOf(one.severity) - severities.indexOf(other.severity);

function reportOf(results: readonly PartResult[]): AuditReport {
  const findings = results.flatMap(result => result.findings).sort(byWeight);
  return {
    verdict: worst(results.map(({ part }) => part)),
    parts: results.map(({ part }) => part),
    findings: findings.slice(0, mostFindings),
    omitted: Math.max(0, findings.length - mostFindings),
  };
}

function worst(parts: readonly AuditedPart[]): AuditReport['verdict'] {
  if (parts.some(({ verdict }) => verdict === 'block')) return 'block';
  return parts.some(({ verdict }) => verdict === 'review') ? 'review' : 'pass';
}
