import { newLoggedModelId } from '../ids';
import type { ExperimentId } from '../protocol/ids';
import type { Experiment } from '../protocol/tracking';
import type { Database } from '../store/database';
import { ArtifactStore } from './artifactStore';
import { Artifacts } from './artifacts';
import type { ArtifactObjects, ModelPartOf, OwnedFolder } from './artifacts';
import { invalid, loggedModelDeleted, noLoggedModel, modelParamsImmutable, noModelTag } from './failures';
import { searchLoggedModels } from './loggedModelSearch';
import type {
  LoggedModel,
  LoggedModelPage,
  LoggedModelRow,
  LoggedModelSearch,
  LoggedModelStatus,
  NewLoggedModel,
} from './loggedModelRecords';
import { LoggedModelStore } from './loggedModelStore';
import type { LoggedModelPoint } from './loggedModelStore';
import { newRunName } from './runNames';
import type { RunRow } from './runStore';

export interface LoggedModelsOptions {
  readonly db: Database;
  readonly objects: ArtifactObjects;
  readonly now: () => number;
  readonly write: <T>(work: () => T) => T;
  readonly activeExperiment: (id: ExperimentId) => Pick<Experiment, 'id'>;
  /** Called within `write`: what hangs on the run of that id changed. */
  readonly runChanged: (id: string) => void;
  readonly partOf?: ModelPartOf;
}

type Texts = Readonly<Record<string, string>>;

const MAX_NAME = 500;
const MAX_KEY = 250;
const MAX_VALUE = 1_000_000;
const FORBIDDEN = ['/', ':', '.', '%', '"', "'"];

/**
 * Models that were logged for themselves, with params, tags, metrics of the runs that measured them, and files. A
 * deleted one is still there for whoever knows its id and files, for registered versions may point to it. Errors:
 * `not-found`, `conflict`, `params.invalid`.
 */
export class LoggedModels {
  private readonly store: LoggedModelStore;
  private readonly files: Artifacts<LoggedModelRow>;

  constructor(private readonly options: LoggedModelsOptions) {
    const { db, objects, now, write } = options;
    this.store = new LoggedModelStore(db);
    this.files = new Artifacts<LoggedModelRow>({
      store: new ArtifactStore(db, 'logged_model_artifact'),
      objects,
      now,
      write,
      changed: model => this.changed(model),
      called: ({ id }) => `logged model ${id}`,
      ...(options.partOf && { partOf: options.partOf }),
    });
  }

  create({ name = '', type = '', sourceRun = '', params = {}, tags = {}, experimentId }: NewLoggedModel): LoggedModel {
    checkName(name);
    for (const [key, value] of Object.entries(params)) checkPair('param', key, value);
    for (const [key, value] of Object.entries(tags)) checkPair('tag', key, value);
    const experiment = this.options.activeExperiment(experimentId);
    return this.options.write(() => {
      const model = this.store.insert({
        id: newLoggedModelId(),
        experimentId: experiment.id,
        name: name === '' ? newRunName() : name,
        type,
        sourceRun,
        status: 'LOGGED_MODEL_PENDING',
        createdAt: this.options.now(),
      });
      for (const [key, value] of Object.entries(params)) this.store.insertParam(model, key, value);
      for (const [key, value] of Object.entries(tags)) this.store.setTag(model, key, value);
      this.changed(model);
      return this.whole(model);
    });
  }

  get(id: string, options: { readonly allowDeleted?: boolean } = {}): LoggedModel {
    const model = this.row(id);
    if (model.lifecycle === 'deleted' && options.allowDeleted !== true) throw noLoggedModel(id);
    return this.whole(model);
  }

  /** Undefined also when it has been deleted. */
  find(id: string): LoggedModel | undefined {
    const model = this.store.byId(id);
    return model?.lifecycle === 'active' ? this.whole(model) : undefined;
  }

