import { availableParallelism } from 'node:os';
import { ModelyardError, isAbort, toWireError } from '../errors';
import type { RunId } from '../protocol/ids';
import type { JobResult, TuneContext } from '../protocol/jobs';
import type { TrainOptions } from '../protocol/steps/learners';
import type { TuneOptions } from '../protocol/steps/search';
import type { Params, Reported, Trial } from '../protocol/tuning';
import { optionsOf } from './learnerSpace';
import { bestTrials, violation } from './objectives';
import { observed } from './past';
import type { TuningPorts } from './ports';
import { courseOf, createPruner, warmUp } from './pruners/createPruner';
import type { Pruner } from './pruners/pruner';
import { createSampler } from './samplers/createSampler';
import type { Sampler } from './samplers/sampler';
import { SearchSpace } from './space';
import type { StudyRow, TuningStore } from './store';
import { trialLine } from './texts';
import { sameValue, valueText } from './values';
import { counted } from '../plural';

export interface StudyRunOptions {
  readonly study: StudyRow;
  readonly tune: Pick<TuneOptions, 'parallel' | 'folds' | 'holdout' | 'cost'>;
  readonly store: TuningStore;
  readonly ports: TuningPorts;
  readonly context: Pick<TuneContext, 'runId' | 'log' | 'progress' | 'runTrial' | 'workers'>;
  /** Processes at a time on this machine, whatever `parallel` says; default: one a processor. */
  readonly workers?: number;
}

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** Of the first trials so many may fail before the study does. */
const patience = 5;
const heartbeatMs = 10_000;

/**
 * One study while its step runs. A trial sees what those have found that began `parallel` or more before it, and begins
 * when they all have ended; the trials between count as under way. So what is tried, and what is pruned, follows from the
 * seed and from `parallel`, and neither from the machine nor from chance.
 */
export class StudyRun {
  private readonly trials: Trial[];
  private readonly running = new Map<number, Running>();
  private readonly space: SearchSpace;
  private readonly sampler: Sampler;
  private readonly pruner: Pruner;
  private readonly begun = Date.now();
  private readonly usedBefore: number;
  private isStopped = false;
  private isExhausted = false;
  /** Nothing more is begun. */
  private isEnding = false;
  private failure: unknown;
  private wake: () => void = () => undefined;

  constructor(private readonly options: StudyRunOptions) {
    const { study, store } = options;
    const { parameters, sampler, pruner, seed, steps, reported } = study.detail;
    this.space = new SearchSpace(parameters);
    this.sampler = createSampler(sampler, this.space, seed);
    this.pruner = createPruner(pruner, { steps, seed, reported });
    this.trials = [...store.trials(study.id)];
    this.usedBefore = study.msUsed;
  }

  get all(): readonly Trial[] {
    return this.trials;
  }

  /** ms, in all its runs together. */
  get msUsed(): number {
    return this.usedBefore + Date.now() - this.begun;
  }

  get wasStopped(): boolean {
    return this.isStopped;
  }

  /** Takes one more set of parameters to be tried next. */
  enqueue(params: Params): Trial {
    const trial = this.keep({
      ...blank(this.trials.length),
      source: 'enqueued',
      params,
    });
    this.options.ports.changed(this.options.study.id);
    this.wake();
    return trial;
  }

  /** Begins no more trials and ends those under way. */
  stop(): void {
    this.isStopped = this.isEnding = true;
    this.abortAll();
    this.wake();
  }

  /**
   * Until the budget is used up, nothing is left to try, or it is stopped.
   * @throws ModelyardError `cancelled`; what the first trials failed with, when all do
   */
  async run(signal: AbortSignal): Promise<void> {
    const abort = (): void => {
      this.isEnding = true;
      this.abortAll();
    };
    signal.addEventListener('abort', abort, { once: true });
    const heartbeat = setInterval(() => this.heartbeat(), heartbeatMs);
    try {
      for (;;) {
        if (!signal.aborted) this.begin();
        if (this.running.size === 0) break;
        const woken = new Promise<void>(resolve => (this.wake = resolve));
        await Promise.race([woken, ...[...this.running.values()].map(({ done }) => done)]);
      }
    } finally {
      this.abortAll();
      await Promise.all([...this.running.values()].map(({ done }) => done));
      clearInterval(heartbeat);
      signal.removeEventListener('abort', abort);
    }
    if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
    if (this.failure !== undefined) throw asError(this.failure);
  }

  /** Begins as many trials as may begin now. */
  private begin(): void {
    const { tune, context, workers: most = availableParallelism() } = this.options;
    const { parallel } = tune;
    const workers = Math.min(parallel, context.workers ?? most);
    while (this.running.size < workers && !this.isEnding && !this.isOver()) {
      const next = this.next();
      if (next === undefined) return;
      // those that it may learn from have all ended
      if (this.trials.some(({ number, state }) => number <= next.number - parallel && !hasEnded(state))) return;
      if (!this.start(next)) return;
    }
  }

