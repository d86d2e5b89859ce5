import path from 'node:path';
import { ModelyardError } from '../../../errors';
import { runId } from '../../../ids';
import type { RunId } from '../../../protocol/ids';
import type { RunStatus } from '../../../protocol/tracking';
import type { PointColumns } from '../../content/points';
import type { InputFacts, RunFacts, Texts } from '../../content/run';
import { findArtifacts } from '../artifactFolder';
import { mlflowArtifacts } from '../artifactGuesses';
import type { Confines } from '../confines';
import { unreadable } from '../failures';
import { filesBelow } from '../fileTree';
import { inputDetail } from '../inputDetail';
import type { ModelPlaces } from '../modelPlaces';
import { runName } from '../runName';
import type { SourceRun } from '../source';
import { MetaYaml } from './metaYaml';
import { readMetricFile } from './metricFile';
import type { LoggedModels } from './loggedModels';

/** In the order of MLflow's numbers, from 1. */
const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

export interface RunFolder {
  /** Absolute. */
  readonly folder: string;
  readonly experiment: string;
  readonly confines: Confines;
  /** Folders beside the source in which a server may keep artifacts. */
  readonly artifactRoots: readonly string[];
  readonly models: LoggedModels;
  readonly places: ModelPlaces;
}

/** One run of MLflow's file store. @throws ModelyardError `data.unreadable` */
export function readRunFolder(run: RunFolder): SourceRun {
  const { folder, confines } = run;
  const meta = MetaYaml.read(path.join(folder, 'meta.yaml'), confines);
  const id = idOf(meta, folder);
  const tags = valueFiles(path.join(folder, 'tags'), confines);
  const uri = meta.optionalText('artifact_uri') ?? '';
  const guesses = [
    path.join(folder, 'artifacts'),
    ...mlflowArtifacts({ uri, tail: [path.basename(path.dirname(folder)), id], roots: run.artifactRoots }),
  ];
  const own = findArtifacts({ uri, guesses }, confines);
  const logged = run.models.of(id, own.artifacts);
  run.places.addRun(id, uri);
  for (const [model, path] of logged.folders) run.places.addModel(model, { run: id, path });
  return {
    facts: {
      ...factsOf(meta, id, tags),
      experiment: run.experiment,
      params: valueFiles(path.join(folder, 'params'), confines),
      inputs: readInputs(folder, confines),
    },
    artifacts: [...own.artifacts, ...logged.artifacts],
    problems: [...own.problems, ...logged.problems],
    points: () => readMetrics(path.join(folder, 'metrics'), confines),
  };
}

function idOf(meta: MetaYaml, folder: string): RunId {
  const text = meta.optionalText('run_id') ?? meta.text('run_uuid');
  if (text !== path.basename(folder))
    throw unreadable(
      meta.file,
      `its run_id is ${JSON.stringify(text.slice(0, 80))}, but its folder is named otherwise`,
    );
  try {
    return runId(text);
  } catch (error) {
    throw error instanceof ModelyardError ? unreadable(meta.file, error.message.replace(/\.$/, '')) : error;
  }
}

function factsOf(meta: MetaYaml, id: RunId, tags: Texts): Omit<RunFacts, 'experiment' | 'params' | 'inputs'> {
  const number = meta.optionalText('status') ?? '';
  const status = STATUSES.find((name, index) => name === number || String(index + 1) === number);
  if (status === undefined) throw unreadable(meta.file, `${JSON.stringify(number)} is not a status of a run`);
  const endedAt = meta.optionalInteger('end_time');
  return {
    id,
    name: runName(meta.optionalText('run_name'), tags, id),
    status,
    user: meta.optionalText('user_id') ?? tags['mlflow.user'] ?? '',
    startedAt: meta.optionalInteger('start_time') ?? endedAt ?? 0,
    ...(endedAt !== undefined && { endedAt }),
    lifecycle: meta.optionalText('lifecycle_stage') === 'deleted' ? 'deleted' : 'active',
    tags,
  };
}

/** Params and tags: a file each, its name (with folders for `/`) is the key, its text the value. */
export function valueFiles(folder: string, confines: Confines): Texts {
  const { files, problems } = filesBelow(folder, confines);
  const [problem] = problems;
  if (problem !== undefined) throw unreadable(problem.place?.file ?? folder, 'it is not a file of its own');
  return Object.fromEntries(files.map(({ name, file }) => [name, confines.text(file)]));
}

function* readMetrics(folder: string, confines: Confines): Generator<PointColumns> {
  const { files, problems } = filesBelow(folder, confines);
  const [problem] = problems;
  if (problem !== undefined) throw unreadable(problem.place?.file ?? folder, 'it is not a file of its own');
  for (const { name, file } of files) yield* readMetricFile(file, name, confines);
}

/** `inputs/…/meta.yaml` names a dataset of the experiment; its own tags say what it was for. */
function readInputs(folder: string, confines: Confines): readonly InputFacts[] {
  const inputs = path.join(folder, 'inputs');
  return confines.folders(inputs).flatMap(name => {
    const meta = MetaYaml.read(path.join(inputs, name, 'meta.yaml'), confines);
    const id = meta.optionalText('source_id') ?? '';
    if (meta.optionalText('source_type') !== 'DATASET' || !/^[\w-]+$/.test(id)) return [];
    const dataset = MetaYaml.read(path.join(path.dirname(folder), 'datasets', id, 'meta.yaml'), confines);
    return [
      inputDetail({
        name: dataset.text('name'),
        digest: dataset.text('digest'),
        sourceType: dataset.optionalText('source_type') ?? '',
        source: dataset.optionalText('source') ?? '',
        schema: dataset.optionalText('schema'),
        profile: dataset.optionalText('profile'),
        tags: meta.texts('tags'),
      }),
    ];
  });
}
