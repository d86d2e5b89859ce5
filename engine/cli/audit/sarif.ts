import { version } from '../../../package.json';
import type { AuditFinding, AuditReport } from '../../protocol/audit';
import type { ScanSeverity } from '../../protocol/security';
import { sarifText } from '../../sarif/sarif';
import type { SarifRule } from '../../sarif/sarif';

const scores: Readonly<Record<ScanSeverity, number>> = { critical: 9.5, high: 8, medium: 5.5, low: 2 };

/** An audit as SARIF, each finding on its line; what could not be judged is a failure of the run. */
export function auditSarif({ parts, findings, omitted }: AuditReport): string {
  const rules = new Map(findings.map(finding => [finding.rule, ruleOf(finding)]));
  const failures = parts.filter(({ isJudged }) => !isJudged).map(({ sentence }) => sentence);
  return sarifText({
    ...{ tool: 'Modelyard', version, rules: [...rules.values()] },
    results: findings.map(({ rule, verdict, sentence, fix, file, line, column, endColumn, ...finding }) => ({
      ruleId: rule,
      level: verdict === 'block' ? 'error' : 'warning',
      message: fix === undefined ? sentence : `${sentence} ${fix}`,
      places: [
        {
          file,
          ...(line !== undefined && {
            region: {
              startLine: line,
              ...(column !== undefined && { startColumn: column }),
              ...(endColumn !== undefined && { endColumn }),
            },
          }),
        },
      ],
      fingerprint: finding.fingerprint,
      properties: {
        ...{ part: finding.part, severity: finding.severity },
        ...(finding.subject !== undefined && { package: finding.subject }),
      },
    })),
    failures: [...failures, ...(omitted > 0 ? [`${omitted} more findings are left out.`] : [])],
  });
}

const ruleOf = ({ rule, part, severity, sentence }: AuditFinding): SarifRule => ({
  ...{ id: rule, name: rule },
  description: part === 'secrets' ? `A secret: ${rule.replaceAll('-', ' ')}.` : sentence,
  securitySeverity: scores[severity],
  tags: ['security', part],
});
