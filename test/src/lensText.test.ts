import { describe, expect, test } from 'vitest';
import { digest } from '../../engine/ids';
import type { DatasetStatus } from '../../engine/protocol/datasets';
import type { GateReport } from '../../engine/protocol/gates';
import type { PlannedStep, StepRun } from '../../engine/protocol/pipelines';
import { lockProblem } from '../../src/editor/datasetProblems';
import {
  datasetResult,
  gateResult,
  modelResult,
  pipelineResult,
  planResult,
  stepResult,
} from '../../src/editor/lensText';
import { lastStep, withRun } from '../../src/editor/recentRuns';
import { aModel, aRun, aStep } from './samples';

describe('the lens of a pipeline', () => {
  test('that has not run', () => expect(pipelineResult(undefined)).toBe('not run yet'));
  test('that runs names the step', () => {
    const steps = [aStep('split', 'succeeded'), aStep('train', 'running'), aStep('evaluate', 'waiting')];
    expect(pipelineResult(aRun({ status: 'running', steps }))).toBe('$(loading~spin)\u00a0train');
    expect(pipelineResult(aRun({ status: 'running', steps: [] }))).toBe('$(loading~spin)\u00a0running');
  });
  test('that has ended', () => {
    const ended = { startedAt: Date.now() - 24_000, endedAt: Date.now() - 12_000 };
    expect(pipelineResult(aRun({ ...ended, status: 'succeeded' }))).toBe('$(pass)\u00a012 s ago · 12 s');
    expect(pipelineResult(aRun({ ...ended, status: 'cancelled' }))).toBe('$(stop-circle)\u00a0cancelled · 12 s ago');
    const steps = [aStep('split', 'succeeded'), aStep('train', 'failed'), aStep('evaluate', 'skipped')];
    expect(pipelineResult(aRun({ ...ended, status: 'failed', steps }))).toBe(
      '$(error)\u00a0failed at train · 12 s ago',
    );
  });
});

describe('the lens of a plan', () => {
  const planned = (name: string, change: Partial<PlannedStep>): PlannedStep => ({
    ...{ name, uses: 'run', needs: [], decision: 'runs', reason: 'no earlier run', changes: [] },
    ...change,
  });
  const plan = (...steps: PlannedStep[]): string => {
    const runs = steps.filter(({ decision }) => decision === 'runs' || decision === 'always').length;
    return planResult({ pipeline: 'p', steps, runs, summary: '' });
  };
  const same = planned('split', { decision: 'cached', reason: 'nothing has changed since r-1' });
  test('says how many will run, and what of has changed first', () => {
    expect(planResult(undefined)).toBe('Plan');
    expect(plan(same)).toBe('Plan: nothing will run');
    const changes = [{ name: 'with.lr', was: '0.1', now: '0.2' }];
    expect(plan(same, planned('train', { reason: '`with.lr` 0.1 → 0.2', changes }))).toBe(
      'Plan: 1 of 2 will run (train.lr changed)',
    );
    expect(plan(same, planned('a', { changes: [{ name: 'file src/a.py', was: '1', now: '2' }] }))).toBe(
      'Plan: 1 of 2 will run (src/a.py changed)',
    );
    expect(plan(planned('a', {}), planned('b', {}))).toBe('Plan: all 2 will run (a: no earlier run)');
  });
  test('what runs each time is a reason only where there is no other', () => {
    const always = planned('gate', { decision: 'always', reason: 'it judges each time' });
    expect(plan(same, always)).toBe('Plan: nothing has changed');
    const skipped = planned('deploy', { decision: 'skipped', reason: 'its `if` says so' });
    expect(plan(always, skipped)).toBe('Plan: 1 of 2 will run (gate: it judges each time)');
    expect(plan(always)).toBe('Plan: will run (gate: it judges each time)');
    expect(plan(always, planned('z', {}))).toBe('Plan: all 2 will run (z: no earlier run)');
  });
  test('stays short, however long a reason is', () => {
    const name = 'file src/features/customers/of_the_last_twelve_months.py';
    const long = plan(same, planned('a', { changes: [{ name, was: '1', now: '2' }] }));
    expect(long).toBe('Plan: 1 of 2 will run (src/features/customers/of_the_last…)');
    expect(long.length).toBeLessThanOrEqual(60);
  });
});

describe('the lens of a step', () => {
  const step = (change: Partial<StepRun>): string => stepResult({ ...aStep('train', 'succeeded'), ...change });
  test('says what it found, or else its state', () => {
    expect(stepResult(undefined)).toBe('not run yet');
    expect(step({ message: '1,000 rows · 12 checks' })).toBe('$(pass)\u00a01,000 rows · 12 checks');
    expect(step({ status: 'skipped' })).toBe('$(circle-slash)\u00a0skipped');
  });
  test('says the error rather than the last progress, and not all of a long one', () => {
    const message = `The column is missing${' and missing'.repeat(20)}.`;
    const text = step({ status: 'failed', message: 'reading', error: { code: 'data.column', message } });
    expect(text).toMatch(/^\$\(error\)\u00a0The column is missing.*…$/);
    expect(text.length).toBeLessThan(110);
  });
});

