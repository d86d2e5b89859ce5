import fs from 'node:fs';
import path from 'node:path';
import type { TransferProblem } from '../../../protocol/transfer';
import type { ExperimentFacts } from '../../content/run';
import { ARTIFACT_FOLDERS } from '../artifactGuesses';
import { Confines, isOwnFolder } from '../confines';
import { problemOf, unreadable } from '../failures';
import type { ReadOptions, SourceItem, SourceReader } from '../source';
import { ModelPlaces } from '../modelPlaces';
import { LoggedModels } from './loggedModels';
import { MetaYaml } from './metaYaml';
import { hasRegistry, readRegistry } from './registry';
import { readRunFolder, valueFiles } from './runFolder';

const TRASH = '.trash';
/** The registry of the whole store. */
const MODELS = 'models';
/** Folders of an experiment that are no runs. */
const OTHERS = new Set(['tags', 'datasets', 'models', 'traces', 'assessments']);

/** MLflow's file store: a whole `mlruns` folder, one experiment of it, or one run. */
export function openMlruns({ source, artifacts }: ReadOptions): SourceReader {
  const place = shapeOf(source);
  const beside = ARTIFACT_FOLDERS.map(name => path.join(path.dirname(place.root), name)).filter(isOwnFolder);
  // a run's experiment and datasets lie beside it
  const own = place.shape === 'run' ? place.experiment : source;
  const confines = new Confines([own, ...artifacts, ...(place.shape === 'store' ? beside : [])]);
  const experiments = place.shape === 'store' ? experimentFolders(source, confines) : [place.experiment];
  const runs = new Map(
    experiments.map(folder => [folder, place.shape === 'run' ? [path.basename(source)] : runFolders(folder, confines)]),
  );
  return {
    total: [...runs.values()].reduce((sum, { length }) => sum + length, 0),
    *items() {
      const places = new ModelPlaces();
      for (const stray of place.shape === 'store' ? confines.strays(own).filter(name => name !== MODELS) : [])
        yield { type: 'broken', problem: strayProblem(path.join(own, stray)) };
      for (const [folder, names] of runs) yield* readExperiment({ folder, runs: names, confines, place, places });
      if (place.shape === 'store') yield* readRegistry(path.join(source, MODELS), { confines, places });
    },
  };
}

/** Those that look like a run: other folders of an experiment hold tags, datasets, models, traces. */
function runFolders(folder: string, confines: Confines): readonly string[] {
  const runs = confines.folders(folder).filter(name => {
    if (OTHERS.has(name) || name.startsWith('.')) return false;
    const entries = new Set(confines.list(path.join(folder, name)).map(entry => entry.name));
    return ['meta.yaml', 'metrics', 'params', 'artifacts'].some(part => entries.has(part));
  });
  return byStart(folder, runs, confines);
}

/** Oldest first, so that their numbers here count up with time; what has no start is last. */
function byStart(folder: string, runs: readonly string[], confines: Confines): readonly string[] {
  const starts = runs.map((name): readonly [number, string] => {
    try {
      const meta = confines.text(path.join(folder, name, 'meta.yaml'), 1 << 20);
      return [Number(/^start_time: (\d+)/m.exec(meta)?.[1] ?? Infinity), name];
    } catch {
      return [Infinity, name]; // said when the run is read
    }
  });
  return starts.sort(([a, nameA], [b, nameB]) => (a === b ? (nameA < nameB ? -1 : 1) : a - b)).map(([, name]) => name);
}

const strayProblem = (link: string): TransferProblem => ({
  message: `${link}: it is a link that leads out of what may be read; it was left out.`,
  place: { file: link },
  fix: 'Import the folder that it leads to.',
});

interface Place {
  readonly shape: 'store' | 'experiment' | 'run';
  /** The folder of the whole store. */
  readonly root: string;
  readonly experiment: string;
}

function shapeOf(source: string): Place {
  const above = (levels: number): string => path.resolve(source, ...Array<string>(levels).fill('..'));
  const has = (name: string): boolean => fs.existsSync(path.join(source, name));
  if (!has('meta.yaml')) return { shape: 'store', root: source, experiment: '' };
  const isRun = has('metrics') || has('params') || has('artifacts');
  return isRun
    ? { shape: 'run', root: above(2), experiment: above(1) }
    : { shape: 'experiment', root: above(1), experiment: source };
}

/** Every folder with a meta.yaml, the deleted ones included. */
function experimentFolders(source: string, confines: Confines): readonly string[] {
  const trash = path.join(source, TRASH);
  const folders = [
    ...confines.folders(source).filter(name => name !== TRASH && name !== MODELS).map(name => path.join(source, name)),
    ...confines.folders(trash).map(name => path.join(trash, name)),
  ]; // prettier-ignore
  const found = folders.filter(folder => fs.existsSync(path.join(folder, 'meta.yaml')));
  if (found.length === 0 && !hasRegistry(path.join(source, MODELS), confines))
    throw unreadable(source, 'it has no experiment: no folder in it has a meta.yaml', {
      fix: 'Name the folder that MLflow writes to, usually called mlruns.',
    });
  return found;
}

interface ExperimentWork {
  readonly folder: string;
  readonly runs: readonly string[];
  readonly confines: Confines;
  readonly place: Place;
  readonly places: ModelPlaces;
}

function* readExperiment({ folder, runs, confines, place, places }: ExperimentWork): Generator<SourceItem> {
  let experiment: ExperimentFacts;
  try {
    experiment = experimentFacts(folder, confines, place);
  } catch (error) {
    const problem = problemOf(error);
    for (const run of runs)
      yield {
        type: 'broken',
        problem: { ...problem, message: `Run ${run}: its experiment cannot be read. ${problem.message}`, run },
      };
    return;
  }
  yield { type: 'experiment', experiment };
  const roots = [place.root, ...confines.roots];
  for (const stray of place.shape === 'run' ? [] : confines.strays(folder))
    yield { type: 'broken', problem: strayProblem(path.join(folder, stray)) };
  const models = new LoggedModels(folder, confines, roots);
  for (const { message } of models.problems) yield { type: 'note', text: `A logged model was left out. ${message}` };
  for (const name of runs) {
    try {
      const run = {
        folder: path.join(folder, name),
        experiment: experiment.name,
        confines,
        artifactRoots: roots,
        models,
        places,
      };
      yield { type: 'run', run: readRunFolder(run) };
    } catch (error) {
      yield { type: 'broken', problem: problemOf(error, name) };
    }
  }
}

function experimentFacts(folder: string, confines: Confines, place: Place): ExperimentFacts {
  const file = path.join(folder, 'meta.yaml');
  // a run that is imported by itself may have been copied without its experiment
  if (place.shape === 'run' && !fs.existsSync(file))
    return { name: path.basename(folder), lifecycle: 'active', tags: {} };
  const meta = MetaYaml.read(file, confines);
  const createdAt = meta.optionalInteger('creation_time');
  const updatedAt = meta.optionalInteger('last_update_time');
  return {
    name: meta.text('name'),
    lifecycle: meta.optionalText('lifecycle_stage') === 'deleted' ? 'deleted' : 'active',
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
    tags: valueFiles(path.join(folder, 'tags'), confines),
  };
}
