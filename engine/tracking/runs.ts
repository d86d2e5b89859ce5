import { ModelyardError } from '../errors';
import type { Database } from '../store/database';
import { newRunId } from '../ids';
import type { RunId } from '../protocol/ids';
import type { RunSearch, Experiment, RunStatus } from '../protocol/tracking';
import type { RunsChange } from '../protocol/runTable';
import { artifactUriBelow, ownArtifactUri } from './artifactUri';
import { ambiguousRun, invalid, noRun, notInState } from './failures';
import { checkPair } from './keys';
import type { NewRun, RunRecord, RunUpdate } from './records';
import { RunDocuments } from './runDocuments';
import type { RunDocument } from './runDocuments';
import { RunTexts } from './runTexts';
import type { WriteRun } from './runTexts';
import { newRunName } from './runNames';
import { searchRuns } from './runSearch';
import { isRunStatus, RunStore } from './runStore';
import type { RunRow } from './runStore';

export interface RunsOptions {
  readonly db: Database;
  readonly now: () => number;
  readonly write: <T>(work: () => T) => T;
  readonly changed: (run: RunRow) => void;
  readonly activeExperiment: (id: NewRun['experimentId']) => Pick<Experiment, 'id' | 'artifactLocation'>;
}

type RunTags = Readonly<Record<string, string>> & { readonly 'mlflow.runName': string };

const MIN_PREFIX = 4;
const hasEnded = (status: RunStatus): boolean => status !== 'RUNNING' && status !== 'SCHEDULED';

/** The rules of runs. Errors: `not-found`, `conflict`, `params.invalid`. */
export class Runs {
  readonly store: RunStore;
  /** To be told of every commit to runs. */
  readonly texts: RunTexts;
  private readonly documents: RunDocuments;

  constructor(private readonly options: RunsOptions) {
    this.store = new RunStore(options.db);
    this.texts = new RunTexts(options.db);
    this.documents = new RunDocuments(options.db);
  }

  get(id: RunId): RunRow {
    const run = this.store.byId(id);
    if (run === undefined) throw noRun(id);
    return run;
  }

  /** @throws ModelyardError `conflict` when it has been deleted */
  active(id: RunId): RunRow {
    const run = this.get(id);
    if (run.lifecycle === 'deleted') throw notInState('run', id, 'deleted');
    return run;
  }

  /** By id, `r-42`, `42`, or the beginning of an id (4 characters and more). */
  find(text: string): RunRow {
    const number = /^(?:r-)?(\d{1,15})$/.exec(text)?.[1];
    const numbered = number === undefined ? undefined : this.store.byNumber(Number(number));
    if (numbered !== undefined) return numbered;
    const matches = text.length < MIN_PREFIX || !/^[\w-]+$/.test(text) ? [] : this.store.byPrefix(text, 100);
    const [first] = matches;
    if (first === undefined) throw noRun(text.slice(0, 300));
    // an id is also the beginning of itself
    if (matches.length > 1 && first.id !== text) throw ambiguousRun(text, matches.length);
    return first;
  }

