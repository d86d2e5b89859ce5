import { describe, expect, test } from 'vitest';
import { dayEnd } from '../../../engine/waivers/dayEnd';
import { waive } from '../../../engine/waivers/waive';

const waiver = { until: '2026-12-31', owner: 'ana', reason: 'the labels of Q4 are late.' };
const failed = { verdict: 'failed', sentence: 'auc is 0.7, below the required 0.75.' } as const;
/** Local time, as a waiver's day is. */
const at = (day: number, hour = 12): number => new Date(2026, 11, day, hour).getTime();
const zone = new Intl.DateTimeFormat('en').resolvedOptions().timeZone;

describe('a waiver', () => {
  test.each(['failed', 'unknown', 'warned'] as const)('of a rule that is %s keeps what was found', verdict => {
    expect(waive({ ...failed, verdict }, waiver, at(1))).toEqual({
      verdict: 'waived',
      underlying: verdict,
      sentence: 'auc is 0.7, below the required 0.75; waived until 2026-12-31 by ana: the labels of Q4 are late.',
      waiver,
    });
  });

  test('holds to the last millisecond of its day, where the engine runs', () => {
    const end = new Date(2027, 0, 1).getTime();
    expect(dayEnd('2026-12-31')).toBe(end);
    expect(waive(failed, waiver, end - 1).verdict).toBe('waived');
    expect(waive(failed, waiver, end)).toEqual({
      ...failed,
      waiver,
      hints: [`The waiver by ana ended with 2026-12-31 (${zone}). The rule counts again.`],
    });
  });

  test.each([
    [29, `The waiver by ana expires in 3 days, with the end of 2026-12-31 (${zone}).`],
    [31, `The waiver by ana expires in 1 day, with the end of 2026-12-31 (${zone}).`],
  ])('on the %ith says that it will end', (day, hint) => {
    expect(waive(failed, waiver, at(day)).hints).toEqual([hint]);
  });

  test('of a rule that passes is needless, and says so', () => {
    const passed = { verdict: 'passed', sentence: 'auc is 0.8, at least the required 0.75.' } as const;
    expect(waive(passed, waiver, at(1))).toEqual({
      ...passed,
      waiver,
      hints: ['The waiver by ana is needless: the rule passes.'],
    });
  });

  test('that is not there changes nothing', () => {
    expect(waive(failed, undefined, at(1))).toEqual(failed);
  });
});

test.each(['2026-02-30', '2026-13-01', '26-12-31', '2026-12-31T00:00', 'tomorrow', '2026-00-10'])(
  '%s is no day',
  day => {
    expect(dayEnd(day)).toBeUndefined();
  },
);
