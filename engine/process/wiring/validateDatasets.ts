import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DataService } from '../../data/service';
import { ModelyardError, throwIfAborted } from '../../errors';
import { runChildJob } from '../../pipelines/childProcess';
import { StepLog } from '../../pipelines/stepLog';
import type { DatasetDetail, DatasetVersion } from '../../protocol/data';
import type { DatasetSource } from '../../protocol/jobs';
import type { DatasetCheck, ProgressReport } from '../../protocol/methods';

export interface ValidationOptions {
  readonly workspace: string;
  readonly jobFile: string;
  readonly data: DataService;
  /** Those of modelyard.yaml. */
  readonly sources: () => Promise<readonly DatasetSource[]>;
  readonly recorded: (name: string) => void;
}

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
  options: ValidationOptions,
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
      done.push(await validateOne(options, { source, sources, report }, signal));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

async function validateOne(
  { workspace, jobFile, data, recorded }: ValidationOptions,
  what: {
    source: DatasetSource;
    sources: readonly DatasetSource[];
    report: (message: string, fraction?: number) => void;
  },
  signal: AbortSignal,
): Promise<DatasetCheck> {
  const { source, sources } = what;
  const parent = path.join(workspace, '.modelyard', 'work');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'validate-'));
  try {
    const workDir = path.join(folder, 'made');
    await mkdir(workDir);
    const log = new StepLog(path.join(folder, 'validate.log'));
    const job = { uses: 'validate', with: { dataset: source.name }, step: 'validate', workspace, workDir } as const;
    const result = await runChildJob(
      {
        jobFile,
        log,
        job: { ...job, datasets: sources, inputs: [] },
        onMessage: message => message.type === 'progress' && what.report(message.message, message.fraction),
      },
      signal,
    ).finally(() => log.close());
    const output = result.outputs.find(({ kind }) => kind === 'dataset');
    if (output === undefined) throw new ModelyardError('internal', 'The step `validate` made no dataset.');
    const detail = await data.recordOutput(path.resolve(workDir, output.path));
    recorded(source.name);
    const severity = (index: number): 'error' | 'warn' => source.expect[index]?.severity ?? 'error';
    return {
      version: withoutDetails(detail),
      checks: detail.checks.map(check => ({ ...check, severity: severity(check.index) })),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const withoutDetails = (detail: DatasetDetail): DatasetVersion => {
  const { name, digest, path: file, format, bytes, rows, schema, createdAt } = detail;
  return { name, digest, path: file, format, bytes, rows, schema, createdAt };
};

function sourceNamed(sources: readonly DatasetSource[], name: string): DatasetSource {
  const source = sources.find(one => one.name === name);
  if (source) return source;
  const names = sources.map(one => one.name);
  throw new ModelyardError('not-found', `There is no dataset ${name} in modelyard.yaml.`, {
    fix: names.length > 0 ? `It has ${names.join(', ')}.` : 'Add one under `datasets:`.',
  });
}
