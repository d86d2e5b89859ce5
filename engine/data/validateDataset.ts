import { digest } from '../ids';
import type { CheckResult, DatasetProfile, DatasetVersion } from '../protocol/data';
import type { DatasetSource, JobContext } from '../protocol/jobs';
import { fileName } from './read/dataFile';
import { dataStamp } from '../dataFiles';
import type { Distribution } from './profile/distribution';
import { scanDataset } from './scan';

export interface DatasetValidation {
  readonly version: Omit<DatasetVersion, 'createdAt'>;
  readonly profile: DatasetProfile;
  readonly checks: readonly CheckResult[];
  readonly distributions: readonly Distribution[];
  /** Of the file as it was read; absent when it was touched meanwhile. */
  readonly stamp?: string;
}

/**
 * Reads a dataset through once: its version, profile and the verdicts of `expect:`. A failed check is a result here.
 * @throws ModelyardError `data.missing`, `data.unreadable`, `data.empty`, `data.column`, `config.invalid`, `cancelled`
 */
export async function validateDataset(
  source: DatasetSource,
  context: Pick<JobContext, 'signal' | 'progress'>,
  { judge = true, scratch }: { readonly judge?: boolean; readonly scratch?: string } = {},
): Promise<DatasetValidation> {
  let said = -1;
  const before = await dataStamp(source);
  const {
    digest: hash,
    bytes,
    rows,
    columns,
    checks,
    distributions,
  } = await scanDataset(source, {
    signal: context.signal,
    now: Date.now(),
    judge,
    ...(scratch !== undefined && { scratch }),
    progress: fraction => {
      if (fraction - said < 0.02 && fraction < 1) return;
      said = fraction;
      context.progress(`Reading ${fileName(source)}`, fraction);
    },
  });
  const isSame = before !== undefined && before.stamp === (await dataStamp(source))?.stamp;
  const schema = columns.map(({ name, type }) => ({ name, type }));
  return {
    version: {
      name: source.name,
      digest: digest(hash),
      path: fileName(source),
      format: source.format,
      bytes,
      rows,
      schema,
    },
    profile: { rows, columns },
    checks,
    distributions,
    ...(isSame && { stamp: before.stamp }),
  };
}
