import { expect, test } from 'vitest';
import { parseEvaluation } from '../../../engine/gates/evaluationFile';

const evaluation = { task: 'binary', label: 'y', rows: 10, metrics: { auc: 0.8, brier: null } };

test('a metric that could not be computed is not a number', () => {
  expect(parseEvaluation(JSON.stringify(evaluation)).metrics).toEqual({ auc: 0.8, brier: Number.NaN });
});

test.each([
  ['', 'Invalid JSON'],
  ['{}', 'Invalid key: Expected "task"'],
  [JSON.stringify({ ...evaluation, metrics: { auc: 'high' } }), 'Expected number but received "high"'],
])('%j is not an evaluation', (text, why) => {
  expect(() => parseEvaluation(text)).toThrow(
    expect.objectContaining({ code: 'data.unreadable', message: expect.stringContaining(why) }),
  );
});
