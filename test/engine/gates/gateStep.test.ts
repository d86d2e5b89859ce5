import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createGateStep } from '../../../engine/gates/gateStep';
import type { GateReport, GateResult, GateVerdict } from '../../../engine/protocol/gates';
import type { EngineStepContext } from '../../../engine/protocol/jobs';
import { digest, newPipelineRunId, newRunId } from '../../../engine/ids';
import { temporaryFolder } from '../../support/store';

const result = (verdict: GateVerdict): GateResult => ({ index: 0, rule: '', verdict, sentence: `auc ${verdict}.` });
const report = (stage: string, ...verdicts: readonly GateVerdict[]): GateReport => ({
  model: 'credit',
  stage,
  verdict: verdicts.at(-1) ?? 'passed',
  judgedAt: 5,
  results: verdicts.map(result),
});
const reports = [report('staging', 'passed', 'warned'), report('production', 'passed', 'unknown', 'failed')];
const gate = createGateStep({ judgeCandidate: () => Promise.resolve(reports) });

function context(kind: 'evaluation' | 'model' = 'evaluation') {
  const lines: string[] = [];
  const surroundings: EngineStepContext = {
    runId: newRunId(),
    pipelineRunId: newPipelineRunId(),
    pipeline: 'train',
    configDigest: digest('0'.repeat(64)),
    inputs: [{ kind, step: 'evaluate', path: '/evaluation.json' }],
    datasets: [],
    workDir: temporaryFolder(),
    signal: new AbortController().signal,
    log: line => lines.push(line),
  };
  return { ...surroundings, lines };
}

test('says every sentence, keeps the reports, and passes when nothing is required', async () => {
  const at = context();
  const done = await gate({ model: 'credit', stages: [], require: [] }, at);
  expect(done.error).toBeUndefined();
  expect(done.summary).toBe('staging: passed with 1 warning · production: blocked by 2 of 3 rules');
  expect(at.lines).toEqual([
    'staging passed: auc passed.',
    'staging warned: auc warned.',
    'production passed: auc passed.',
    'production unknown: auc unknown.',
    'production failed: auc failed.',
  ]);
  expect(JSON.parse(readFileSync(path.join(at.workDir, 'gates.json'), 'utf8'))).toEqual(reports);
});

test('what only a registered version can be judged by does not keep one from being registered', async () => {
  const unknown = (check: string): GateResult => ({ ...result('unknown'), check });
  const step = (...results: readonly GateResult[]) =>
    createGateStep({ judgeCandidate: () => Promise.resolve([{ ...report('staging', 'unknown'), results }]) })(
      { model: 'credit', stages: [], require: ['staging'] },
      context(),
    );
  const done = await step(...['approval', 'security', 'signed', 'served', 'rollback'].map(unknown), result('passed'));
  expect(done.error).toBeUndefined();
  expect(done.summary).toBe('staging: passed 1 of 6, 5 left to the promotion');
  const blocked = await step(unknown('approval'), result('failed'), { ...result('failed'), check: 'approval' });
  expect(blocked.summary).toBe('staging: blocked by 2 of 3 rules, 1 left to the promotion');
  const warned = await step(unknown('approval'), result('warned'), result('waived'));
  expect(warned.summary).toBe('staging: passed with 1 warning, 1 waived, 1 left to the promotion');
  expect((await step(unknown('latency'), unknown('approval'))).error?.message).toBe(
    'The gates of staging block this model: auc unknown.',
  );
});

test('a warning does not fail the step; a required stage that is blocked does, with its reports kept', async () => {
  expect((await gate({ model: 'credit', stages: [], require: ['staging'] }, context())).error).toBeUndefined();
  const blocked = await gate({ model: 'credit', stages: [], require: ['staging', 'production'] }, context());
  expect(blocked.error).toMatchObject({
    code: 'gate.failed',
    message: 'The gates of production block this model: auc unknown. auc failed.',
  });
  expect(blocked.outputs).toHaveLength(1);
});

test('there must be an evaluation', async () => {
  await expect(gate({ model: 'credit', stages: [], require: [] }, context('model'))).rejects.toThrow(
    'needs a step that evaluates a model',
  );
});
