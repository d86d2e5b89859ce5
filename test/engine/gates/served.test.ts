import { describe, expect, test } from 'vitest';
import { judge } from '../../../engine/gates/judge';
import type { GateRule } from '../../../engine/protocol/gateRules';
import type { ServingTest } from '../../../engine/protocol/serving';

const good: ServingTest = {
  ...{ model: 'm', version: 3, testedAt: 1, startup: 400 },
  smoke: [{ what: 'ping', passed: true, sentence: '/ping answers 200.' }],
  load: { connections: 4, seconds: 5, requests: 1000, requestsPerSecond: 200, p50: 1, p99: 20, worst: 30, failed: 0 },
  rollback: { to: 2, firstAnswer: 40, lastAnswer: 60, back: 50, requests: 90, failed: 0 },
};
const one = (rule: GateRule, served: ServingTest | undefined, version: number | undefined = 3) =>
  judge({
    ...{
      model: 'm',
      stage: 'live',
      rules: [rule],
      evaluation: { rows: 9, metrics: {} },
      holder: () => undefined,
      now: 5,
    },
    ...(version !== undefined && { version }),
    ...(served && { served }),
  }).results[0]!;
const asked = { check: 'served', failed_at_most: 0, severity: 'error' } as const;
const back = { check: 'rollback', within_s: 5, severity: 'error' } as const;

describe('served', () => {
  test('answered all of it', () => {
    expect(one({ ...asked, p99_ms: 20, requests_per_second: 200 }, good)).toMatchObject({
      verdict: 'passed',
      rule: 'served, p99 ≤ 20 ms, ≥ 200 requests/s',
      sentence: 'It answered 1000 requests of 4 clients in 5 s, 200 a second, 99 of 100 within 20 ms.',
    });
  });

  test.each([
    [{ p99_ms: 19 }, good, /but within 19 ms is required\.$/],
    [{ requests_per_second: 201 }, good, /but 201 a second are required\.$/],
    [
      {},
      { ...good, load: { ...good.load, failed: 10, failure: '500: broken' } },
      /but 10 failed \(1 %\): 500: broken\.$/,
    ],
    [{}, { ...good, load: { ...good.load, requests: 0 } }, /but 0 failed \(100 %\)/],
    [
      {},
      { ...good, smoke: [{ what: 'ping', passed: false, sentence: '/ping answers 404.' }] },
      /but \/ping answers 404\.$/,
    ],
  ] as const)('%o fails', (rule, test_, sentence) => {
    const { verdict, sentence: said } = one({ ...asked, ...rule }, test_);
    expect([verdict, said]).toEqual(['failed', expect.stringMatching(sentence)]);
  });

  test('a share of failures may be let through', () => {
    const some = { ...good, load: { ...good.load, failed: 10, failure: 'x' } };
    expect(one({ ...asked, failed_at_most: 0.01 }, some).verdict).toBe('passed');
  });

  test('what was never served is unknown, and says how it is', () => {
    expect(one(asked, undefined)).toMatchObject({
      verdict: 'unknown',
      sentence: 'It was never served: run `modelyard test-serving m 3`.',
    });
    expect(
      judge({
        model: 'm',
        stage: 'live',
        rules: [asked],
        evaluation: { rows: 9, metrics: {} },
        holder: () => undefined,
        now: 5,
      }).results[0],
    ).toMatchObject({
      verdict: 'unknown',
      sentence: expect.stringContaining('once it is registered'),
    });
  });
});

describe('rollback', () => {
  test('the slowest of the three times counts', () => {
    expect(one(back, good)).toMatchObject({
      verdict: 'passed',
      value: 0.06,
      sentence:
        'Under load it was replaced by version 2 and put back within 0.06 s, at most the allowed 5 s; 0 of 90 requests failed.',
    });
    expect(one({ ...back, within_s: 0.05 }, good).verdict).toBe('failed');
  });

  test('one request that failed fails it', () => {
    expect(one(back, { ...good, rollback: { ...good.rollback, failed: 1 } })).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('1 of 90 requests failed'),
    });
  });

  test('another version that never answered', () => {
    expect(one(back, { ...good, rollback: { ...good.rollback, firstAnswer: Number.NaN } })).toMatchObject({
      verdict: 'failed',
      sentence: 'Under load version 2 never answered in its place.',
    });
  });
});
