import { performance } from 'node:perf_hooks';
import type { AuditFinding, AuditPart, AuditReport, AuditedPart } from '../../../protocol/audit';
import type { WorkspaceConfig } from '../../../protocol/workspaceConfig';
import type { Asked, FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';
import { counted } from '../../../plural';
import type { AuditStore } from '../../../security/audit/store';
import type { AuditCall } from '../openAudit';

export interface AuditSourceOptions {
  readonly audit: AuditCall;
  /** What was found last. */
  readonly audits: Pick<AuditStore, 'keep' | 'last'>;
}

const parts: readonly { readonly part: Exclude<AuditPart, 'models'>; readonly title: string }[] = [
  { part: 'secrets', title: 'Secrets in files and runs' },
  { part: 'dependencies', title: 'Known weaknesses of packages' },
  { part: 'licences', title: 'Licences of packages' },
];
/** Findings of a part that are verdicts of their own. */
const most = 500;

/** What `security:` of modelyard.yaml asks the workspace to be held to; a part that it does not name is not judged. */
export function auditSource({ audit, audits }: AuditSourceOptions): VerdictSource {
  return {
    kind: 'security',
    async judge(asked, signal) {
      const wanted = parts.filter(one => isWanted(asked, one.part));
      if (wanted.length === 0) return [];
      const begun = performance.now();
      if (asked.fresh) {
        asked.progress('security');
        const report = await audit({ parts: wanted.map(({ part }) => part) }, () => undefined, signal);
        for (const { part } of wanted) audits.keep(part, { report: reportOf(part, report), at: Date.now() });
      }
      const duration = asked.fresh ? Math.round(performance.now() - begun) : 0;
      return wanted.map(({ part, title }) => {
        const last = audits.last(part);
        const verdicts = verdictsOf(part, title, last?.report);
        const aged = last === undefined || asked.fresh ? verdicts : verdicts.map(one => withAge(one, last.at));
        return { ...{ ...groupOf(part), title, duration }, ...(last && { judgedAt: last.at }), verdicts: aged };
      });
    },
  };
}

/** What an audit of several parts says of one. */
const reportOf = (part: AuditPart, { parts: all, findings, ...rest }: AuditReport): AuditReport => ({
  ...rest,
  parts: all.filter(one => one.part === part),
  findings: findings.filter(one => one.part === part),
});

/** The files may be others by now: when it was found is said with what was found. */
const withAge = (verdict: FoundVerdict, at: number): FoundVerdict =>
  verdict.outcome === 'passed'
    ? verdict
    : { ...verdict, hints: [...(verdict.hints ?? []), `Found ${ageText(Date.now() - at)}.`] };

function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${counted(minutes, 'minute')} ago`;
  if (minutes < 48 * 60) return `${counted(Math.floor(minutes / 60), 'hour')} ago`;
  return `${counted(Math.floor(minutes / 1440), 'day')} ago`;
}

const groupOf = (part: AuditPart): Pick<FoundGroup, 'id' | 'kind' | 'subject'> => ({
  ...{ id: `security/workspace/${part}`, kind: 'security', subject: part },
});

const isWanted = ({ config, selection }: Asked, part: Exclude<AuditPart, 'models'>): boolean =>
  isNamed(config, part) && selection.mayHave(groupOf(part));

const isNamed = (config: WorkspaceConfig | undefined, part: Exclude<AuditPart, 'models'>): boolean =>
  config?.security?.[part] !== undefined;

function verdictsOf(part: AuditPart, title: string, report: AuditReport | undefined): readonly FoundVerdict[] {
  const whole = report?.parts.find(one => one.part === part);
  const findings = report?.findings.filter(one => one.part === part) ?? [];
  if (whole === undefined)
    return [
      { ...common(part, title), outcome: 'unknown', pending: true, sentence: `${title} were not looked for yet.` },
    ];
  const shown = findings.slice(0, most).map(verdictOf);
  return [wholeVerdict({ whole, findings, title }), ...shown];
}

const common = (part: AuditPart, title: string) =>
  ({ id: `security/workspace/${part}/all`, rule: title, severity: 'error', key: `security.${part}` }) as const;

/** Of the part as a whole; what was found has verdicts of its own. */
function wholeVerdict({
  whole,
  findings,
  title,
}: {
  readonly whole: AuditedPart;
  readonly findings: readonly AuditFinding[];
  readonly title: string;
}): FoundVerdict {
  const { part, isJudged, sentence } = whole;
  const more = findings.length > most ? [`${findings.length - most} more findings are left out.`] : [];
  return {
    ...common(part, title),
    outcome: isJudged ? 'passed' : 'unknown',
    sentence,
    ...(more.length > 0 && { hints: more }),
  };
}

function verdictOf({ part, rule, verdict, file, line, fingerprint, ...finding }: AuditFinding): FoundVerdict {
  const { column, endColumn, sentence, fix } = finding;
  const blocks = verdict === 'block';
  const at = { ...(line !== undefined && { line, endLine: line }), ...(column !== undefined && { column }) };
  return {
    id: `security/workspace/${part}/${rule}/${fingerprint}`,
    outcome: blocks ? 'failed' : 'warned',
    rule,
    severity: blocks ? 'error' : 'warn',
    sentence,
    ...(fix !== undefined && { hints: [fix] }),
    place: { file, ...at, ...(endColumn !== undefined && { endColumn }) },
  };
}
