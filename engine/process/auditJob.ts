import * as v from 'valibot';
import type { AuditReport } from '../protocol/audit';
import type { WireError } from '../protocol/errors';
import { auditReportSchema } from '../schemas/auditReport';
import { wireErrorSchema } from '../schemas/wireError';
import type { AuditJob } from '../security/audit/audit';

export type AuditAnswer =
  | { readonly type: 'progress'; readonly done: number; readonly of: number; readonly file: string }
  | { readonly type: 'done'; readonly report: AuditReport }
  | { readonly type: 'failed'; readonly error: WireError };

const strings = v.array(v.string());
const severity = v.picklist(['low', 'medium', 'high', 'critical']);
const config = v.object({
  secrets: v.exactOptional(v.object({ allow: v.exactOptional(strings), exclude: v.exactOptional(strings) })),
  dependencies: v.exactOptional(
    v.object({
      advisories: v.exactOptional(v.string()),
      block: v.exactOptional(severity),
      ignore: v.exactOptional(strings),
    }),
  ),
  licences: v.exactOptional(
    v.object({ allow: v.exactOptional(strings), deny: v.exactOptional(strings), except: v.exactOptional(strings) }),
  ),
});

const job: v.GenericSchema<unknown, AuditJob> = v.object({
  root: v.string(),
  parts: v.array(v.picklist(['secrets', 'dependencies', 'licences', 'models'])),
  paths: v.exactOptional(strings),
  texts: v.array(v.object({ file: v.string(), text: v.string() })),
  stored: v.array(v.object({ file: v.string(), path: v.string() })),
  config,
  allow: strings,
  history: v.exactOptional(v.boolean()),
});

const answer: v.GenericSchema<unknown, AuditAnswer> = v.variant('type', [
  v.object({ type: v.literal('progress'), done: v.number(), of: v.number(), file: v.string() }),
  v.object({ type: v.literal('done'), report: auditReportSchema }),
  v.object({ type: v.literal('failed'), error: wireErrorSchema }),
]);

export const parseAuditJob = (message: unknown): AuditJob => v.parse(job, message);
export const parseAuditAnswer = (message: unknown): AuditAnswer => v.parse(answer, message);
