import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isInside, refuseOutside } from '../../paths';
import type { ImportModelUse, Job, JobContext, JobResult } from '../../protocol/jobs';
import type { StepUse } from '../../protocol/steps';
import { optionPlace } from '../columns';
import { plural } from '../../plural';
import { ModelyardError } from '../../errors';
import { writeJson } from '../files';
import { importModel, type ImportedModelFolder } from './importModel';

type ImportJob = Job<Extract<StepUse, { readonly uses: 'import' }> | ImportModelUse>;

/** What an import has to say of itself, for whoever asked for it. */
export const importedFile = 'imported.json';
/** Where the file itself is kept. */
const sourceFolder = 'source';

/**
 * The step `uses: import`: makes the model folder (output `model`, artifact `model`) of a file of LightGBM, XGBoost or ONNX, and
 * keeps the file (artifact `source`). `import-model` does it with a file outside of the workspace.
 */
export async function runImport(
  job: ImportJob,
  { context, assetsDir }: { readonly context: JobContext; readonly assetsDir: string },
): Promise<JobResult> {
  const { label, classes, columns } = job.with;
  const file = path.resolve(job.workspace, job.with.file);
  const shown = shownFile(job.workspace, file);
  if (job.uses === 'import') await refuseOutside(job.workspace, { file, shown, key: 'with.file' });
  context.progress(`Reading ${shown}`, 0.1);
  const made = await importModel(
    {
      ...{ file, shown, assetsDir },
      names: { label, classes, columns },
      dir: path.join(job.workDir, 'model'),
      ...(job.runId !== undefined && { runId: job.runId }),
    },
    context.signal,
  ).catch((error: unknown) => {
    throw job.uses === 'import' ? placedInConfig(error) : error;
  });
  for (const note of made.preparation.notes) context.log(note);
  const source = path.join(sourceFolder, path.basename(file));
  await mkdir(path.join(job.workDir, sourceFolder), { recursive: true });
  await copyFile(file, path.join(job.workDir, source));
  const { format, preparation, model } = made;
  const { task, notes, features } = preparation;
  await writeJson(path.join(job.workDir, importedFile), {
    ...{ format, task, notes, features: features.length, trees: model?.trees.length ?? 0 },
  });
  return result(made, path.basename(file));
}

/** Relative to the workspace where it is in there. */
const shownFile = (workspace: string, file: string): string =>
  isInside(workspace, file) ? path.relative(workspace, file).split(path.sep).join('/') : file;

/** An error of the file also says which key names it. */
function placedInConfig(error: unknown): unknown {
  if (!(error instanceof ModelyardError) || error.config) return error;
  const { place, message, code, fix, cause, data } = error;
  return new ModelyardError(code, message, {
    config: optionPlace('file'),
    ...(place && { place }),
    ...(fix !== undefined && { fix }),
    ...(data && { data }),
    cause,
  });
}

function result({ format, model, preparation, parity }: ImportedModelFolder, name: string): JobResult {
  const { task, features } = preparation;
  const trees = model?.trees.length;
  const learner = model?.learner ?? 'onnx';
  const parts = [format, plural(features.length, 'feature'), ...(trees === undefined ? [] : [plural(trees, 'tree')])];
  return {
    outputs: [
      { kind: 'model', path: 'model', artifactPath: 'model' },
      { kind: 'file', path: `${sourceFolder}/${name}`, artifactPath: `${sourceFolder}/${name}` },
    ],
    params: { imported_format: format, imported_file: name, learner },
    metrics: {
      ...(trees !== undefined && { trees }),
      ...(parity && { onnx_parity_max_difference: parity.greatestDifference }),
    },
    tags: { 'modelyard.learner': learner, 'modelyard.task': task },
    inputs: [],
    summary: parts.join(' · '),
  };
}
