import * as v from 'valibot';
import type { WireError } from '../protocol/errors';
import type { ScanReport } from '../protocol/security';
import { scanReportSchema } from '../schemas/scanReport';
import { wireErrorSchema } from '../schemas/wireError';

/** What a process that scans is told to scan. */
export interface ScanJob {
  /** Paths of files and folders, relative to `from`. */
  readonly asked: readonly string[];
  readonly from: string;
  /** Files by what the report calls them, where they are, and by what name they go. */
  readonly places: readonly { readonly file: string; readonly path: string; readonly name?: string }[];
  /** `module:name` that are allowed besides the lists. */
  readonly allow: readonly string[];
}

export type ScanAnswer =
  | { readonly type: 'progress'; readonly done: number; readonly of: number; readonly file: string }
  | { readonly type: 'done'; readonly report: ScanReport }
  | { readonly type: 'failed'; readonly error: WireError };

const job: v.GenericSchema<unknown, ScanJob> = v.object({
  asked: v.array(v.string()),
  from: v.string(),
  places: v.array(v.object({ file: v.string(), path: v.string(), name: v.exactOptional(v.string()) })),
  allow: v.array(v.string()),
});

const answer: v.GenericSchema<unknown, ScanAnswer> = v.variant('type', [
  v.object({ type: v.literal('progress'), done: v.number(), of: v.number(), file: v.string() }),
  v.object({ type: v.literal('done'), report: scanReportSchema }),
  v.object({ type: v.literal('failed'), error: wireErrorSchema }),
]);

export const parseScanJob = (message: unknown): ScanJob => v.parse(job, message);
export const parseScanAnswer = (message: unknown): ScanAnswer => v.parse(answer, message);
