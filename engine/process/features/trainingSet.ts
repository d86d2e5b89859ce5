import { ModelyardError } from '../../errors';
import { openReader } from '../../data/read/openReader';
import { widenFile } from '../../data/write/widenFile';
import type { JoinReport } from '../../protocol/featureJoins';
import { fileName } from '../../data/read/dataFile';
import type { TrainingSetPlan } from '../../protocol/featurePlans';
import { joinAll } from './join/joinAll';

export interface WrittenSet extends Omit<JoinReport, 'cpu' | 'took'> {
  readonly bytes: number;
  /** sha-256 */
  readonly digest: string;
}

/** Writes the rows of the entity file with the features. @throws ModelyardError `data.*`; there is no file then */
export async function writeTrainingSet(
  plan: TrainingSetPlan,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<WrittenSet> {
  const { asked, features, report } = await joinAll(plan, progress, signal);
  await assertSame(plan, asked, signal);
  const columns = plan.columns.map(({ column }, index) => features[index]!.column(column));
  const { path, format, delimiter } = plan;
  const widening = { source: plan.entities, columns, path, format, ...(delimiter !== undefined && { delimiter }) };
  return { ...report, ...(await widenFile(widening, signal)) };
}

/** The entity file is read once more: it must be what it was. */
async function assertSame(
  { entities }: TrainingSetPlan,
  before: { readonly bytes: number; readonly modifiedAt: number },
  signal: AbortSignal,
): Promise<void> {
  const { reader, bytes, modifiedAt } = await openReader(entities, { signal, digest: false });
  await reader.close();
  if (bytes === before.bytes && modifiedAt === before.modifiedAt) return;
  throw new ModelyardError('data.unreadable', `${fileName(entities)}: the file was changed while it was being read.`, {
    place: { file: fileName(entities) },
    fix: 'Run again when whatever writes the file has finished.',
  });
}
