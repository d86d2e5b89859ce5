import { ModelyardError } from '../../errors';
import type { AuditReport } from '../../protocol/audit';
import type { AuditJob } from '../../security/audit/audit';
import { parseAuditAnswer } from '../auditJob';
import type { FileProgress } from './filesChild';
import { askFilesChild } from './filesChild';

/** MiB of JavaScript's heap in the process that audits. */
const heap = 2048;
/** ms after which it is ended: no text or lock file keeps it for ever. */
const longest = 1_800_000;

export interface AuditChildOptions {
  /** The bundle that audits. */
  readonly auditFile: string;
  readonly progress?: (at: FileProgress) => void;
}

/**
 * Audits in a process of its own.
 * @throws ModelyardError `cancelled`, `step.failed` (it died: what it did not look at may hold anything), `step.timeout`
 */
export const auditInChild = (
  job: AuditJob,
  { auditFile, progress }: AuditChildOptions,
  signal: AbortSignal,
): Promise<AuditReport> =>
  askFilesChild(
    {
      ...{ file: auditFile, job, does: 'audits', heap, longest, parse: parseAuditAnswer },
      ...(progress && { progress }),
      died: (at, how) => {
        throw new ModelyardError(
          'step.failed',
          `The process that audits ended${at === '' ? '' : ` near ${at}`} (${how}).`,
        );
      },
    },
    signal,
  );