  search(search: LoggedModelSearch): LoggedModelPage {
    const { rows, nextPageToken } = searchLoggedModels(this.options.db, search);
    return { models: this.store.records(rows), ...(nextPageToken !== undefined && { nextPageToken }) };
  }

  setStatus(id: string, status: LoggedModelStatus): LoggedModel {
    return this.change(id, model => this.store.setStatus(model, status, this.options.now()));
  }

  delete(id: string): void {
    this.change(id, model => this.store.setLifecycle(model, 'deleted', this.options.now()));
  }

  /** A param keeps its first value: another one is refused. */
  logParams(id: string, params: Texts): void {
    for (const [key, value] of Object.entries(params)) checkPair('param', key, value);
    this.change(id, model => {
      const changes = Object.entries(params).flatMap(([key, to]) => {
        const from = this.store.param(model, key);
        return from === undefined || from === to ? [] : [{ key, from, to }];
      });
      if (changes.length > 0) throw modelParamsImmutable(id, changes);
      for (const [key, value] of Object.entries(params)) this.store.insertParam(model, key, value);
    });
  }

  setTags(id: string, tags: Texts): void {
    for (const [key, value] of Object.entries(tags)) checkPair('tag', key, value);
    this.change(id, model => {
      for (const [key, value] of Object.entries(tags)) this.store.setTag(model, key, value);
    });
  }

  deleteTag(id: string, key: string): void {
    this.change(id, model => {
      if (!this.store.deleteTag(model, key)) throw noModelTag(key, id);
    });
  }

  /** Its files; those of a deleted one can be read only. */
  folder(id: string): OwnedFolder {
    const model = this.row(id);
    const folder = this.files.folder(model, () => {
      if (this.row(id).lifecycle === 'deleted') throw loggedModelDeleted(id);
    });
    return { ...folder, experimentId: model.experimentId };
  }

  /** Refuses points with a model that is not there. */
  check(points: readonly LoggedModelPoint[]): void {
    for (const { modelId } of points) this.row(modelId);
  }

  /** Within a transaction, after the points of the run itself. */
  addPoints(run: RunRow, points: readonly LoggedModelPoint[]): void {
    for (const point of points) {
      const model = this.row(point.modelId);
      this.store.addPoint(model, run, point);
      this.changed(model);
    }
  }

  private change(id: string, work: (model: LoggedModelRow) => void): LoggedModel {
    return this.options.write(() => {
      const model = this.row(id);
      work(model);
      this.changed(model);
      return this.whole(model);
    });
  }

  private changed(model: LoggedModelRow): void {
    if (model.sourceRun !== '') this.options.runChanged(model.sourceRun);
  }

  private row(id: string): LoggedModelRow {
    const model = this.store.byId(id);
    if (model === undefined) throw noLoggedModel(id);
    return model;
  }

  private whole(model: LoggedModelRow): LoggedModel {
    const [record] = this.store.records([model.row]);
    if (record === undefined) throw noLoggedModel(model.id);
    return record;
  }
}

function checkName(name: string): void {
  const found = FORBIDDEN.find(character => name.includes(character));
  if (found !== undefined)
    throw invalid(
      `Invalid model name ('${name.slice(0, 300)}') provided. Model name must be a non-empty string and cannot contain ` +
        `the following characters: ('/', ':', '.', '%', '"', "'")`,
    );
  if (name.length > MAX_NAME)
    throw invalid(`The name of a logged model has ${name.length} characters; ${MAX_NAME} are allowed.`);
}

/** What hangs on a logged model is named freely, unlike what hangs on a run. */
function checkPair(kind: 'param' | 'tag', key: string, value: string): void {
  if (key === '') throw invalid(`The name of a ${kind} is empty.`);
  if (key.length > MAX_KEY)
    throw invalid(`The name of a ${kind} has ${key.length} characters; ${MAX_KEY} are allowed.`);
  if (value.length > MAX_VALUE)
    throw invalid(`The value of the ${kind} ${key} has ${value.length} characters; ${MAX_VALUE} are allowed.`);
}
