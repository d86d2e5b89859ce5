import type { Database } from '../store/database';
import type { RunId } from '../protocol/ids';
import { invalid, noTag, paramsImmutable } from './failures';
import { GroupCommit } from './groupCommit';
import type { Change } from './groupCommit';
import { checkKey, checkPair } from './keys';
import { MetricWriter } from './metricWriter';
import type { LoggedPoint } from './metricWriter';
import type { LoggedModelPoint } from './loggedModelStore';
import type { Int64, ModelOutput, PointInput, RunBatch, RunInputDetail, TrackingEvents } from './records';
import type { RunRow } from './runStore';
import type { Runs } from './runs';

export interface RunLogOptions {
  readonly db: Database;
  readonly runs: () => Runs;
  readonly events: TrackingEvents;
  readonly now: () => number;
  readonly models: () => ModelPoints;
}

/** Where the points go that a run measured with logged models. */
export interface ModelPoints {
  /** Refuses points with a model that is not there. */
  check(points: readonly LoggedModelPoint[]): void;
  addPoints(run: RunRow, points: readonly LoggedModelPoint[]): void;
}

interface News {
  readonly run: RunRow;
  changed: boolean;
  readonly points: LoggedPoint[];
}

/** Points of one change: more are cut, so that other callers get their turn in between. */
const SLICE = 10_000;
const INT64 = 64;

/** What is logged to runs: everybody's changes in shared commits, and the news of it afterwards. */
export class RunLog {
  private readonly metrics: MetricWriter;
  private readonly commits: GroupCommit;
  private news = new Map<RunId, News>();

  constructor(private readonly options: RunLogOptions) {
    this.metrics = new MetricWriter(options.db);
    this.commits = new GroupCommit({
      db: options.db,
      finish: () => this.metrics.finish(),
      undone: () => {
        this.metrics.forget();
        this.news.clear();
      },
      committed: () => this.announce(),
    });
  }

  /**
   * Commits at once, behind everything that waits. The news `work` made is told after the commit.
   * @param isSeen false: nothing of it is in what is written of a run, such as a sign of life
   */
  write<T>(work: () => T, isSeen = true): T {
    this.drain();
    try {
      const result = this.options.db.transaction(work);
      if (isSeen && this.news.size === 0) this.options.runs().texts.forget(); // nobody said which runs it was about
      this.announce();
      return result;
    } catch (error) {
      this.news.clear();
      throw error;
    }
  }

  drain(): void {
    this.commits.drain();
  }

  /** Within a `write`, somebody else writes points: where series stand is read anew. */
  forgetSeries(): void {
    this.metrics.forget();
    this.options.runs().texts.forget();
  }

  changed(run: RunRow): void {
    this.newsOf(run).changed = true;
  }

  async logMetrics(id: RunId, points: readonly PointInput[]): Promise<void> {
    const logged = this.checkPoints(points);
    if (logged.length === 0) this.options.runs().active(id);
    for (let from = 0; from < logged.length; from += SLICE)
      await this.commits.add(this.batchChange(id, { points: logged.slice(from, from + SLICE) }));
  }

  /** All of it or nothing. @param single whether the message about a changed param is that of a single one */
  async logBatch(id: RunId, batch: RunBatch, single: boolean): Promise<void> {
    const params = Object.entries(batch.params ?? {});
    const tags = Object.entries(batch.tags ?? {});
    for (const [key, value] of params) checkPair('param', key, value);
    for (const [key, value] of tags) checkPair('tag', key, value);
    const points = this.checkPoints(batch.metrics ?? []);
    const modelPoints = points.flatMap((point, index) => ofModel(point, batch.metrics?.[index]));
    await this.commits.add(this.batchChange(id, { points, modelPoints, params, tags, single }));
  }

  /** As `logBatch`, on the disk when it returns. */
  logNow(id: RunId, batch: Pick<RunBatch, 'params' | 'tags'>): void {
    const params = Object.entries(batch.params ?? {});
    const tags = Object.entries(batch.tags ?? {});
    for (const [key, value] of params) checkPair('param', key, value);
    for (const [key, value] of tags) checkPair('tag', key, value);
    const change = this.batchChange(id, { points: [], params, tags, single: params.length === 1 });
    this.write(() => {
      change.check();
      change.write();
    });
  }

  deleteTag(id: RunId, key: string): void {
    const runs = this.options.runs();
    const run = runs.active(id);
    this.write(() => {
      if (!runs.store.hasTag(run, key)) throw noTag(key, `run with id ${id}`);
      runs.store.deleteTag(run, key);
      this.changed(run);
    });
  }

