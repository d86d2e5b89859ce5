import { ModelyardError, isAbort, toWireError } from '../errors';
import { newStudyId } from '../ids';
import type { StudyId } from '../protocol/ids';
import type { TuneContext, TuneRunner } from '../protocol/jobs';
import type { TuneOptions } from '../protocol/steps/search';
import type { Params, ParamValue, Study, StudySummary, Trial } from '../protocol/tuning';
import type { Database } from '../store/database';
import { paramsOf } from './learnerSpace';
import type { TuningPorts } from './ports';
import { TuningStore, type StudyRow } from './store';
import { StudyRun, isLost } from './studyRun';
import { studyOf, summaryOf } from './summary';
import { detailOf, fingerprintOf, firstTrials, tuningResult, type FirstTrial } from './tuneStep';
import { sameValue } from './values';
import { counted } from '../plural';

export interface TuningServiceOptions {
  readonly db: Database;
  readonly ports: TuningPorts;
  /** Trials at a time; default: one a processor. */
  readonly workers?: number;
}

/** Without a bound on trials, where only time bounds a study. */
const unbounded = 100_000;

/** Searches for the best parameters, and remembers how each search went. */
export class TuningService {
  private readonly store: TuningStore;
  private readonly active = new Map<StudyId, StudyRun>();

  constructor(private readonly options: TuningServiceOptions) {
    this.store = new TuningStore(options.db);
  }

  /** The step `uses: tune`. */
  readonly step: TuneRunner = async (tune, context) => {
    const study = await this.open(tune, context);
    const { store } = this;
    const { ports, workers } = this.options;
    const run = new StudyRun({ study, tune, store, ports, context, ...(workers !== undefined && { workers }) });
    this.active.set(study.id, run);
    try {
      await run.run(context.signal);
      const result = await tuningResult({ ...study, trials: run.all }, { ports, context });
      this.end(run, study, { status: run.wasStopped ? 'stopped' : 'finished' });
      return result;
    } catch (error) {
      const isCancelled = isAbort(error);
      const isGone = isLost(error);
      const told = isGone
        ? goesOn(error, run, study)
        : run.lastError === undefined || isCancelled
          ? error
          : run.lastError;
      this.end(run, study, {
        status: isCancelled || isGone ? 'interrupted' : run.wasStopped ? 'stopped' : 'failed',
        ...(!isCancelled && { message: toWireError(told).message }),
      });
      throw told;
    } finally {
      this.active.delete(study.id);
    }
  };

  private end(run: StudyRun, { id }: StudyRow, change: Pick<StudyRow, 'status'> & { message?: string }): void {
    this.store.update(id, { ...change, msUsed: run.msUsed });
    this.options.ports.changed(id);
  }

  /** The study that goes on: one that somebody asked for, else an earlier one of the same data and options; or a new one. */
  private async open(tune: TuneOptions, context: TuneContext): Promise<StudyRow> {
    const fingerprint = await fingerprintOf(tune, context);
    const earlier = this.store.ofStep(context.pipeline, context.step);
    const asked = earlier.find(({ isNext }) => isNext);
    if (asked && asked.fingerprint !== fingerprint) {
      this.store.update(asked.id, { isNext: false });
      throw new ModelyardError(
        'conflict',
        `Study s-${asked.number} cannot go on: the data, the preparation or the options of step ${context.step} are others now.`,
        { fix: 'Run the pipeline for a new study.' },
      );
    }
    const isFree = ({ id, status }: StudyRow): boolean => status !== 'failed' && !this.active.has(id);
    const same = tune.fresh ? undefined : earlier.find(one => one.fingerprint === fingerprint && isFree(one));
    const known = asked ?? same;
    return known ? this.resume(known, tune, context) : this.begin(tune, { fingerprint, context });
  }

  private begin(tune: TuneOptions, about: { fingerprint: string; context: TuneContext }): StudyRow {
    const { context, fingerprint } = about;
    const id = newStudyId();
    this.store.together(() => {
      this.store.insert({
        id,
        pipeline: context.pipeline,
        step: context.step,
        status: 'running',
        fingerprint,
        detail: detailOf(tune),
        trialsWanted: tune.trials,
        msWanted: tune.time,
        startedAt: Date.now(),
      });
      for (const [number, first] of firstTrials(tune, this.options.ports).entries())
        this.store.put(id, waiting(number, first));
    });
    const study = this.row(id);
    context.log(`Study s-${study.number} begins.`);
    this.options.ports.changed(id);
    return study;
  }

  /** What was under way when it ended is tried again; what modelyard.yaml enqueues and was not is enqueued. */
  private resume(known: StudyRow, tune: TuneOptions, context: TuneContext): StudyRow {
    const trials = this.store.trials(known.id);
    const wanted = known.isNext
      ? { trialsWanted: known.trialsWanted, msWanted: known.msWanted }
      : { trialsWanted: Math.max(tune.trials, trials.length), msWanted: tune.time };
    this.store.together(() => {
      const detail = { ...known.detail, sampler: tune.sampler, pruner: tune.pruner };
      this.store.update(known.id, { status: 'running', detail, isNext: false, message: undefined, ...wanted });
      for (const trial of trials) if (trial.state === 'cancelled') this.store.put(known.id, again(trial));
      const added = tune.enqueue
        .map(one => paramsOf(one))
        .filter(params => !trials.some(trial => trial.source === 'enqueued' && includes(trial.params, params)));
      for (const [i, params] of added.entries())
        this.store.put(known.id, waiting(trials.length + i, { source: 'enqueued', params }));
    });
    const study = this.row(known.id);
    const done = trials.filter(({ state }) => state !== 'cancelled' && state !== 'waiting').length;
    context.log(`Study s-${study.number} goes on with ${done} ${done === 1 ? 'trial' : 'trials'} done.`);
    this.options.ports.changed(known.id);
    return study;
  }

