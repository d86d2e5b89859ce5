import { ModelyardError, throwIfAborted } from '../../../errors';
import type { ExperimentId } from '../../../protocol/ids';
import type { ExportReport, ExportRequest } from '../../../protocol/transfer';
import { PIECE_POINTS } from '../../content/points';
import { localDigest, localSeries } from '../../merge/localRun';
import type { KnownRun } from '../../ports';
import type { ExportContext } from '../context';
import { ExportTally } from '../context';
import type { ExportedFiles } from '../exportedFiles';
import { selectModels } from '../selectModels';
import type { SelectedRun } from '../selectRuns';
import { selectRuns } from '../selectRuns';
import type { ServerAddress } from './http';
import type { ServerRun } from './mlflowServer';
import { isOfOne, MlflowServer } from './mlflowServer';
import { ModelWriter } from './modelWriter';
import { parentsFirst } from './parentsFirst';
import { RunWriter } from './runWriter';
import { counted, nounOf } from '../../../plural';

/** The id that a run has here. */
const ID_TAG = 'modelyard.run_id';
/** The content that was exported whole. */
const DIGEST_TAG = 'modelyard.exported';
const PARENT_TAG = 'mlflow.parentRunId';

/** Tags that runs/create sets, or that are about the run here. */
const OWN_TAGS = new Set([ID_TAG, DIGEST_TAG, PARENT_TAG]);

/**
 * Writes runs to an MLflow server: parents before their children, each with its whole history and its artifacts. A run
 * that is there is found by its tag and, when it is not what is here, continued. Then come the registered models that
 * were made of them.
 */
export async function exportMlflow(
  context: ExportContext,
  { request, address }: { request: ExportRequest; address: ServerAddress },
  signal: AbortSignal,
): Promise<ExportReport> {
  const selected = await selectRuns(context.runs, request, signal);
  const tally = new ExportTally(selected.length, context.progress);
  const server = new MlflowServer(address, signal);
  try {
    const runs = new Set(selected.map(({ id }) => id));
    const { models, notes, problems, files } = await selectModels(context, { request, runs }, signal);
    tally.selected({ notes, problems });
    const exporter = new Exporter(context, { server, tally, files });
    for (const run of parentsFirst(selected)) {
      throwIfAborted(signal);
      await exporter.run(run);
      tally.tell();
    }
    const writer = new ModelWriter({
      server,
      tally,
      files,
      objects: context.objects,
      runOf: id => exporter.onServer(id),
    });
    for (const model of models) {
      throwIfAborted(signal);
      await writer.write(model);
    }
    return tally.report('mlflow', address.url);
  } finally {
    server.close();
  }
}

class Exporter {
  private readonly experiments = new Map<ExperimentId, string>();
  /** As they are on the server. */
  private readonly done = new Map<string, ServerRun>();

  private readonly server: MlflowServer;
  private readonly tally: ExportTally;
  private readonly files: ExportedFiles;

  constructor(
    private readonly context: ExportContext,
    way: { readonly server: MlflowServer; readonly tally: ExportTally; readonly files: ExportedFiles },
  ) {
    ({ server: this.server, tally: this.tally, files: this.files } = way);
  }

  /** A run that this export has been at. */
  onServer(id: string): ServerRun | undefined {
    return this.done.get(id);
  }

  async run({ id, experimentId }: SelectedRun): Promise<void> {
    const run = this.context.imports.find(id);
    if (run === undefined) return; // gone meanwhile
    const before = this.tally.problems.count;
    try {
      const experiment = await this.experiment(experimentId);
      const outcome = await this.write(run, experiment);
      if (outcome === 'unchanged') this.tally.runs.unchanged++;
      else if (this.tally.problems.count > before) this.tally.runs.broken++;
      else this.tally.runs.exported++;
    } catch (error) {
      if (!isOfOne(error)) throw error;
      this.tally.runs.broken++;
      this.problem(run, error.message, error.fix);
    }
  }

  private problem(run: KnownRun, why: string, fix?: string): void {
    this.tally.problems.add({
      message: `Run ${run.id} (${run.name}): ${why}`,
      run: run.id,
      ...(fix !== undefined && { fix }),
    });
  }

  private async experiment(id: ExperimentId): Promise<string> {
    const known = this.experiments.get(id);
    if (known !== undefined) return known;
    const { name, tags } = this.context.runs.getExperiment(id);
    const found = await this.server.experiment(name, Object.entries(tags));
    this.experiments.set(id, found);
    return found;
  }

