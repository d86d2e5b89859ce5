import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { options as tuneGrammar } from '../../../engine/config/grammar/steps/tune';
import { ModelyardError } from '../../../engine/errors';
import { digest, newPipelineRunId } from '../../../engine/ids';
import { openTuning, readTuned } from '../../../engine/process/wiring/openTuning';
import type { JobResult, TrialRequest, TuneContext } from '../../../engine/protocol/jobs';
import type { TrainOptions } from '../../../engine/protocol/steps/learners';
import type { TuneOptions } from '../../../engine/protocol/steps/search';
import type { Store } from '../../../engine/store/store';
import type { Study, Trial } from '../../../engine/protocol/tuning';
import { TrackingService } from '../../../engine/tracking/service';
import type { TuningService } from '../../../engine/tuning/service';
import { parse } from 'valibot';
import { openTestStore, temporaryFolder } from '../../support/store';
import { median } from './search';

const tune = (written: Record<string, unknown>): TuneOptions =>
  parse(tuneGrammar, { learner: 'logistic', metric: 'auc', trials: 12, folds: 3, ...written });

/** The AUC that a made-up trial measures: best at C = 10, and on each fold another one. */
const aucOf = (options: TrainOptions, fold: number): number =>
  options.learner === 'logistic'
    ? 0.9 - Math.abs(Math.log10(options.C) - 1) / 20 + fold / 1000
    : options.learner === 'forest'
      ? 0.7 + options.min_rows / 1000
      : 0.5;

interface World {
  readonly tuning: TuningService;
  readonly tracking: TrackingService;
  readonly step: (options: TuneOptions, more?: Partial<TuneContext>) => Promise<JobResult>;
  /** The trials that were begun, by name, in order. */
  readonly begun: string[];
  readonly log: string[];
  readonly folder: string;
  study(): Study;
}

/** Waits a little after each fold, so that what runs side by side comes in another order each time. */
async function measured(request: TrialRequest, signal: AbortSignal): Promise<JobResult> {
  const { options, folds } = request.with;
  const values: number[] = [];
  for (let fold = 1; fold <= folds; fold++) {
    await delay(Math.random() * 2);
    if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
    const auc = aucOf(options, fold);
    values.push(auc);
    request.onFold({ key: 'auc', value: auc, step: fold });
  }
  if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
  const auc = values.reduce((sum, value) => sum + value, 0) / folds;
  const seconds = options.learner === 'logistic' ? options.C : 1;
  return { outputs: [], params: {}, metrics: { auc, fit_seconds: seconds }, tags: {}, inputs: [], summary: '' };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new ModelyardError('cancelled', 'Cancelled.')), { once: true });
  });

async function world(
  runTrial: TuneContext['runTrial'] = measured,
  opened: { store?: Store; workers?: number } = {},
): Promise<World> {
  const store = opened.store ?? (await openTestStore({ root: temporaryFolder() }));
  const tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
  const tuning = openTuning({
    db: store.db,
    tracking,
    user: 'tester',
    changed: () => undefined,
    workers: opened.workers ?? 4,
  });
  const folder = path.join(store.root, 'work');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'split.json'), '{"rows": 100}');
  writeFileSync(path.join(folder, 'preparation.json'), '{"label": "y"}');
  const [begun, log]: string[][] = [[], []];
  const run = tracking.createRun({ experimentId: tracking.ensureExperiment('credit').id, user: 'tester' });
  const step: World['step'] = (options, more = {}) =>
    tuning.step(options, {
      runId: run.id,
      pipelineRunId: newPipelineRunId(),
      pipeline: 'train',
      step: 'tune',
      configDigest: digest('b'.repeat(64)),
      inputs: (['split', 'preparation'] as const).map(kind => ({
        kind,
        step: kind,
        path: path.join(folder, `${kind}.json`),
      })),
      datasets: [],
      workDir: folder,
      signal: new AbortController().signal,
      log: line => void log!.push(line),
      progress: () => undefined,
      runTrial: (request, signal) => {
        begun!.push(request.name);
        return runTrial(request, signal);
      },
      ...more,
    });
  return { tuning, tracking, step, begun: begun!, log: log!, folder, study: () => tuning.get('s-1') };
}

const tried = ({ trials }: Study) => trials.map(({ params, state, reports }) => [params, state, reports.length]);

