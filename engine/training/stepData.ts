import * as v from 'valibot';
import type { DataAccess, Frame } from '../protocol/frame';
import type { Digest } from '../protocol/ids';
import type { DatasetSource, JobSurroundings, OutputKind } from '../protocol/jobs';
import { hashData } from '../dataFiles';
import { ModelyardError } from '../errors';
import { refuseOutside } from '../paths';
import { readJson, readSplitFile, type SplitFile } from './files';

/** What the steps after a split work on. */
export interface SplitData {
  readonly split: SplitFile;
  readonly source: DatasetSource;
  readonly digest: Digest;
  readonly frame: Frame;
}

export const stepInput = (job: Pick<JobSurroundings, 'inputs'>, kind: OutputKind): string | undefined =>
  job.inputs.find(input => input.kind === kind)?.path;

/** Path of the input of that kind. @throws ModelyardError `config.invalid` when no step before made one. */
export function requireInput(job: JobSurroundings, kind: OutputKind, madeBy: string): string {
  const path = stepInput(job, kind);
  if (path !== undefined) return path;
  throw new ModelyardError(
    'config.invalid',
    `Step ${job.step} needs what a ${madeBy} step makes, and none comes before it.`,
    {
      fix: `Add a step with \`uses: ${madeBy}\` and name it under \`needs\` of ${job.step}.`,
    },
  );
}

/** The named dataset, or that of the validate step before, or the only one there is. */
export async function chooseDataset(job: JobSurroundings, name?: string): Promise<DatasetSource> {
  const validated = stepInput(job, 'dataset');
  const wanted = name ?? (validated === undefined ? undefined : (await readJson(validated, validatedName)).source.name);
  if (wanted !== undefined) return namedDataset(job, wanted);
  const [only, another] = job.datasets;
  if (only && !another) return only;
  throw new ModelyardError(
    'config.invalid',
    `Step ${job.step} does not say which dataset it takes, and there are ${job.datasets.length}.`,
    { fix: `Add \`dataset:\` with one of ${job.datasets.map(one => one.name).join(', ')}.` },
  );
}

/**
 * The split before this step with its data, read whole.
 * @throws ModelyardError `conflict` when the file has changed since it was split; `data.*` when it cannot be read.
 */
export async function readSplitData(job: JobSurroundings, data: DataAccess, signal: AbortSignal): Promise<SplitData> {
  const split = await readSplitFile(requireInput(job, 'split', 'split'));
  const source = namedDataset(job, split.dataset);
  const found = await fileDigest(source, signal);
  if (found !== split.digest)
    throw new ModelyardError('conflict', `The data of ${source.name} has changed since it was split.`, {
      place: { file: nameOf(source) },
      data: { dataset: source.name },
      fix: 'Run the pipeline again from its split step.',
    });
  const frame = await data.readFrame(source, signal);
  return { split, source, digest: found, frame };
}

/** sha-256 of a file's bytes. @throws ModelyardError `data.missing` */
export async function fileDigest(source: DatasetSource, signal: AbortSignal): Promise<Digest> {
  const { name, path: file, root } = source;
  if (root !== undefined) await refuseOutside(root, { file, shown: nameOf(source), key: `datasets.${name}.path` });
  try {
    return await hashData(source, signal);
  } catch (cause) {
    if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new ModelyardError(
      'data.missing',
      `The data file ${nameOf(source)} of dataset ${source.name} ${isMissing ? 'is missing' : 'cannot be read'}.`,
      {
        place: { file: nameOf(source) },
        fix: `Put it there, or correct \`datasets.${source.name}.path\` in modelyard.yaml.`,
        data: { dataset: source.name },
        cause,
      },
    );
  }
}

const nameOf = (source: DatasetSource): string => source.file ?? source.path;

function namedDataset(job: JobSurroundings, name: string): DatasetSource {
  const source = job.datasets.find(one => one.name === name);
  if (source) return source;
  throw new ModelyardError('not-found', `There is no dataset ${name} (step ${job.step}).`, {
    fix: `Add it under \`datasets:\`, or name one of ${job.datasets.map(one => one.name).join(', ')}.`,
  });
}

const validatedName = v.object({ source: v.object({ name: v.string() }) });
