import * as v from 'valibot';
import type { AuditReport } from '../protocol/audit';

const verdict = v.picklist(['pass', 'review', 'block']);
const part = v.picklist(['secrets', 'dependencies', 'licences', 'models']);

/** An AuditReport as it comes from the process that audits. */
export const auditReportSchema: v.GenericSchema<unknown, AuditReport> = v.object({
  verdict,
  parts: v.array(v.object({ part, verdict, isJudged: v.boolean(), sentence: v.string() })),
  findings: v.array(
    v.object({
      part,
      rule: v.string(),
      verdict: v.picklist(['review', 'block']),
      severity: v.picklist(['low', 'medium', 'high', 'critical']),
      file: v.string(),
      line: v.exactOptional(v.number()),
      column: v.exactOptional(v.number()),
      endColumn: v.exactOptional(v.number()),
      commit: v.exactOptional(v.string()),
      subject: v.exactOptional(v.string()),
      sentence: v.string(),
      fix: v.exactOptional(v.string()),
      fingerprint: v.string(),
    }),
  ),
  omitted: v.number(),
});