  logInputs(id: RunId, inputs: readonly RunInputDetail[], once: boolean): void {
    for (const { dataset, digest } of inputs)
      if (dataset === '' || digest === '') throw invalid('An input of a run needs the name and digest of a dataset.');
    const runs = this.options.runs();
    const run = runs.active(id);
    this.write(() => {
      for (const input of inputs) {
        if (once) runs.store.addInputOnce(run, input);
        else runs.store.addInput(run, input);
      }
      this.changed(run);
    });
  }

  logModels(
    id: RunId,
    models: { readonly inputs?: readonly string[]; readonly outputs?: readonly ModelOutput[] },
  ): void {
    const { inputs = [], outputs = [] } = models;
    const runs = this.options.runs();
    const run = runs.active(id);
    for (const { step } of outputs) checkInt64(step, 'The step of a logged model');
    this.write(() => {
      for (const model of inputs) runs.store.addModelInput(run, model);
      for (const output of outputs) runs.store.addModelOutput(run, output);
      this.changed(run);
    });
  }

  private batchChange(
    id: RunId,
    batch: {
      points: readonly LoggedPoint[];
      modelPoints?: readonly LoggedModelPoint[];
      params?: readonly (readonly [string, string])[];
      tags?: readonly (readonly [string, string])[];
      single?: boolean;
    },
  ): Change {
    const { points, modelPoints = [], params = [], tags = [] } = batch;
    let run: RunRow | undefined;
    return {
      weight: Math.max(1, points.length),
      check: () => {
        run = this.options.runs().active(id);
        this.checkParams(run, params, batch.single === true);
        if (modelPoints.length > 0) this.options.models().check(modelPoints);
      },
      write: () => {
        if (run === undefined) return;
        const { store } = this.options.runs();
        for (const [key, value] of params) store.insertParam(run, key, value);
        for (const [key, value] of tags) store.setTag(run, key, value);
        if (params.length + tags.length > 0) this.changed(run);
        if (points.length > 0) this.addPoints(run, points);
        if (modelPoints.length > 0) this.options.models().addPoints(run, modelPoints);
      },
    };
  }

  private addPoints(run: RunRow, points: readonly LoggedPoint[]): void {
    const news = this.newsOf(run).points;
    for (const point of points) if (this.metrics.add(run, point)) news.push(point);
  }

  private checkParams(run: RunRow, params: readonly (readonly [string, string])[], single: boolean): void {
    const { store } = this.options.runs();
    const changes = params.flatMap(([key, to]) => {
      const from = store.param(run, key);
      return from === undefined || from === to ? [] : [{ key, from, to }];
    });
    if (changes.length > 0) throw paramsImmutable(run.id, changes, !single);
  }

  private checkPoints(points: readonly PointInput[]): readonly LoggedPoint[] {
    const now = this.options.now();
    let checked: string | undefined;
    return points.map(({ key, value, step = 0, time = now }) => {
      if (key !== checked) checkKey('metric', key);
      checked = key;
      checkInt64(step, `The step of the metric ${key}`);
      checkInt64(time, `The time of the metric ${key}`);
      return { key, value, step, time };
    });
  }

  private newsOf(run: RunRow): News {
    let news = this.news.get(run.id);
    if (news === undefined) {
      news = { run, changed: false, points: [] };
      this.news.set(run.id, news);
    }
    return news;
  }

  private announce(): void {
    const told = this.news;
    this.news = new Map();
    for (const { run } of told.values()) this.options.runs().texts.forget(run.row);
    const changed = [...told.values()].filter(news => news.changed);
    if (changed.length > 0)
      this.options.events.runsChanged(changed.map(({ run }) => ({ runId: run.id, experimentId: run.experimentId })));
    for (const { run, points } of told.values()) {
      if (points.length > 0)
        this.options.events.points(
          run.id,
          points.map(point =>
            isPlain(point) ? point : { ...point, step: Number(point.step), time: Number(point.time) },
          ),
        );
    }
  }
}

const ofModel = (point: LoggedPoint, { modelId, dataset = '', datasetDigest = '' }: Partial<PointInput> = {}) =>
  modelId === undefined ? [] : [{ ...point, modelId, dataset, datasetDigest }];

const isPlain = (point: LoggedPoint): point is LoggedPoint & { readonly step: number; readonly time: number } =>
  typeof point.step === 'number' && typeof point.time === 'number';

function checkInt64(value: Int64, what: string): void {
  if (typeof value === 'number' ? Number.isSafeInteger(value) : BigInt.asIntN(INT64, value) === value) return;
  throw invalid(`${what} must be a 64-bit integer, not ${value}.`);
}