  private isOver(): boolean {
    const { msWanted } = this.options.study;
    return msWanted !== undefined && this.msUsed >= msWanted;
  }

  /** What was enqueued comes first. */
  private next(): Trial | undefined {
    const waiting = this.trials.find(({ state }) => state === 'waiting');
    if (waiting) return waiting;
    const isLeft = this.trials.length < this.options.study.trialsWanted && !this.isExhausted;
    return isLeft ? blank(this.trials.length) : undefined;
  }

  private start(next: Trial): boolean {
    const suggestion = this.suggest(next);
    if (suggestion === undefined) {
      this.isExhausted = true;
      return false;
    }
    const { ports, context, study } = this.options;
    const options = optionsOf(suggestion.params, study.detail.fixed);
    const trial = this.options.store.together(() => {
      const runId = ports.tracking.open({
        parent: context.runId,
        name: `${study.step}/trial-${next.number}`,
        params: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, valueText(value)])),
        tags: { 'modelyard.study': study.id, 'modelyard.trial': String(next.number) },
      });
      return this.keep({ ...next, ...suggestion, state: 'running', runId, startedAt: Date.now() });
    });
    ports.changed(study.id);
    const abort = new AbortController();
    const done = Promise.resolve()
      .then(() => this.perform(trial, abort))
      .catch((error: unknown) => this.fail(error)) // the outcome cannot be kept: a full disk
      .then(() => void this.running.delete(trial.number));
    this.running.set(trial.number, { abort, done });
    return true;
  }

  private suggest({ number, params: given }: Trial): Pick<Trial, 'params' | 'generation'> | undefined {
    const known = Object.entries(given);
    const others = Object.fromEntries(known.filter(([name]) => this.space.parameter(name) === undefined));
    const fixed = Object.fromEntries(known.filter(([name]) => this.space.parameter(name) !== undefined));
    if (known.length > 0 && this.space.isComplete(fixed)) return { params: given };
    const past = observed(this.visible(number), this.options.study.detail);
    const suggestion = this.sampler.suggest({ number, fixed, past });
    return suggestion && { ...suggestion, params: { ...suggestion.params, ...others } };
  }

  /** The trials as the one of this number sees them: of those between nothing is known, though they may have ended. */
  private visible(number: number): readonly Trial[] {
    const { parallel } = this.options.tune;
    return this.trials.flatMap((trial): Trial[] => {
      if (trial.number >= number) return [];
      return trial.number <= number - parallel
        ? [trial]
        : [{ ...trial, state: 'running', reports: [], violations: [] }];
    });
  }

  private async perform(trial: Trial, abort: AbortController): Promise<void> {
    const { tune, context, ports, study } = this.options;
    const { reported } = study.detail;
    const reports: { step: number; value: number }[] = [];
    let isPruned = false;
    const onFold = ({ key, value, step }: { key: string; value: number; step: number }): void => {
      if (key !== reported.metric || isPruned || !isKept(reported, step)) return;
      reports.push({ step, value });
      isPruned = this.shouldPrune({ ...trial, reports }, step);
      if (isPruned) abort.abort();
      else ports.changed(study.id);
    };
    try {
      const options: TrainOptions = ports.trainOptions(optionsOf(trial.params, study.detail.fixed));
      const result = await context.runTrial(
        {
          name: `trial-${trial.number}`,
          with: { options, ...measuring(tune), seed: study.detail.seed },
          watched: reported.metric,
          onFold,
        },
        abort.signal,
      );
      await this.complete({ ...trial, reports }, result);
    } catch (error) {
      await this.endEarly({ ...trial, reports }, { error, isPruned });
    }
  }

  /** Iterations are compared within a learner: what one is after a step, another is not. */
  private shouldPrune(trial: Trial, step: number): boolean {
    const { reported, steps } = this.options.study.detail;
    const isByFold = reported.per === 'fold';
    if (isByFold ? step >= steps : step < warmUp) return false;
    const others = this.visible(trial.number).filter(
      ({ params }) => isByFold || sameValue(params['learner'], trial.params['learner'] ?? ''),
    );
    return this.pruner.shouldPrune(
      courseOf(trial, reported),
      others.map(other => courseOf(other, reported)),
    );
  }

  private async complete(trial: Trial, result: JobResult): Promise<void> {
    const { study, ports } = this.options;
    const { objectives, constraints } = study.detail;
    const measured = (metric: string): number => {
      const value = result.metrics[metric];
      if (value !== undefined) return value;
      throw new ModelyardError('config.invalid', `The trial has measured no ${metric}.`, {
        place: { file: 'modelyard.yaml', key: 'with.metric' },
        fix: `Take one of ${Object.keys(result.metrics)
          .filter(key => !key.endsWith('_std'))
          .join(', ')}.`,
      });
    };
    const values = objectives.map(({ metric }) => measured(metric));
    const violations = constraints.map(one => violation(one, measured(one.metric)));
    const runId = trial.runId;
    const time = Date.now();
    if (runId) {
      const points = Object.entries(result.metrics).map(([key, value]) => ({ key, value, step: 0, time }));
      await ports.tracking.metrics(runId, [...points, ...this.foldPoints(trial)]);
    }
    this.finish({ ...trial, state: 'complete', values, violations }, { status: 'FINISHED', tags: result.tags });
  }

  private async endEarly(trial: Trial, { error, isPruned }: { error: unknown; isPruned: boolean }): Promise<void> {
    const { runId } = trial;
    if (runId && trial.reports.length > 0) await this.options.ports.tracking.metrics(runId, this.foldPoints(trial));
    if (isPruned || isAbort(error)) {
      this.finish({ ...trial, state: isPruned ? 'pruned' : 'cancelled' }, { status: 'KILLED', tags: {} });
      return;
    }
    const { message } = toWireError(error);
    if (isLost(error)) {
      // no fault of its own: it is tried again when the study goes on
      this.finish({ ...trial, state: 'cancelled', message }, { status: 'KILLED', tags: {} });
      this.fail(error);
      return;
    }
    this.finish({ ...trial, state: 'failed', message }, { status: 'FAILED', tags: { 'modelyard.failure': message } });
    const isHopeless =
      this.trials.filter(({ state }) => state === 'failed').length >= patience &&
      !this.trials.some(({ state }) => state === 'complete' || state === 'pruned');
    if (isHopeless) this.fail(error);
    this.lastError = error;
  }

  /** What the last trial that failed has failed with. */
  lastError: unknown;

  private foldPoints({ reports }: Trial): readonly { key: string; value: number; step: number; time: number }[] {
    const { metric, per } = this.options.study.detail.reported;
    const key = per === 'fold' ? `fold_${metric}` : metric;
    return reports.map(({ step, value }) => ({ key, value, step, time: Date.now() }));
  }

  private finish(
    trial: Trial,
    end: { status: 'FINISHED' | 'FAILED' | 'KILLED'; tags: Readonly<Record<string, string>> },
  ): void {
    const { store, ports, study, context } = this.options;
    const ended = store.together(() => {
      if (trial.runId)
        ports.tracking.close(trial.runId, { ...end, tags: { ...end.tags, 'modelyard.trialState': trial.state } });
      store.update(study.id, { msUsed: this.msUsed });
      return this.keep({ ...trial, endedAt: Date.now() });
    });
    ports.changed(study.id);
    context.log(trialLine(ended, study.detail.objectives));
    this.report();
  }

  private report(): void {
    const { context, study } = this.options;
    const { objectives } = study.detail;
    const ended = this.trials.filter(({ state }) => state !== 'cancelled' && hasEnded(state)).length;
    const [best] = bestTrials(this.trials, objectives);
    const said = best ? ` · best ${objectives[0]?.metric ?? ''} ${(best.values[0] ?? Number.NaN).toPrecision(4)}` : '';
    context.progress(
      `${ended} of ${counted(study.trialsWanted, 'trial')}${said}`,
      ended / Math.max(1, study.trialsWanted),
    );
  }

  private keep(trial: Trial): Trial {
    const { store, study } = this.options;
    store.put(study.id, trial);
    this.trials[trial.number] = trial;
    return trial;
  }

  private heartbeat(): void {
    const runs = this.trials.flatMap(({ state, runId }): RunId[] => (state === 'running' && runId ? [runId] : []));
    try {
      for (const runId of runs) this.options.ports.tracking.heartbeat(runId);
    } catch {
      // What keeps it from being written is said when the next trial ends; nobody hears it here.
    }
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.isEnding = true;
    this.abortAll();
  }

  private abortAll(): void {
    for (const { abort } of this.running.values()) abort.abort();
  }
}

/** Where trials are measured is gone, with all of them. */
export const isLost = (error: unknown): boolean => error instanceof ModelyardError && error.code.startsWith('remote.');

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Of many iterations every fifth says enough. */
const isKept = ({ per }: Reported, step: number): boolean => per === 'fold' || step <= warmUp || step % 5 === 0;

const hasEnded = (state: Trial['state']): boolean => state !== 'waiting' && state !== 'running';

const blank = (number: number): Trial => ({
  number,
  state: 'waiting',
  source: 'sampled',
  params: {},
  values: [],
  reports: [],
  violations: [],
});

const measuring = ({
  folds,
  holdout,
  cost,
}: StudyRunOptions['tune']): Pick<TuneOptions, 'folds' | 'holdout' | 'cost'> => ({
  folds,
  ...(holdout !== undefined && { holdout }),
  ...(cost && { cost }),
});
