import { waivedSentence } from '../../../data/validateStep';
import { throwIfAborted } from '../../../errors';
import type { DatasetVersion } from '../../../protocol/data';
import type { DatasetDetail, DatasetCheck } from '../../../protocol/datasets';
import type { ProgressReport } from '../../../protocol/progress';
import type { RecordOptions, Recording } from './recordVersion';
import { recordVersion, sourceNamed } from './recordVersion';

export interface ValidationRequest {
  /** Absent: all. */
  readonly names: readonly string[] | undefined;
  readonly progress: (report: ProgressReport) => void;
}

/**
 * Reads and checks datasets, each in a child process as the step `validate` would, and keeps their versions. All are
 * looked at before an error of one is thrown.
 * @throws ModelyardError `config.*`, `not-found`, `data.*` except `data.expectation` (that is a result), `cancelled`
 */
export async function validateDatasets(
  options: RecordOptions,
  { names, progress }: ValidationRequest,
  signal: AbortSignal,
): Promise<readonly DatasetCheck[]> {
  const sources = await options.sources();
  const chosen = names === undefined ? sources : names.map(name => sourceNamed(sources, name));
  const done: DatasetCheck[] = [];
  const failures: unknown[] = [];
  for (const [i, source] of chosen.entries()) {
    throwIfAborted(signal);
    const report = (message: string, fraction = 0): void =>
      progress({ message: `${source.name}: ${message}`, fraction: (i + fraction) / chosen.length });
    try {
      done.push(await validateOne(options, { source, judged: true, report }, signal));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

async function validateOne(options: RecordOptions, what: Recording, signal: AbortSignal): Promise<DatasetCheck> {
  const detail = await recordVersion(options, what, signal);
  const severity = (index: number): 'error' | 'warn' => what.source.expect[index]?.severity ?? 'error';
  return {
    version: withoutDetails(detail),
    checks: detail.checks.map(check => {
      const waived = check.passed ? undefined : waivedSentence(what.source, check, Date.now());
      // what is waived is said, and blocks nothing
      return waived === undefined
        ? { ...check, severity: severity(check.index) }
        : { ...check, severity: 'warn', message: waived };
    }),
    ...(detail.report && { report: detail.report }),
  };
}

const withoutDetails = (detail: DatasetDetail): DatasetVersion => {
  const { name, digest, path: file, format, bytes, rows, schema, createdAt } = detail;
  return { name, digest, path: file, format, bytes, rows, schema, createdAt };
};