describe('the lens of a dataset', () => {
  const run = { runId: aRun({}).runId, number: 12, name: 'r', status: 'FINISHED', startedAt: 0, contexts: [] } as const;
  const status = (change: Partial<DatasetStatus>): string =>
    datasetResult({ name: 'd', path: 'd.csv', format: 'csv', state: 'unused', versions: 0, ...change });
  const last = { digest: digest('a'.repeat(64)), run };
  test('says size, versions and how the file stands', () => {
    expect(datasetResult(undefined)).toBe('versions');
    expect(status({})).toBe('never used');
    expect(status({ state: 'unchanged', rows: 1000, columns: 21, versions: 1, last })).toBe(
      '1,000 rows, 21 columns · 1 version · as r-12 read it',
    );
    expect(status({ state: 'changed', versions: 3, last })).toBe('3 versions · changed since r-12');
    expect(status({ state: 'missing', versions: 2, last })).toBe('2 versions · $(error)\u00a0no such file');
  });
  test('what is said of the lock: nothing unless both are known and differ', () => {
    const known = { name: 'd', path: 'd.csv', format: 'csv', state: 'changed', versions: 1 } as const;
    const [one, other] = [digest('1'.repeat(64)), digest('2'.repeat(64))];
    expect(lockProblem(undefined)).toBeUndefined();
    expect(lockProblem({ ...known, digest: one })).toBeUndefined();
    expect(lockProblem({ ...known, locked: one })).toBeUndefined();
    expect(lockProblem({ ...known, digest: one, locked: one })).toBeUndefined();
    expect(lockProblem({ ...known, digest: one, locked: other })).toBe(
      'd.csv is no longer what modelyard.lock says: its content is 111111111111, the lock has 222222222222.',
    );
  });
});

describe('the lens of a model', () => {
  test('names who holds which stage, the last stage first', () => {
    expect(modelResult(undefined)).toBe('no version yet');
    expect(modelResult(aModel([]))).toBe('no version yet');
    expect(modelResult(aModel(['archived']))).toBe('all versions are archived');
    expect(modelResult(aModel(['staging', 'archived', 'production']))).toBe('production v3 · staging v1');
    const both = { ...aModel(['staging', 'staging']), holders: { staging: 1 } };
    expect(modelResult(both), 'who was moved there last').toBe('staging v1');
  });
});

describe('the lens of a stage', () => {
  const report = (...verdicts: GateReport['results'][number]['verdict'][]): GateReport => ({
    ...{ model: 'm', version: 4, stage: 'staging', verdict: 'passed', judgedAt: 0 },
    results: verdicts.map((verdict, index) => ({
      index,
      rule: `r${index}`,
      verdict,
      sentence: `Rule ${index} said it.`,
    })),
  });
  test('says what blocks before what warns', () => {
    expect(gateResult(undefined)).toBe('not judged yet');
    expect(gateResult(report('passed', 'passed'))).toBe('$(pass)\u00a02 of 2 · v4');
    expect(gateResult(report('passed', 'waived', 'passed'))).toBe('$(pass)\u00a02 of 3 · v4 · 1 waived');
    expect(gateResult(report('passed', 'warned'))).toBe('$(warning)\u00a01 of 2 · v4 · warns: Rule 1 said it.');
    expect(gateResult(report('warned', 'failed', 'waived'))).toBe(
      '$(error)\u00a00 of 3 · v4 · 1 waived · blocked: Rule 1 said it.',
    );
    expect(gateResult(report('unknown', 'warned')), 'what cannot be judged blocks').toMatch(/blocked: Rule 0/);
    const pending = { verdict: 'unknown', sentence: 'r was not judged yet.', pending: true } as const;
    expect(gateResult({ results: [pending] }), 'a new rule').toBe('not judged yet');
    const [judged] = report('passed').results;
    expect(gateResult({ version: 4, results: [judged!, pending] })).toBe('$(pass)\u00a01 of 2 · v4');
  });
});

describe('the last result of a step', () => {
  const full = aRun({ startedAt: 1000, steps: [aStep('split', 'succeeded'), aStep('train', 'failed')] });
  const single = aRun({ startedAt: 2000, steps: [aStep('train', 'succeeded')] });

  test('of a run of that step alone leaves those of the other steps', () => {
    const runs = withRun(withRun([], full), single);
    expect(runs).toEqual([single, full]);
    expect(lastStep(runs, 'train')).toEqual({ run: single, step: single.steps[0] });
    expect(lastStep(runs, 'split')).toEqual({ run: full, step: full.steps[0] });
    expect(lastStep(runs, 'evaluate')).toBeUndefined();
  });
  test('does not depend on the order in which the runs are learnt of', () => {
    expect(withRun(withRun([], single), full)).toEqual([single, full]);
  });
  test('a run that is told again replaces what was known of it', () => {
    const later = { ...single, steps: [aStep('train', 'failed')] };
    expect(withRun([single, full], later)).toEqual([later, full]);
  });
  test('runs that say nothing any more are forgotten', () => {
    const newest = aRun({ startedAt: 3000, steps: [aStep('split', 'succeeded'), aStep('train', 'running')] });
    expect(withRun([single, full], newest)).toEqual([newest]);
  });
});
