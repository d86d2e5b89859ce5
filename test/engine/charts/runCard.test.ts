import { expect, test } from 'vitest';
import { runCard } from '../../../engine/charts/report/runCard';
import { digest, experimentId, pipelineRunId, runId } from '../../../engine/ids';
import type { StepRun } from '../../../engine/protocol/pipelines';
import type { RunCardFacts } from '../../../engine/protocol/runCard';

const hex = 'ab'.repeat(32);
const began = Date.UTC(2026, 10, 28, 22, 10);
const step = (name: string, more: Partial<StepRun>): StepRun => ({
  ...{ name, uses: name, needs: [], status: 'succeeded', startedAt: began, endedAt: began + 3770, logSize: 0 },
  ...more,
});
const before = { pipelineRun: pipelineRunId('1'.repeat(32)), runId: runId('a'), run: 11, at: began };
const facts: RunCardFacts = {
  run: {
    ...{ id: runId('b'), number: 12, experimentId: experimentId('1'), name: 'a|b <i>', status: 'FAILED', user: 'ada' },
    ...{ startedAt: began, endedAt: began + 61_000, lifecycle: 'active', params: { C: '0.2', note: '`x` | y' } },
    metrics: {
      auc: { value: 0.774_123_9, step: 0, time: 0 },
      loss: { value: Number.NaN, step: 0, time: 0 },
      'system/cpu': { value: 1, step: 0, time: 0 },
    },
    tags: { 'mlflow.source.git.commit': hex, 'modelyard.debug': 'node', 'mlflow.note.content': '# no heading' },
    inputs: [{ dataset: 'applications', digest: hex, context: 'training' }],
  },
  pipelineRun: {
    ...{ id: pipelineRunId('2'.repeat(32)), pipeline: 'train', status: 'failed', startedAt: began, runId: runId('b') },
    configDigest: digest(hex),
    error: { code: 'step.failed', message: 'It broke.', fix: 'Mend it.' },
    steps: [
      step('split', { status: 'cached', cachedFrom: before, message: '700 rows' }),
      step('train', {
        logSize: 2100,
        resources: { cpu: 680, memory: 180_200_000, written: 131_100, isSampled: false },
      }),
      step('score', {
        ...{ uses: 'run', status: 'failed', error: { code: 'step.failed', message: 'It broke.', fix: 'Mend it.' } },
        resources: { cpu: 65_000, written: 0, isSampled: true },
      }),
    ],
  },
  flow: {
    steps: [
      {
        name: 'train',
        reads: [{ kind: 'data', name: 'applications', digest: hex }],
        made: [{ kind: 'model', artifactPath: 'model', digest: digest(hex), size: 36_800, files: 10 }],
      },
    ],
  },
  made: {
    train: {
      ...{ parts: { 'with.C': '0.2', 'data applications': hex }, before },
      ...{ changes: [{ name: 'with.C', was: '0.1', now: '0.2' }], reason: '`with.C` 0.1 → 0.2' },
    },
    score: {
      parts: { run: 'python score.py | tee log' },
      before,
      changes: [],
      reason: 'nothing has changed since r-11',
    },
  },
  gates: [
    {
      ...{ model: 'risk', stage: 'staging', verdict: 'failed', judgedAt: 0 },
      results: [{ index: 0, rule: 'auc ≥ 0.8', verdict: 'failed', sentence: 'auc is 0.774, below 0.8.' }],
    },
  ],
};

test('a card says what ran and why, what it took, found and made', () => {
  const card = runCard(facts);
  const has = (line: string): unknown => expect(card.replaceAll('\u00a0', ' ').split('\n')).toContain(line);
  has(
    '**failed** · pipeline `train` · begun 2026-11-28 22:10 UTC · took 1:01 min · by ada · commit `abababab` · under the debugger for node',
  );
  has('> It broke. Mend it.');
  has('| `train` | succeeded | 3.77 s | 0.68 s | 180.2 MB | 131.1 KB |  |');
  has('| `score` | failed | 3.77 s | ≥ 1:05 min |  |  | It broke. |');
  has('## split: cached, as in r-11');
  has('- **Why:** nothing had changed since r-11');
  has('- **Why:** `with.C` 0.1 → 0.2');
  has('- **Why:** nothing has changed since r-11; it was asked for, or runs each time');
  has('- **Read:** data `applications` abababab');
  has('- **Made:** model `model` (10 files, 36.8 KB)');
  has('- **Log:** `logs/train.log`, 2.1 KB');
  has('- **What:** `python score.py | tee log`');
  has('| `auc` | 0.774124 |');
  has('| `loss` | NaN |');
  has('- ✗ auc is 0.774, below 0.8.');
  expect(card).not.toContain('system/');
});

test('whatever a name holds stays text', () => {
  const card = runCard(facts);
  expect(card).toContain(String.raw`# r-12 a\|b \<i\>`);
  expect(card).toContain(String.raw`\# no heading`);
  expect(card).toContain(String.raw`| ` + '`note`' + ' | `` `x` \\| y `` |');
});

test('of one step there is its part alone', () => {
  const card = runCard(facts, 'train');
  expect(card).toContain('## train: succeeded');
  expect(card).not.toMatch(/## (?:split|Steps|Metrics|Parameters)/);
});
