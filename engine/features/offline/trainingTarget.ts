import { isAmong, isSeveral } from '../../dataFiles';
import { ModelyardError } from '../../errors';
import { isDatabase } from '../../protocol/data';
import type { JoinPlan } from '../../protocol/featurePlans';
import type { DatasetSource } from '../../protocol/jobs';

/**
 * A training set is one file with rows, and what is read is not written over.
 * @throws ModelyardError `params.invalid`, `conflict`
 */
export async function requireTarget(
  target: DatasetSource,
  { entities, views }: Pick<JoinPlan, 'entities' | 'views'>,
): Promise<void> {
  const { format, path: file, file: shown = file } = target;
  if (isDatabase(format)) throw noFile(`${shown} is a database, which no training set is written to.`);
  if (await isSeveral(file)) throw noFile(`${shown} stands for several files, and a training set is one.`);
  const read = [entities, ...views.flatMap(view => ('sources' in view ? view.sources : []))];
  for (const { path: other, file: named = other } of read)
    if (other === file)
      throw new ModelyardError('conflict', `${shown} is read by the join, and cannot be what it writes.`, {
        fix: 'Write to another file.',
      });
    else if (await isAmong(other, file))
      throw new ModelyardError('conflict', `${shown} would be one of the files of ${named}, which the join reads.`, {
        fix: 'Write to another folder.',
      });
}

const noFile = (message: string): ModelyardError =>
  new ModelyardError('params.invalid', message, { fix: 'Name a file that ends with .csv, .jsonl or .parquet.' });
