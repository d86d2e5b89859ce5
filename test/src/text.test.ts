import { describe, expect, test } from 'vitest';
import { ago, duration, escapeMarkdown, metric, stepText } from '../../src/views/text';
import { aStep } from './samples';

const now = Date.UTC(2026, 10, 23, 12);

test.each([
  [0, 'now'],
  [-5000, 'now'], // the clock of the engine's machine may be ahead
  [4400, 'now'],
  [12_000, '12 s ago'],
  [59_400, '59 s ago'],
  [61_000, '1 min ago'],
  [3_600_000, '1 h ago'],
  [86_400_000 * 3, 'Nov 20'],
  [86_400_000 * 366, 'Nov 22, 2025'], // a day of another year is no day of this one
])('%d ms are `%s`', (ms, text) => expect(ago(now - ms, now)).toBe(text));

test.each([
  [0, '0.0 s'],
  [840, '0.8 s'],
  [12_300, '12 s'],
  [185_000, '3:05 min'],
  [3_661_000, '61:01 min'],
])('%d ms last `%s`', (ms, text) => expect(duration(ms)).toBe(text));

describe('a metric', () => {
  test.each([
    [0.789123, '0.7891'],
    [0.5, '0.5'],
    [0, '0'],
    [-0.25, '-0.25'],
    [1234.567, '1234.6'],
    [0.000012345, '0.0000123'],
    [1e21, '1.00e+21'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
  ])('%d is `%s`', (value, text) => expect(metric(value)).toBe(text));
});

test('what a tooltip shows of a name is the name, whatever it holds', () => {
  expect(escapeMarkdown('a_b <img src=x> [x](command:y) `c` *d* $(bug)')).toBe(
    'a\\_b \\<img src=x\\> \\[x\\]\\(command:y\\) \\`c\\` \\*d\\* $\\(bug\\)',
  );
});

test('a gate that blocks says so in short where its sentences are said elsewhere', () => {
  const error = { code: 'gate.failed', message: 'The gates of live block this model: auc is 0.6.' } as const;
  const failed = aStep('gate', 'failed');
  expect(stepText({ ...failed, message: 'live: blocked by 1 of 2 rules', error })).toBe(
    'live: blocked by 1 of 2 rules',
  );
  expect(stepText({ ...failed, error })).toBe(error.message);
  expect(stepText({ ...failed, message: 'x', error: { ...error, code: 'step.failed' } })).toBe(error.message);
  expect(stepText({ ...aStep('train', 'succeeded'), message: 'logistic' })).toBe('logistic');
});
