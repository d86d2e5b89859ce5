import { ModelyardError } from '../../../errors';
import { runId } from '../../../ids';
import type { RunStatus } from '../../../protocol/tracking';
import { copyDatabase } from '../../../store/copyDatabase';
import { nodeFiles } from '../../../store/hostFiles';
import { openConnection } from '../../../store/openConnection';
import { sqliteRuntime } from '../../../store/sqlite/sharedRuntime';
import { problemOf, unreadable } from '../failures';
import { modelArtifacts } from '../modelArtifacts';
import { ModelPlaces } from '../modelPlaces';
import { runName } from '../runName';
import type { ReadOptions, SourceItem, SourceReader, SourceRun } from '../source';
import { DbArtifacts } from './artifacts';
import { readModels } from './models';
import { ModelRows } from './modelRows';
import { MlflowRows } from './rows';
import { MlflowSchema } from './schema';

const CACHE_KIB = 64 * 1024;

/** MLflow's SQLite database, of any version: a copy of it is read. */
export async function openMlflowDb(options: ReadOptions, signal: AbortSignal): Promise<SourceReader> {
  const { source } = options;
  const refused = (why: string, fix?: string) => unreadable(source, why, { ...(fix !== undefined && { fix }) });
  const copy = await copyDatabase(source, { folder: options.workDir, refused }, signal);
  const runtime = await sqliteRuntime(options.assetsDir);
  const { rows, models } = readable(source, () => {
    const db = openConnection(runtime, { file: copy, files: nodeFiles, cacheKiB: CACHE_KIB });
    const schema = new MlflowSchema(db);
    if (schema.has('metric_key') && schema.has('run'))
      throw unreadable(source, 'it is the database of Modelyard itself', {
        fix: 'In its workspace, `modelyard export bundle FILE`; then import that file here.',
      });
    const missing = ['experiments', 'runs', 'params', 'tags', 'metrics'].filter(table => !schema.has(table));
    if (missing.length > 0)
      throw unreadable(source, `it is not a tracking database of MLflow: it has no table ${missing.join(', ')}`);
    return { rows: new MlflowRows(db, schema), models: new ModelRows(db, schema) };
  });
  const artifacts = new DbArtifacts(source, options.artifacts);
  return { total: readable(source, () => rows.count()), items: () => items(source, { rows, models }, artifacts) };
}

function* items(
  source: string,
  { rows, models }: { readonly rows: MlflowRows; readonly models: ModelRows },
  artifacts: DbArtifacts,
): Generator<SourceItem> {
  const folders = { found: 0, nowhere: 0 };
  const places = new ModelPlaces();
  try {
    for (const { id: experimentId, facts } of rows.experiments()) {
      yield { type: 'experiment', experiment: facts };
      for (const id of rows.runIds(experimentId))
        yield readItem(source, { id, experiment: facts.name, rows, artifacts, folders, places });
    }
    yield* readModels(models, { places, asProblem: error => problemOf(asUnreadable(source, error)) });
  } catch (error) {
    throw asUnreadable(source, error);
  }
  // most runs without artifacts have no folder for them: only when none has one it is worth a word
  if (folders.nowhere > 0 && folders.found === 0) yield { type: 'note', text: NOWHERE };
}

function readItem(source: string, work: RunWork): SourceItem {
  try {
    return {
      type: 'run',
      run: guarded(
        source,
        readable(source, () => readRun(work)),
      ),
    };
  } catch (error) {
    return { type: 'broken', problem: problemOf(error, work.id) };
  }
}

interface RunWork {
  readonly id: string;
  readonly experiment: string;
  readonly rows: MlflowRows;
  readonly artifacts: DbArtifacts;
  /** Counts the places for artifacts that are there, and those that are not. */
  readonly folders: { found: number; nowhere: number };
  readonly places: ModelPlaces;
}

function readRun({ id, experiment, rows, artifacts, folders, places }: RunWork): SourceRun {
  const run = rows.run(id);
  const tags = rows.tags(id);
  if (!isStatus(run.status))
    throw new ModelyardError('data.unreadable', `Run ${id}: ${JSON.stringify(run.status)} is not a status of a run.`);
  const own = artifacts.find(run.artifactUri, { id, tail: [String(run.experimentId), id] });
  const models = rows.models(id).map(model => ({
    ...model,
    ...artifacts.find(model.uri, { id: model.id, tail: [String(run.experimentId), 'models', model.id] }),
  }));
  const logged = modelArtifacts(models, own.artifacts);
  places.addRun(id, run.artifactUri);
  for (const [model, folder] of logged.folders) places.addModel(model, { run: runId(id), path: folder });
  for (const { folder } of [own, ...models]) folders[folder === undefined ? 'nowhere' : 'found']++;
  return {
    facts: {
      id: runId(id),
      experiment,
      name: runName(run.name, tags, id),
      status: run.status,
      user: run.user ?? tags['mlflow.user'] ?? '',
      startedAt: run.startedAt ?? run.endedAt ?? 0,
      ...(run.endedAt !== undefined && { endedAt: run.endedAt }),
      lifecycle: run.isDeleted ? 'deleted' : 'active',
      params: rows.params(id),
      tags,
      inputs: rows.inputs(id),
    },
    artifacts: [...own.artifacts, ...logged.artifacts],
    problems: [...own.problems, ...models.flatMap(({ problems }) => problems)],
    points: () => rows.points(id),
  };
}

/** Its points are read later: a damage found then is this run's as well. */
const guarded = (source: string, run: SourceRun): SourceRun => ({
  ...run,
  async *points() {
    try {
      for await (const piece of run.points()) yield piece;
    } catch (error) {
      throw asUnreadable(source, error);
    }
  },
});

function readable<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asUnreadable(source, error);
  }
}

/** The database is a foreign one: damages, and columns of another type than MLflow's, are not ours. */
function asUnreadable(source: string, error: unknown): unknown {
  if (!(error instanceof ModelyardError)) return error;
  if (error.code === 'store.corrupt')
    return unreadable(source, error.message.replace(/^.*is damaged: |\. Nothing.*$/g, ''));
  return error.code === 'internal' ? unreadable(source, error.message.replace(/\.$/, '')) : error;
}

const isStatus = (text: string): text is RunStatus =>
  ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'].includes(text);

const NOWHERE =
  'No artifacts were found: the folders that the database names are not there, nor mlartifacts or mlruns beside it. ' +
  'If they lie elsewhere, name that folder with --artifacts.';
