import { createGzip } from 'node:zlib';
import { throwIfAborted } from '../../errors';
import type { ExperimentId } from '../../protocol/ids';
import type { ExportReport, ExportRequest } from '../../protocol/transfer';
import { bundleBytes } from '../bundle/writeBundle';
import type { Line } from '../bundle/writeBundle';
import type { ModelFacts } from '../content/model';
import { PIECE_POINTS } from '../content/points';
import type { ArtifactFacts, ExperimentFacts } from '../content/run';
import { pause } from '../merge/pause';
import type { KnownRun, Point } from '../ports';
import type { ExportContext } from './context';
import { ExportTally } from './context';
import type { ExportedFiles } from './exportedFiles';
import { writeOutFile } from './outFile';
import { selectModels } from './selectModels';
import type { SelectedRun } from './selectRuns';
import { selectRuns } from './selectRuns';

/** Text compresses well at any level; this one costs little. */
const LEVEL = 4;

/** All of the runs in one file, and the registered models that were made of them. */
export async function exportBundle(
  context: ExportContext,
  { request, file }: { request: ExportRequest; file: string },
  signal: AbortSignal,
): Promise<ExportReport> {
  const selected = await selectRuns(context.runs, request, signal);
  const tally = new ExportTally(selected.length, context.progress);
  const { objects, now } = context;
  const runs = new Set(selected.map(({ id }) => id));
  const { models, notes, problems, files } = await selectModels(context, { request, runs }, signal);
  tally.selected({ notes, problems });
  const lines = bundleLines(context, { selected, models, files, tally }, signal);
  const content = bundleBytes({ madeAt: now(), lines, hasModels: models.length > 0, objects });
  await writeOutFile(file, { content, transforms: [createGzip({ level: LEVEL })] }, signal);
  return tally.report('bundle', file);
}

interface Selected {
  readonly selected: readonly SelectedRun[];
  readonly models: readonly ModelFacts[];
  readonly files: ExportedFiles;
  readonly tally: ExportTally;
}

async function* bundleLines(
  context: ExportContext,
  { selected, models, files, tally }: Selected,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  const experiments = new Map<ExperimentId, ExperimentFacts>();
  for (const { id, experimentId } of selected) {
    throwIfAborted(signal);
    const known = experiments.get(experimentId);
    const experiment = known ?? experimentFacts(context, experimentId);
    if (known === undefined) {
      experiments.set(experimentId, experiment);
      yield { experiment };
    }
    const run = context.imports.find(id);
    if (run === undefined) continue; // gone meanwhile
    const leaving = run.artifacts.filter(({ path }) => !files.isWithheld(id, path));
    const own = keptArtifacts({ ...run, artifacts: leaving }, context, tally);
    const paths = new Set(own.map(({ path }) => path));
    const artifacts = [...own, ...files.of(id).filter(({ path }) => !paths.has(path))];
    yield { run: { ...factsOf(run, experiment.name), artifacts } };
    yield* pointLines(context, run, tally);
    tally.runs.exported++;
    tally.artifacts.files += artifacts.length;
    tally.artifacts.bytes += artifacts.reduce((sum, { size }) => sum + size, 0);
    tally.tell();
    await pause();
  }
  for (const model of models) {
    throwIfAborted(signal);
    yield { model };
    tally.models.exported++;
    tally.versions.exported += model.versions.length;
  }
}

function experimentFacts({ runs }: ExportContext, id: ExperimentId): ExperimentFacts {
  const { name, lifecycle, createdAt, updatedAt, tags } = runs.getExperiment(id);
  return { name, lifecycle, createdAt, updatedAt, tags };
}

function factsOf(run: KnownRun, experiment: string) {
  const { id, name, status, user, startedAt, endedAt, lifecycle, params, tags, inputs } = run;
  const end = endedAt === undefined ? {} : { endedAt };
  return { id, experiment, name, status, user, startedAt, ...end, lifecycle, params, tags, inputs: [...inputs] };
}

/** A file that is missing in the store cannot be given away: the run goes without it. */
function keptArtifacts(run: KnownRun, { objects }: ExportContext, tally: ExportTally): readonly ArtifactFacts[] {
  const missing = run.artifacts.filter(({ digest }) => !objects.has(digest));
  for (const { path, digest } of missing)
    tally.problems.add({
      message: `Run ${run.id} (${run.name}): its artifact ${path} was left out: ${objects.path(digest)} is missing.`,
      fix: 'Restore that file from a copy of the folder, and export again.',
      run: run.id,
    });
  if (missing.length > 0) tally.runs.broken++;
  return run.artifacts.filter(artifact => !missing.includes(artifact));
}

async function* pointLines(context: ExportContext, run: KnownRun, tally: ExportTally): AsyncGenerator<Line> {
  for (const { id, key } of run.series)
    for (const piece of context.imports.points(run, id, PIECE_POINTS)) {
      tally.points += piece.length;
      yield { points: jsonPoints(key, piece) };
      await pause();
    }
}

const jsonPoints = (key: string, points: readonly Point[]) => ({
  key,
  steps: points.map(({ step }) => jsonInteger(step)),
  times: points.map(({ time }) => jsonInteger(time)),
  values: points.map(({ value }) => jsonReal(value)),
});

const jsonInteger = (value: number | bigint): number | string => (typeof value === 'bigint' ? String(value) : value);
const jsonReal = (value: number): number | 'NaN' | 'Infinity' | '-Infinity' => {
  if (Number.isNaN(value)) return 'NaN';
  return value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : value;
};
