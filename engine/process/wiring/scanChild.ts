import type { ScanReport } from '../../protocol/security';
import type { ScanJob } from '../scanJob';
import { parseScanAnswer } from '../scanJob';
import type { FileProgress } from './filesChild';
import { askFilesChild } from './filesChild';

/** MiB of JavaScript's heap in the process that scans. */
const heap = 3072;

export interface ScanChildOptions {
  /** The bundle that scans. */
  readonly scanFile: string;
  readonly progress?: (at: FileProgress) => void;
}

/**
 * Scans files in a process of its own. When that process dies, the file that it was at blocks: an error is no pass.
 * @throws ModelyardError `cancelled`; those of the files, `not-found` for what is not there
 */
export const scanInChild = (
  job: ScanJob,
  { scanFile, progress }: ScanChildOptions,
  signal: AbortSignal,
): Promise<ScanReport> =>
  askFilesChild(
    { ...{ file: scanFile, job, does: 'scans', heap, parse: parseScanAnswer, died }, ...(progress && { progress }) },
    signal,
  );

function died(file: string, how: string): ScanReport {
  const sentence = `The process that scans ended at this file (${how}): it may have been made to do that.`;
  return {
    verdict: 'block',
    files: [{ file, bytes: 0, format: 'unfinished', verdict: 'block', allowed: 0 }],
    findings: [{ file, kind: 'limit', verdict: 'block', severity: 'high', sentence }],
    ...{ omitted: 0, rules: 0 },
  };
}
