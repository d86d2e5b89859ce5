import type { FeaturesJob, FeaturesResult } from '../protocol/featurePlans';
import { compareVersions } from './features/compareVersions';
import { computeWithStatistics } from './features/statistics/computeWithStatistics';
import { materialiseView, type Materialising } from './features/online/materialiseView';
import { previewRows } from './features/previewRows';
import { writeTrainingSet } from './features/trainingSet';

/** Does what the process that computes features is asked for. @throws ModelyardError `data.*`, `config.invalid`, `cancelled` */
export async function runFeatures(
  job: FeaturesJob,
  { send, progress }: Materialising,
  signal: AbortSignal,
): Promise<FeaturesResult> {
  switch (job.kind) {
    case 'join':
      return { kind: 'join', set: { ...(await writeTrainingSet(job.plan, progress, signal)), ...spent() } };
    case 'preview':
      return { kind: 'preview', preview: { ...(await previewRows(job.plan, progress, signal)), ...spent() } };
    case 'compute':
      return { kind: 'compute', computed: await computeWithStatistics(job.plan, progress, signal) };
    case 'compare':
      return { kind: 'compare', changes: await compareVersions(job.plan, progress, signal) };
    case 'materialise':
      return { kind: 'materialise', ...(await materialiseView(job.plan, { send, progress }, signal)) };
  }
}

/** ms of this process since it began. */
function spent() {
  const { user, system } = process.cpuUsage();
  return { cpu: Math.round((user + system) / 1000), took: Math.round(performance.now()) };
}