test('each trial is a nested run; the best is what the step makes, and what a train step takes', async () => {
  const it = await world();
  const result = await it.step(tune({ pruner: 'none' }));
  const study = it.study();
  expect(study).toMatchObject({ status: 'finished', pipeline: 'train', step: 'tune', counts: { complete: 12 } });
  const { best } = study;
  const values = study.trials.map(({ values: [auc] }) => auc!);
  expect(best?.values[0]).toBe(Math.max(...values));
  expect(result.metrics['tune_auc']).toBe(best?.values[0]);
  const trained = await readTuned(path.join(it.folder, 'tuning.json'), { learner: 'tuned', calibrate: 'platt' });
  expect(trained).toEqual({
    ...{ learner: 'logistic', C: best?.params['logistic.C'], class_weight: 'none', calibrate: 'platt' },
    ...{ max_iterations: 100, tolerance: 1e-8, seed: 0 },
  });
  const run = it.tracking.getRun(best?.runId ?? '');
  expect(run).toMatchObject({
    name: `tune/trial-${best?.number}`,
    status: 'FINISHED',
    parentRunId: it.tracking.getRun('r-1').id,
    params: { learner: 'logistic', C: String(best?.params['logistic.C']) },
    tags: { 'modelyard.study': study.id, 'modelyard.trialState': 'complete', 'mlflow.parentRunId': run.parentRunId },
  });
  expect(run.metrics['auc']?.value).toBe(best?.values[0]);
  expect(run.metrics['fold_auc']?.step).toBe(3);
});

test.each(['median', 'asha'])(
  'what is tried and pruned (%s) follows from the seed, however many processors there are',
  async pruner => {
    const options = tune({ learner: ['logistic', 'forest'], trials: 40, parallel: 4, seed: 3, pruner });
    const studies: Study[] = [];
    for (const workers of [1, 3]) {
      const it = await world(measured, { workers });
      await it.step(options);
      studies.push(it.study());
    }
    expect(tried(studies[0]!)).toEqual(tried(studies[1]!));
    expect(studies[0]?.counts.pruned).toBeGreaterThan(0);
    const other = await world();
    await other.step({ ...options, seed: 4 });
    expect(tried(other.study())).not.toEqual(tried(studies[0]!));
  },
);

test('no more trials run at a time than are asked for', async () => {
  let [now, most] = [0, 0];
  const it = await world(async (request, signal) => {
    most = Math.max(most, ++now);
    return measured(request, signal).finally(() => now--);
  });
  await it.step(tune({ parallel: 2, trials: 10 }));
  expect(most).toBeLessThanOrEqual(2);
});

