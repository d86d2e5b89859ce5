import type { DataCheckReport } from '../../protocol/dataChecks';
import type { DatasetSource, JobContext } from '../../protocol/jobs';
import type { DatasetValidation } from '../validateDataset';
import { judgeChecks, suiteSeed } from './judgeChecks';
import { readTable } from './table';

/**
 * What the integrity checks of a dataset say; undefined when it has none. The file is read once more for it.
 * @throws ModelyardError `data.*`, `cancelled`
 */
export async function integrityReport(
  source: DatasetSource,
  { version, profile }: Pick<DatasetValidation, 'version' | 'profile'>,
  context: Pick<JobContext, 'signal' | 'progress'>,
): Promise<DataCheckReport | undefined> {
  const checks = (source.checks ?? []).filter(({ suite }) => suite === 'integrity');
  if (checks.length === 0) return undefined;
  const { rows, columns } = profile;
  const table = await readTable(source, { rows, columns, seed: suiteSeed }, context.signal);
  const roles = source.roles ?? {};
  const results = await judgeChecks(
    {
      dataset: source.name,
      table,
      checks,
      roles,
      progress: (check, fraction) => context.progress(`Checking ${source.name}: ${check}`, fraction),
    },
    context.signal,
  );
  return {
    dataset: source.name,
    digest: version.digest,
    suite: 'integrity',
    rows,
    ...(table.rowNumbers !== undefined && { sampled: table.frame.rows }),
    ...(roles.label !== undefined && { label: roles.label }),
    roles,
    results,
  };
}
