import type { Database } from '../store/database';
import type { ExperimentId } from '../protocol/ids';
import type { Experiment } from '../protocol/tracking';
import { ExperimentStore } from './experimentStore';
import type { ExperimentRow } from './experimentStore';
import { searchExperiments } from './experimentSearch';
import type { ExperimentSearch } from './experimentSearch';
import { experimentExists, invalid, noExperiment, noExperimentNamed, noTag, notInState } from './failures';
import { checkExperimentName, keyProblem } from './keys';

export interface ExperimentPage {
  readonly experiments: readonly Experiment[];
  readonly nextPageToken?: string;
}

export interface NewExperiment {
  readonly tags?: Readonly<Record<string, string>>;
  /** A URI, where clients keep the files of its runs; absent: with the workspace. */
  readonly artifactLocation?: string;
}

export interface ExperimentsOptions {
  readonly db: Database;
  readonly now: () => number;
  /** Runs a write in a transaction of its own, behind all that waits to be written. */
  readonly write: <T>(work: () => T) => T;
}

const MAX_TAG = 20_000;

/** The rules of experiments. Errors: `not-found`, `conflict`, `params.invalid`. */
export class Experiments {
  private readonly store: ExperimentStore;

  constructor(private readonly options: ExperimentsOptions) {
    this.store = new ExperimentStore(options.db);
    this.store.ensureDefault(options.now());
  }

  list(): readonly Experiment[] {
    return this.store.all('active');
  }

  search(search: ExperimentSearch): ExperimentPage {
    const { rows, nextPageToken } = searchExperiments(this.options.db, search);
    return { experiments: this.store.byIds(rows), ...(nextPageToken !== undefined && { nextPageToken }) };
  }

  get(id: ExperimentId): Experiment {
    const experiment = this.store.byId(id);
    if (experiment === undefined) throw noExperiment(id);
    return experiment;
  }

  /**
   * Without its tags and without a count of its runs.
   *
   * @throws ModelyardError `conflict` when it has been deleted
   */
  active(id: ExperimentId): ExperimentRow {
    const experiment = this.store.row(id);
    if (experiment === undefined) throw noExperiment(id);
    if (experiment.lifecycle === 'deleted') throw notInState('experiment', id, 'deleted');
    return experiment;
  }

  byName(name: string): Experiment {
    const experiment = this.store.byName(name);
    if (experiment === undefined) throw noExperimentNamed(name);
    return experiment;
  }

  ensure(name: string): Experiment {
    const found = this.store.byName(name);
    if (found?.lifecycle === 'deleted') throw experimentExists(name, 'deleted');
    return found ?? this.create(name);
  }

  create(name: string, { tags = {}, artifactLocation }: NewExperiment = {}): Experiment {
    checkExperimentName(name);
    for (const [key, value] of Object.entries(tags)) checkTag(key, value);
    const found = this.store.byName(name);
    if (found !== undefined) throw experimentExists(name, found.lifecycle);
    return this.options.write(() => {
      const id = this.store.insert({
        name,
        at: this.options.now(),
        ...(artifactLocation !== undefined && { artifactLocation }),
      });
      for (const [key, value] of Object.entries(tags)) this.store.setTag(id, key, value);
      return this.get(id);
    });
  }

  rename(id: ExperimentId, name: string): Experiment {
    checkExperimentName(name);
    this.active(id);
    const found = this.store.byName(name);
    if (found !== undefined && found.id !== id) throw experimentExists(name, found.lifecycle);
    return this.options.write(() => {
      this.store.rename(id, name, this.options.now());
      return this.get(id);
    });
  }

  delete(id: ExperimentId): void {
    const experiment = this.get(id);
    if (experiment.lifecycle === 'deleted') throw noExperiment(id);
    // not the ms of an earlier deletion: a restore brings back what was deleted at the same time
    const at = Math.max(this.options.now(), experiment.updatedAt + 1);
    this.options.write(() => this.store.setLifecycle(experiment, 'deleted', at));
  }

  restore(id: ExperimentId): void {
    const experiment = this.get(id);
    if (experiment.lifecycle === 'active') throw noExperiment(id);
    this.options.write(() => this.store.setLifecycle(experiment, 'active', this.options.now()));
  }

  setTag(id: ExperimentId, key: string, value: string): void {
    checkTag(key, value);
    this.active(id);
    this.options.write(() => this.store.setTag(id, key, value));
  }

  deleteTag(id: ExperimentId, key: string): void {
    this.active(id);
    if (!Object.hasOwn(this.get(id).tags, key)) throw noTag(key, `experiment with id ${id}`);
    this.options.write(() => this.store.deleteTag(id, key));
  }
}

function checkTag(key: string, value: string): void {
  const problem = keyProblem('tag', key);
  if (problem !== undefined) throw invalid(problem);
  if (value.length > MAX_TAG)
    throw invalid(`The value of the tag ${key} has ${value.length} characters; ${MAX_TAG} are allowed.`);
}