  list(query: { readonly pipeline?: string; readonly limit?: number }): readonly StudySummary[] {
    return this.store.list(query.pipeline, query.limit ?? 50).map(row => summaryOf(row, this.trials(row.id)));
  }

  /** By `s-3`, `3` or the beginning of its id. @throws ModelyardError `not-found` */
  get(name: string): Study {
    const row = this.find(name);
    return studyOf(row, this.trials(row.id));
  }

  /**
   * Has these parameters tried next: `learner` and some of its options; the others are sampled. A study that is not
   * under way tries them when it goes on.
   * @throws ModelyardError `params.invalid` for parameters that its learner does not take
   */
  enqueue(name: string, written: Readonly<Record<string, ParamValue>>): Trial {
    const row = this.find(name);
    const learner = row.detail.parameters.find(parameter => parameter.name === 'learner');
    const choices = learner?.kind === 'choice' ? learner.choices : [];
    const [only, another] = choices;
    const given = { ...(another === undefined && only !== undefined && { learner: only }), ...written };
    if (!choices.some(choice => sameValue(given.learner, choice)))
      throw new ModelyardError(
        'params.invalid',
        `Study s-${row.number} tunes ${choices.map(String).join(', ')}; name one as \`learner\`.`,
      );
    this.options.ports.trainOptions(given);
    const params = paramsOf(given);
    const run = this.active.get(row.id);
    if (run) return run.enqueue(params);
    const trial = waiting(this.store.trials(row.id).length, { source: 'enqueued', params });
    this.store.put(row.id, trial);
    this.options.ports.changed(row.id);
    return trial;
  }

  /** Ends a study that is under way; its step goes on with what was found. @throws ModelyardError `conflict` */
  stop(name: string): StudySummary {
    const row = this.find(name);
    const run = this.active.get(row.id);
    if (!run)
      throw new ModelyardError('conflict', `Study s-${row.number} is not under way.`, {
        fix: '`modelyard studies` lists those that are.',
      });
    run.stop();
    return summaryOf(this.row(row.id), run.all);
  }

  /**
   * Has the next run of its step go on with this study, with so many more trials or seconds; without either with what
   * is left of its budget.
   * @throws ModelyardError `conflict` when it is under way, or nothing is left
   */
  extend(name: string, more: { readonly trials?: number; readonly seconds?: number }): StudySummary {
    const row = this.find(name);
    if (this.active.has(row.id)) throw new ModelyardError('conflict', `Study s-${row.number} is under way.`);
    const trials = this.trials(row.id);
    const done = trials.filter(({ state }) => state !== 'cancelled' && state !== 'waiting').length;
    const isMore = more.trials !== undefined || more.seconds !== undefined;
    if (!isMore && done >= row.trialsWanted && done === trials.length)
      throw new ModelyardError(
        'conflict',
        `Study s-${row.number} has done all its ${counted(row.trialsWanted, 'trial')}.`,
        {
          fix: 'Say how many more: `--trials 20`, or `--seconds 600`.',
        },
      );
    this.store.together(() => {
      for (const other of this.store.ofStep(row.pipeline, row.step)) this.store.update(other.id, { isNext: false });
      this.store.update(row.id, {
        isNext: true,
        ...(isMore && {
          trialsWanted: more.trials === undefined ? unbounded : trials.length + more.trials,
          msWanted: more.seconds === undefined ? undefined : row.msUsed + 1000 * more.seconds,
        }),
      });
    });
    this.options.ports.changed(row.id);
    return summaryOf(this.row(row.id), trials);
  }

  /** At the start of an engine: what one that was killed had under way. */
  recover(): void {
    for (const row of this.store.running())
      this.store.together(() => {
        this.store.update(row.id, { status: 'interrupted' });
        for (const trial of this.store.trials(row.id))
          if (trial.state === 'running')
            this.store.put(row.id, { ...trial, state: 'cancelled', endedAt: Date.now(), message: 'Its engine ended.' });
      });
  }

  private trials(id: StudyId): readonly Trial[] {
    return this.active.get(id)?.all ?? this.store.trials(id);
  }

  private row(id: StudyId): StudyRow {
    const row = this.store.get(id);
    if (row) return row;
    throw new ModelyardError('internal', `There is no study ${id}.`);
  }

  private find(name: string): StudyRow {
    const [found, another] = this.store.find(name);
    if (found === undefined || (another && name.length < 32 && !/^(?:s-)?\d+$/.test(name)))
      throw new ModelyardError('not-found', `There is no study ${name}${found ? ', or more than one' : ''}.`, {
        fix: '`modelyard studies` lists them.',
      });
    return found;
  }
}

/** The same error, with the way out. */
function goesOn(error: unknown, { all }: StudyRun, { number }: StudyRow): ModelyardError {
  const { code, message } = toWireError(error);
  const done = all.filter(({ state }) => state !== 'cancelled' && state !== 'waiting').length;
  return new ModelyardError(code, message, {
    fix: `Nothing is lost: run the pipeline again, and study s-${number} goes on with ${done} ${done === 1 ? 'trial' : 'trials'} done.`,
    cause: error,
  });
}

const waiting = (number: number, first: FirstTrial): Trial => ({
  number,
  state: 'waiting',
  ...first,
  values: [],
  reports: [],
  violations: [],
});

/** The same parameters once more, as if it had not begun. */
const again = ({ number, source, params, generation }: Trial): Trial => ({
  ...waiting(number, { source, params }),
  ...(generation !== undefined && { generation }),
});

const includes = (params: Params, part: Params): boolean =>
  Object.entries(part).every(([name, value]) => sameValue(params[name], value));