  /** As `find`, but undefined when there is no such run. */
  numberOf(text: string): number | undefined {
    try {
      return this.find(text).row;
    } catch (error) {
      if (error instanceof ModelyardError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  record(run: RunRow): RunRecord {
    const [record] = this.store.records([run.row]);
    if (record === undefined) throw noRun(run.id);
    return record;
  }

  searchTexts(
    search: RunSearch,
    write: WriteRun,
  ): { readonly texts: Iterable<string>; readonly nextPageToken?: string } {
    const { rows, nextPageToken } = searchRuns(this.options.db, search);
    return { texts: this.texts.each(rows, write), ...(nextPageToken !== undefined && { nextPageToken }) };
  }

  document(run: RunRow): RunDocument {
    const [document] = this.documents.of([run.row]);
    if (document === undefined) throw noRun(run.id);
    return document;
  }

  search(search: RunSearch): { readonly records: readonly RunRecord[]; readonly nextPageToken?: string } {
    const { rows, nextPageToken } = searchRuns(this.options.db, search);
    return { records: this.store.records(rows), ...(nextPageToken !== undefined && { nextPageToken }) };
  }

  create(options: NewRun): RunRow {
    const tags = this.tagsOf(options);
    for (const [key, value] of Object.entries(tags)) checkPair('tag', key, value);
    const user = userOf(options);
    return this.insert(options, user === '' ? tags : { ...tags, 'mlflow.user': user });
  }

  /** With no tags but those it is given, whatever their names are, and its name. */
  newDocument(options: NewRun): RunDocument {
    const tags = this.tagsOf(options);
    const info = this.insert(options, tags);
    const pairs = Object.entries(tags).map(([key, value]) => ({ key, value }));
    const byKey = pairs.sort((a, b) => (a.key < b.key ? -1 : 1));
    return {
      info,
      params: '[]',
      tags: JSON.stringify(byKey),
      metrics: [],
      inputs: [],
      modelInputs: [],
      modelOutputs: [],
    };
  }

  /** The tags of a new run, among them its name. */
  private tagsOf({ name, tags: given = {}, parentRunId }: NewRun): RunTags {
    const tagged = given['mlflow.runName'];
    if (name !== undefined && name !== '' && tagged !== undefined && tagged !== name)
      throw invalid(
        `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values ` +
          `(run_name='${name}', mlflow.runName='${tagged}').`,
      );
    return {
      ...given,
      'mlflow.runName': [name, tagged].find(one => one !== undefined && one !== '') ?? newRunName(),
      ...(parentRunId !== undefined && { 'mlflow.parentRunId': this.get(parentRunId).id }),
    };
  }

  private insert(options: NewRun, tags: RunTags): RunRow {
    const experiment = this.options.activeExperiment(options.experimentId);
    const at = this.options.now();
    const id = newRunId();
    const { artifactLocation } = experiment;
    const run = {
      id,
      experimentId: experiment.id,
      name: tags['mlflow.runName'],
      status: options.status ?? 'RUNNING',
      user: userOf(options),
      startedAt: checkTime(options.startedAt ?? at),
      endedAt: undefined,
      heartbeatAt: options.heartbeat === true ? at : undefined,
      lifecycle: 'active',
      artifactUri:
        artifactLocation === undefined ? ownArtifactUri(experiment.id, id) : artifactUriBelow(artifactLocation, id),
    } as const;
    return this.options.write(() => {
      const row = this.store.insert(run, tags);
      this.options.changed({ ...run, row });
      return { ...run, row };
    });
  }

  /** A status that ends the run sets its end to now, when no end is given; one that does not takes its end away. */
  update(id: RunId, change: RunUpdate): RunRow {
    const run = this.active(id);
    return this.change(run, allowed(run, change));
  }

  /** Nothing but what is said changes. */
  updateExactly(id: RunId, change: RunUpdate): RunRow {
    const run = this.active(id);
    const said = allowed(run, change);
    return this.set(run, { ...said, endedAt: said.endedAt ?? run.endedAt });
  }

  /** Also a deleted run: what has ended must not look as if it went on. The promise of a heartbeat ends with it. */
  end(id: RunId, status: RunStatus): void {
    this.change(this.get(id), { status });
  }

  private change(run: RunRow, change: Change): RunRow {
    const status = change.status ?? run.status;
    const known = change.endedAt ?? run.endedAt;
    const endedAt = hasEnded(status) ? (known ?? this.options.now()) : change.status === undefined ? known : undefined;
    return this.set(run, { ...change, endedAt });
  }

  private set(run: RunRow, change: Omit<Change, 'endedAt'> & Pick<RunRow, 'endedAt'>): RunRow {
    const { status = run.status, endedAt, heartbeatAt } = change;
    if (!isRunStatus(status)) throw invalid(`${String(status)} is not a status of a run.`);
    if (endedAt !== undefined) checkTime(endedAt);
    const name = change.name === undefined || change.name === '' ? run.name : change.name;
    checkPair('tag', 'mlflow.runName', name);
    const changed = { ...run, status, endedAt, name, heartbeatAt };
    return this.options.write(() => {
      this.store.update(run, changed);
      if (change.name !== undefined && change.name !== '') this.store.setTag(run, 'mlflow.runName', name);
      this.options.changed(run);
      return changed;
    });
  }

  /** All of it or nothing. */
  changeMany({ runIds, tags = {}, lifecycle }: RunsChange): void {
    const changes = Object.entries(tags);
    for (const [key, value] of changes) if (value !== null) checkPair('tag', key, value);
    this.options.write(() => {
      for (const id of new Set(runIds)) {
        const run = changes.length > 0 && lifecycle !== 'active' ? this.active(id) : this.get(id);
        for (const [key, value] of changes) {
          if (value === null) this.store.deleteTag(run, key);
          else this.store.setTag(run, key, value);
        }
        if (lifecycle !== undefined && lifecycle !== run.lifecycle) {
          if (lifecycle === 'active') this.options.activeExperiment(run.experimentId);
          this.store.setLifecycle(run, lifecycle, this.options.now());
        }
        this.options.changed(run);
      }
    });
  }

  setLifecycle(id: RunId, to: 'active' | 'deleted'): void {
    const run = this.get(id);
    if (run.lifecycle === to) return;
    if (to === 'active') this.options.activeExperiment(run.experimentId);
    this.options.write(() => {
      this.store.setLifecycle(run, to, this.options.now());
      this.options.changed(run);
    });
  }
}

type Change = RunUpdate & { readonly heartbeatAt?: number };

/** Of a run under way that has promised a heartbeat only the name: whoever promised it also ends the run. */
const allowed = (run: RunRow, change: RunUpdate): Change =>
  run.heartbeatAt === undefined || run.status !== 'RUNNING'
    ? change
    : { name: change.name ?? run.name, heartbeatAt: run.heartbeatAt };

const userOf = ({ user, tags }: NewRun): string => (user === '' ? (tags?.['mlflow.user'] ?? '') : user);

function checkTime(time: number): number {
  if (!Number.isSafeInteger(time)) throw invalid(`${time} is not a time in ms since 1970.`);
  return time;
}