describe('a study that was ended', () => {
  const options = tune({ trials: 14, parallel: 3, pruner: 'none' });

  test('by a crash goes on as it would have gone', async () => {
    const whole = await world();
    await whole.step(options);
    const store = await openTestStore({ root: temporaryFolder() });
    let left = 7;
    // the eighth trial and what runs beside it never end
    const first = await world((request, signal) => (left-- > 0 ? measured(request, signal) : aborted(signal)), {
      store,
    });
    const dead = new AbortController();
    first.step(options, { signal: dead.signal }).catch(() => undefined);
    onTestFinished(() => dead.abort());
    await expect.poll(() => first.study().counts).toMatchObject({ complete: 7 });
    const second = await world(measured, { store });
    second.tuning.recover();
    expect(second.study()).toMatchObject({ status: 'interrupted', counts: { running: 0 } });
    await second.step(options);
    expect(second.log[0]).toBe('Study s-1 goes on with 7 trials done.');
    expect(tried(second.study())).toEqual(tried(whole.study()));
    expect(second.tuning.list({})).toHaveLength(1);
  });

  test('by a cancel goes on with the next run; with other data or options a new one begins', async () => {
    const abort = new AbortController();
    const it = await world((request, signal) => {
      if (request.name === 'trial-6') abort.abort();
      return measured(request, signal);
    });
    await expect(it.step(options, { signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
    const { counts, status } = it.study();
    expect(status).toBe('interrupted');
    expect(counts.running).toBe(0);
    const done = counts.complete;
    it.begun.length = 0;
    await it.step(options);
    expect(it.begun).toHaveLength(14 - done);
    // all is known: nothing is tried again
    it.begun.length = 0;
    const again = await it.step(options);
    expect(it.begun).toEqual([]);
    expect(again.metrics['tune_auc']).toBe(it.study().best?.values[0]);
    await it.step({ ...options, seed: 5 });
    expect(it.tuning.list({}).map(({ number }) => number)).toEqual([2, 1]);
    await it.step({ ...options, fresh: true });
    expect(it.tuning.list({})).toHaveLength(3);
    writeFileSync(path.join(it.folder, 'split.json'), '{"rows": 101}');
    await it.step(options);
    expect(it.tuning.list({})).toHaveLength(4);
  });

  test('by the end of the place where trials are measured has lost none of them, and goes on as it would have gone', async () => {
    const options = tune({ parallel: 2, seed: 5 });
    const whole = await world();
    await whole.step(options);
    const store = await openTestStore({ root: temporaryFolder() });
    let left = 5;
    const gone = new ModelyardError('remote.unreachable', 'The head is gone.');
    const it = await world(
      async (request, signal) => {
        if (left-- <= 0) throw gone;
        return measured(request, signal);
      },
      { store },
    );
    // more at a time than there are processors: they are on other machines
    await expect(it.step(options, { workers: 2 })).rejects.toMatchObject({
      code: 'remote.unreachable',
      message: 'The head is gone.',
      fix: expect.stringMatching(
        /^Nothing is lost: run the pipeline again, and study s-1 goes on with [45] trials done\.$/,
      ),
    });
    expect(it.study()).toMatchObject({ status: 'interrupted', counts: { failed: 0 } });
    left = 100;
    await it.step(options);
    expect(it.study().status).toBe('finished');
    expect(tried(it.study())).toEqual(tried(whole.study()));
  });

  test('by somebody keeps what is done, and its step goes on with the best', async () => {
    const it: World = await world((request, signal) => {
      if (request.name === 'trial-6') expect(it.tuning.stop('s-1').status).toBe('running');
      return measured(request, signal);
    });
    const result = await it.step(options);
    const study = it.study();
    expect(study.status).toBe('stopped');
    expect(study.trials.length).toBeLessThan(14);
    expect(study.counts.running).toBe(0);
    expect(result.metrics['tune_auc']).toBe(study.best?.values[0]);
    expect(() => it.tuning.stop('s-1')).toThrow('not under way');
  });

  test('goes on with more trials when it is asked to, and is not mistaken for one of other data', async () => {
    const it = await world();
    await it.step(options);
    expect(() => it.tuning.extend('s-1', {})).toThrow('has done all its 14 trials');
    it.tuning.extend('s-1', { trials: 5 });
    it.begun.length = 0;
    await it.step(options);
    expect(it.begun).toEqual(['trial-14', 'trial-15', 'trial-16', 'trial-17', 'trial-18']);
    it.tuning.extend('s-1', { trials: 5 });
    await expect(it.step({ ...options, seed: 6 })).rejects.toMatchObject({ code: 'conflict' });
    // that was said once; the next run begins a new study
    await it.step({ ...options, seed: 6 });
    expect(it.tuning.list({})).toHaveLength(2);
  });
});

describe('what is tried first', () => {
  test('is what modelyard.yaml enqueues, whole or in part, then what somebody enqueues', async () => {
    const it = await world();
    const enqueue = [
      { learner: 'logistic', C: 10 },
      { learner: 'forest', min_rows: 7, trees: 50 },
    ];
    await it.step(tune({ learner: ['logistic', 'forest'], enqueue, trials: 5, pruner: 'none' }));
    const [first, second] = it.study().trials;
    expect(first?.params).toEqual({ learner: 'logistic', 'logistic.C': 10 });
    expect(second?.params).toMatchObject({ learner: 'forest', 'forest.min_rows': 7, 'forest.trees': 50 });
    expect(second?.params['forest.columns']).toBeGreaterThan(0);
    expect(it.tracking.getRun(second?.runId ?? '').params).toMatchObject({ min_rows: '7', trees: '50' });
    expect(it.study().best?.number).toBe(0);
    const added = it.tuning.enqueue('s-1', { learner: 'logistic', C: 9 });
    expect(added).toMatchObject({ number: 5, state: 'waiting' });
    it.tuning.extend('s-1', {});
    await it.step(tune({ learner: ['logistic', 'forest'], enqueue, trials: 5, pruner: 'none' }));
    expect(it.study().trials.map(({ state }) => state)).toEqual(Array<string>(6).fill('complete'));
    expect(() => it.tuning.enqueue('s-1', { learner: 'boosted-trees' })).toThrow('tunes logistic, forest');
    expect(() => it.tuning.enqueue('s-1', { learner: 'logistic', C: -1 })).toThrow('C must be above 0');
    expect(() => it.tuning.enqueue('s-1', { learner: 'logistic', D: 1 })).toThrow('D');
  });

  test('is what a person adds while it runs', async () => {
    const it: World = await world((request, signal) => {
      if (request.name === 'trial-3') it.tuning.enqueue('1', { C: 123 });
      return measured(request, signal);
    });
    await it.step(tune({ trials: 8, parallel: 2, pruner: 'none' }));
    const { trials } = it.study();
    const added = trials.find(({ source }) => source === 'enqueued');
    expect(added).toMatchObject({ params: { 'logistic.C': 123 }, state: 'complete' });
    // before what would have been tried otherwise
    expect(added?.number).toBeLessThan(6);
    expect(trials).toHaveLength(8);
  });

  test('are the best earlier runs of the same learners, with as much of them as is searched', async () => {
    const it = await world();
    const experimentId = it.tracking.ensureExperiment('credit').id;
    for (const [C, auc] of [
      ['2', 0.8],
      ['10', 0.9],
      ['99999', 0.95],
      ['3', 0.85],
    ] as const) {
      const { id } = it.tracking.createRun({ experimentId, user: 'someone' });
      it.tracking.logParams(id, { learner: 'logistic', C, seed: '7' });
      await it.tracking.logMetrics(id, [{ key: 'auc', value: auc, step: 0, time: Date.now() }]);
      it.tracking.endRun(id, 'FINISHED');
    }
    await it.step(tune({ warm_start: 2, trials: 4 }));
    // 99999 lies outside of what is searched
    expect(
      it
        .study()
        .trials.slice(0, 3)
        .map(({ source, params }) => [source, params['logistic.C']]),
    ).toEqual([
      ['earlier', 10],
      ['earlier', 3],
      ['sampled', expect.any(Number)],
    ]);
  });
});

test('several metrics give a front; of it the best by the first is taken', async () => {
  const it = await world();
  const result = await it.step(tune({ metric: ['auc', 'fit_seconds'], trials: 30 }));
  const { trials, front, best, pruner } = it.study();
  expect(pruner).toBe('none');
  const dominated = (n: number): boolean =>
    trials.some(({ values: [auc = 0, seconds = 0] }) => {
      const [ownAuc = 0, ownSeconds = 0] = trials[n]!.values;
      return auc >= ownAuc && seconds <= ownSeconds && (auc > ownAuc || seconds < ownSeconds);
    });
  expect([...front].sort((a, b) => a - b)).toEqual(trials.map(({ number }) => number).filter(n => !dominated(n)));
  expect(front.length).toBeGreaterThan(2);
  expect(front[0]).toBe(best?.number);
  const file: unknown = JSON.parse(readFileSync(path.join(it.folder, 'tuning.json'), 'utf8'));
  expect(file).toMatchObject({ trial: best?.number, front: front.map(trial => expect.objectContaining({ trial })) });
  expect(result.metrics['tune_fit_seconds']).toBe(best?.values[1]);
});

test('the best trial keeps the constraints, though others are better', async () => {
  const it = await world();
  const constraints = [{ metric: 'fit_seconds', at_most: 1 }];
  await it.step(tune({ constraints, trials: 25, pruner: 'none' }));
  const { trials, best } = it.study();
  // C is what a fit takes, and the more of it, up to 10, the better
  expect(Number(best?.params['logistic.C'])).toBeLessThanOrEqual(1);
  expect(Math.max(...trials.map(({ values: [auc = 0] }) => auc))).toBeGreaterThan(best?.values[0] ?? 1);
});

test('with a held-out part trees are pruned by their loss as they grow, beside trials of the same learner alone', async () => {
  const it = await world(async (request, signal) => {
    const { options, holdout } = request.with;
    expect(holdout).toBe(0.25);
    const isTrees = options.learner === 'boosted-trees';
    // a learner without a curve says nothing; that of trees is the better the fewer leaves
    for (let step = 1; isTrees && step <= 40 && !signal.aborted; step++)
      request.onFold({ key: 'val_loss', value: options.leaves + 1 / step, step });
    await delay(0);
    if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
    const auc = isTrees ? 1 - options.leaves / 100 : 0.1;
    request.onFold({ key: 'auc', value: auc, step: 1 });
    return { outputs: [], params: {}, metrics: { auc, fit_seconds: 1 }, tags: {}, inputs: [], summary: '' };
  });
  const learner = ['boosted-trees', 'logistic'];
  const written = { learner, metric: 'auc', holdout: 0.25, pruner: 'median', sampler: 'random', trials: 40 };
  await it.step(parse(tuneGrammar, written));
  const { trials, reported } = it.study();
  expect(reported).toEqual({ metric: 'val_loss', maximize: false, per: 'iteration' });
  const pruned = trials.filter(({ state }) => state === 'pruned');
  expect(pruned.length).toBeGreaterThan(1);
  const leaves = ({ params }: Trial): number => Number(params['boosted-trees.leaves']);
  for (const one of trials.filter(({ params }) => params['learner'] === 'boosted-trees')) {
    const peers = trials.filter(peer => peer.number <= one.number - 4 && peer.state === 'complete' && leaves(peer) > 0);
    const isWorse = peers.length >= 5 && leaves(one) > median(peers.map(leaves));
    expect(one.state, String(one.number)).toBe(isWorse ? 'pruned' : 'complete');
  }
  expect(new Set(pruned.map(({ params }) => params['learner']))).toEqual(new Set(['boosted-trees']));
  // nothing is judged before the tenth; then every fifth is kept
  expect(new Set(pruned.map(({ reports }) => reports.at(-1)?.step))).toEqual(new Set([10]));
  const whole = trials.find(({ state, params }) => state === 'complete' && params['learner'] === 'boosted-trees');
  expect(whole?.reports.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 35, 40]);
  expect(
    trials.filter(({ params }) => params['learner'] === 'logistic').every(({ reports }) => reports.length === 0),
  ).toBe(true);
});

test('no trial begins after its time', async () => {
  const it = await world();
  const started = Date.now();
  await it.step(tune({ trials: 100_000, time: '200ms' }));
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(it.study().trials.length).toBeLessThan(2_000);
  // the time is used up, and stays so
  it.begun.length = 0;
  await it.step(tune({ trials: 100_000, time: '200ms' }));
  expect(it.begun).toEqual([]);
  it.tuning.extend('s-1', { seconds: 1 });
  const running = it.step(tune({ trials: 100_000, time: '200ms' }));
  await expect.poll(() => it.begun.length).toBeGreaterThan(0);
  it.tuning.stop('s-1');
  await running;
});

describe('trials that fail', () => {
  const failing = new ModelyardError('training.label', 'The label has one value only.');

  test('are said, and the others go on', async () => {
    const it = await world((request, signal) =>
      request.name === 'trial-1' ? Promise.reject(failing) : measured(request, signal),
    );
    await it.step(tune({ trials: 4 }));
    expect(it.study().trials[1]).toMatchObject({ state: 'failed', message: failing.message });
    expect(it.tracking.getRun(it.study().trials[1]?.runId ?? '').status).toBe('FAILED');
    expect(it.log.join('\n')).toContain('trial 1: failed: The label has one value only.');
  });

  test('from the first on end the study with what they failed with', async () => {
    const it = await world(() => Promise.reject(failing));
    await expect(it.step(tune({ trials: 40 }))).rejects.toBe(failing);
    expect(it.study()).toMatchObject({ status: 'failed', message: failing.message });
    expect(it.study().trials.length).toBeLessThan(12);
  });

  test('as they measure no such metric say which there are', async () => {
    const it = await world();
    await expect(it.step(tune({ metric: 'rmse', trials: 2 }))).rejects.toMatchObject({
      code: 'config.invalid',
      place: { key: 'with.metric' },
      fix: 'Take one of auc, fit_seconds.',
    });
  });
});

test('studies are found by number and by the beginning of their ids', async () => {
  const it = await world();
  await it.step(tune({ trials: 1 }));
  const { id } = it.study();
  for (const name of ['1', 's-1', id, id.slice(0, 6)]) expect(it.tuning.get(name).id).toBe(id);
  expect(() => it.tuning.get('s-2')).toThrow('There is no study s-2');
});
