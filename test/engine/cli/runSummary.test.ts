import { readFileSync } from 'node:fs';
import path from 'node:path';
import pico from 'picocolors';
import { describe, expect, test } from 'vitest';
import type { RunOutcome } from '../../../engine/cli/text/runSummary';
import { runSummary } from '../../../engine/cli/text/runSummary';
import { digest, experimentId, newPipelineRunId, newRunId } from '../../../engine/ids';
import type { GateReport } from '../../../engine/protocol/gates';
import type { StepRun } from '../../../engine/protocol/pipelines';
import type { ModelVersion } from '../../../engine/protocol/registry';

const golden = (name: string): string =>
  readFileSync(path.resolve(import.meta.dirname, '../../fixtures/cli', name), 'utf8');
const options = { colors: pico.createColors(false), width: 100, workspace: '' };
const start = Date.UTC(2026, 10, 23, 9);
const runId = newRunId();
const sha = digest('ab'.repeat(32));

const step = (name: string, ms: number, rest: Partial<StepRun>): StepRun => ({
  name,
  uses: name,
  needs: [],
  status: 'succeeded',
  startedAt: start,
  endedAt: start + ms,
  logSize: 0,
  ...rest,
});

const metric = (value: number) => ({ value, step: 0, time: start });
const run: RunOutcome['run'] = {
  id: runId,
  number: 12,
  experimentId: experimentId('1'),
  name: 'spry-hawk-364',
  status: 'FINISHED',
  startedAt: start,
  endedAt: start + 12_300,
  user: 'ada',
  lifecycle: 'active',
  params: {},
  metrics: {
    zeta: metric(3),
    auc: metric(0.789_04),
    expected_cost: metric(0.521),
    rows: metric(1000),
    log_loss: metric(Number.NaN),
  },
  tags: {},
  inputs: [],
};

const fairness = {
  index: 2,
  rule: 'selection_rate_ratio ≥ 0.8 where age_in_years <= 25',
  metric: 'selection_rate_ratio',
  slice: 'age_in_years <= 25',
  value: 0.568,
  bound: 0.8,
  sentence:
    'selection_rate_ratio where age_in_years <= 25 is 0.568, below the required 0.8 (26 % of these 38 rows get the favourable outcome, 46 % of the other 162); a threshold of 0.35 instead of 0.167 would reach 0.81, at an expected cost of 0.71 instead of 0.52 a row.',
} as const;
const auc = { index: 0, rule: 'auc ≥ 0.75', metric: 'auc', verdict: 'passed', value: 0.789, bound: 0.75, sentence: 'auc is 0.789, at least the required 0.75.' } as const; // prettier-ignore
const report = (stage: string, verdict: 'warned' | 'failed'): GateReport => ({
  model: 'credit-risk',
  stage,
  verdict,
  judgedAt: start,
  results: [auc, { ...fairness, verdict }],
});
const version: ModelVersion = {
  model: 'credit-risk',
  version: 3,
  runId,
  artifactPath: 'model',
  source: `mlflow-artifacts:/1/${runId}/artifacts/model`,
  stage: 'staging',
  createdAt: start,
  updatedAt: start,
  createdBy: 'ada',
  description: '',
  metrics: {},
  lineage: { datasets: [], modelDigest: sha },
  tags: {},
};
const base = {
  id: newPipelineRunId(),
  pipeline: 'train',
  startedAt: start,
  endedAt: start + 12_300,
  runId,
  configDigest: sha,
};

const good: RunOutcome = {
  pipelineRun: {
    ...base,
    status: 'succeeded',
    steps: [
      step('validate', 400, { message: '1,000 rows · 16 checks' }),
      step('train', 61_000, { message: 'logistic · 57 features · 5 iterations' }),
      step('gate', 20, { message: 'staging: passed with 1 warning · production: blocked by 1 of 2 rules' }),
    ],
  },
  run,
  gates: [report('staging', 'warned'), report('production', 'failed')],
  versions: [version],
};

test('a run that succeeded: metrics, gates with the trade-off, version, where to look next', () => {
  expect(runSummary(good, options)).toBe(golden('succeeded.txt'));
});

test('a run that failed: the step, the place, the way out; what it kept', () => {
  const error = {
    code: 'data.expectation',
    message: 'Dataset applications (data/german_credit.csv): 3 of 1,000 rows have no age.',
    place: { file: 'modelyard.yaml', line: 8, column: 9, key: 'datasets.applications.expect.1' },
    fix: 'Correct the rows.',
  } as const;
  const failed: RunOutcome = {
    pipelineRun: {
      ...base,
      status: 'failed',
      error,
      steps: [
        step('validate', 400, { status: 'failed', error, message: '1,000 rows · 16 checks · 1 failed' }),
        {
          name: 'train',
          uses: 'train',
          needs: ['validate'],
          status: 'skipped',
          message: 'because of validate',
          logSize: 0,
        },
      ],
    },
    run: { ...run, metrics: {} },
    gates: [],
    versions: [],
  };
  expect(runSummary(failed, { ...options, workspace: 'samples/credit scoring' })).toBe(golden('failed.txt'));
});

test('the load of the machine is not among the metrics, and counted with those that --json has', () => {
  const system = { 'system/cpu_utilization_percentage': metric(91.3), 'system/disk_usage_percentage': metric(9) };
  const loaded = { ...run, metrics: { ...run.metrics, ...system } };
  const text = runSummary({ ...good, run: loaded }, options);
  expect(text).not.toContain('system/');
  expect(text).toContain('  and 2 more with --json\n');
  expect(runSummary({ ...good, run: { ...run, metrics: system } }, options)).not.toContain('Metrics');
});

describe('colours', () => {
  test('change nothing but the colours', () => {
    const colored = runSummary(good, { ...options, colors: pico.createColors(true) });
    expect(colored).toContain('\u001b[32m');
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(golden('succeeded.txt'));
  });
});

test('nothing is wider than the terminal, except commands to copy', () => {
  const lines = runSummary(good, { ...options, width: 60 })
    .split('Where to look next')[0]!
    .split('\n');
  for (const line of lines.slice(1)) expect([...line].length, line).toBeLessThanOrEqual(60);
});

test('a gate that fails the run is said once: in short at the step and as the error, in full among the gates', () => {
  const message = `The gates of production block this model: ${fairness.sentence}`;
  const error = { code: 'gate.failed', message, fix: 'Improve the model.' } as const;
  const failed = step('gate', 20, { status: 'failed', error, message: 'production: blocked by 1 of 2 rules' });
  const text = runSummary(
    {
      ...{ run, gates: [report('production', 'failed')], versions: [] },
      pipelineRun: { ...base, status: 'failed', steps: [failed], error },
    },
    options,
  );
  expect(text.match(/is 0\.568, below/g)).toHaveLength(1);
  expect(text).toMatch(/✗ production: blocked by 1 of 2 rules +0\.0 s/);
  expect(text).toContain('error: The gates of production block this model.\n  fix: Improve the model.\n');
});
