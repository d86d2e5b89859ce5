import { hasLines, type FailingRow } from '../../../protocol/data';
import type { DatasetSource } from '../../../protocol/jobs';
import type { Verdict } from '../../../protocol/verdicts';

const mostEvidence = 20;

/** The first rows that fail, at their lines; of a format that has none, the file. */
export function rowEvidence(
  { file, format, path }: Pick<DatasetSource, 'file' | 'format' | 'path'>,
  rows: readonly FailingRow[],
  column?: string,
): Pick<Verdict, 'evidence'> {
  if (rows.length === 0) return {};
  const places = rows.slice(0, mostEvidence).map(({ line, file: own }) => ({
    file: own ?? file ?? path,
    ...(hasLines(format) && { line }),
    ...(column !== undefined && { key: column }),
  }));
  return { evidence: hasLines(format) ? places : places.slice(0, 1) };
}
