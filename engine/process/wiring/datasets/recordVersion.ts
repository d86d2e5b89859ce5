import path from 'node:path';
import type { DataService } from '../../../data/service';
import { ModelyardError } from '../../../errors';
import type { DatasetDetail } from '../../../protocol/datasets';
import type { DatasetSource } from '../../../protocol/jobs';
import type { DataJobOptions } from './dataJob';
import { runDataJob } from './dataJob';

export interface RecordOptions extends DataJobOptions {
  readonly data: DataService;
  /** Those of modelyard.yaml. */
  readonly sources: () => Promise<readonly DatasetSource[]>;
  readonly recorded: (name: string) => void;
  /** The dataset with the versions that its rules compare it with. */
  readonly references: (source: DatasetSource, signal: AbortSignal) => Promise<DatasetSource>;
}

export interface Recording {
  readonly source: DatasetSource;
  /** Whether `expect:` is judged. */
  readonly judged: boolean;
  readonly report: (message: string, fraction?: number) => void;
}

/** Reads a dataset in a child process and keeps its version. @throws ModelyardError `data.*`, `config.*`, `cancelled` */
export async function recordVersion(
  options: Omit<RecordOptions, 'references'> & Partial<Pick<RecordOptions, 'references'>>,
  { source, judged, report }: Recording,
  signal: AbortSignal,
): Promise<DatasetDetail> {
  const use = { uses: judged ? 'validate' : 'profile', with: { dataset: source.name } } as const;
  const take = async (workDir: string, { outputs }: { outputs: readonly { kind: string; path: string }[] }) => {
    const output = outputs.find(({ kind }) => kind === 'dataset');
    if (output === undefined) throw new ModelyardError('internal', `The step \`${use.uses}\` made no dataset.`);
    const detail = await options.data.recordOutput(path.resolve(workDir, output.path), { judged });
    options.recorded(source.name);
    return detail;
  };
  const judgedSource = judged ? await options.references?.(source, signal) : undefined;
  return runDataJob(options, { use, datasets: [judgedSource ?? source], report, take }, signal);
}

/** The dataset of modelyard.yaml with the name. @throws ModelyardError `not-found` */
export function sourceNamed(sources: readonly DatasetSource[], name: string): DatasetSource {
  const source = sources.find(one => one.name === name);
  if (source) return source;
  const names = sources.map(one => one.name);
  throw new ModelyardError('not-found', `There is no dataset ${name} in modelyard.yaml.`, {
    fix: names.length > 0 ? `It has ${names.join(', ')}.` : 'Add one under `datasets:`.',
  });
}