  private async write(run: KnownRun, experiment: string): Promise<'written' | 'unchanged'> {
    const digest = localDigest(run, await localSeries(this.context.imports, run));
    const found = await this.server.runWithTag(experiment, ID_TAG, run.id);
    const there = found ?? (await this.create(run, experiment));
    this.done.set(run.id, there);
    if (there.tags.get(DIGEST_TAG) === digest) return 'unchanged';
    if (there.isDeleted)
      throw new ModelyardError('remote.refused', 'It has been deleted on the server.', {
        fix: 'Restore it there, and export again.',
        data: { run: there.id },
      });
    const writer = new RunWriter(this.server, there.id, (what, error) =>
      this.problem(run, `its ${what} was left out. ${error.message}`),
    );
    const before = this.tally.problems.count;
    await this.content(run, there, writer);
    await this.end(run, there);
    const isWhole =
      this.tally.problems.count === before && run.artifacts.every(({ path }) => !this.files.isWithheld(run.id, path));
    // without it the next export tries again
    if (isWhole) await this.server.postRun('set-tag', { run_id: there.id, key: DIGEST_TAG, value: digest });
    if (run.lifecycle === 'deleted') await this.server.postRun('delete', { run_id: there.id });
    return 'written';
  }

  /** @returns the run as it was made: a call that got no answer may have made it all the same */
  private async create(run: KnownRun, experiment: string): Promise<ServerRun> {
    const parent = await this.parent(run, experiment);
    const tags = [
      { key: ID_TAG, value: run.id },
      { key: 'mlflow.runName', value: run.name },
      ...(parent === undefined ? [] : [{ key: PARENT_TAG, value: parent }]),
    ];
    const body = { experiment_id: experiment, run_name: run.name, user_id: run.user, start_time: run.startedAt, tags };
    try {
      return await this.server.createRun(body);
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code !== 'remote.unreachable') throw error;
      return (await this.server.runWithTag(experiment, ID_TAG, run.id)) ?? (await this.server.createRun(body));
    }
  }

  /** The parent's id on the server; the one here, if it was never exported. */
  private async parent(run: KnownRun, experiment: string): Promise<string | undefined> {
    const id = Object.hasOwn(run.tags, PARENT_TAG) ? run.tags[PARENT_TAG] : undefined;
    if (id === undefined) return undefined;
    const known = this.done.get(id);
    if (known !== undefined || !/^[\w-]+$/.test(id)) return known?.id ?? id;
    return (await this.server.runWithTag(experiment, ID_TAG, id))?.id ?? id;
  }

  private async content(run: KnownRun, there: ServerRun, writer: RunWriter): Promise<void> {
    await writer.params(run.params);
    await writer.tags(Object.entries(run.tags).filter(([key]) => !OWN_TAGS.has(key)));
    await writer.inputs(run.inputs);
    for (const { id, key } of run.series)
      for (const piece of this.context.imports.points(run, id, PIECE_POINTS / 2)) {
        await writer.metric(key, piece);
        this.tally.points += piece.length;
      }
    await this.artifacts(run, there);
  }

  private async artifacts(run: KnownRun, there: ServerRun): Promise<void> {
    if (run.artifacts.length === 0) return;
    if (!there.artifactUri.startsWith('mlflow-artifacts:')) {
      const why =
        `its ${counted(run.artifacts.length, 'artifact')} ${nounOf(run.artifacts.length, 'was', 'were')} left out: the server keeps them at ` +
        `${there.artifactUri.replace(/\/\/[^/@]*@/, '//')}, where only its own clients can write.`;
      this.problem(run, why, 'Start the server with --serve-artifacts, and export again.');
      return;
    }
    for (const { path, digest, size } of run.artifacts) {
      if (this.files.isWithheld(run.id, path)) continue;
      const file = this.context.objects.path(digest);
      if (!this.context.objects.has(digest)) {
        this.problem(run, `its artifact ${path} was left out: ${file} is missing.`, 'Restore that file from a copy.');
        continue;
      }
      await this.server.upload(there.artifactUri, path, { path: file, size });
      this.tally.artifacts.files++;
      this.tally.artifacts.bytes += size;
    }
  }

  private async end(run: KnownRun, there: ServerRun): Promise<void> {
    await this.server.postRun('update', {
      run_id: there.id,
      status: run.status,
      run_name: run.name,
      ...(run.endedAt !== undefined && { end_time: run.endedAt }),
    });
  }
}
