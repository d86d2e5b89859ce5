import { describe, expect, it } from 'vitest';
import { sqlExpressions } from '../../../../engine/features/definition/sqlExpressions';

const { plain, names, type } = sqlExpressions;

describe('what does not matter in an expression', () => {
  it.each([
    ['amount/income', ' amount  /\n income -- a remark'],
    ["case when a <> 'x' then 1 end", "CASE WHEN a != 'x' THEN 1 END"],
    ['round(a ^ 2)', 'ROUND ( a ** 2 )'],
    ['a = 1 and b is not null', 'a == 1 AND b IS NOT NULL'],
  ])('%j is %j', (one, other) => {
    expect(plain(other)).toBe(plain(one));
  });

  it.each([
    ['a', 'A'],
    ['grade', "'grade'"],
    ["'A'", "'a'"],
    ['a - b', 'b - a'],
    ['"Loan Type"', '"loan type"'],
    ["'a b'", "'a  b'"],
  ])('%j is not %j', (one, other) => {
    expect(plain(other)).not.toBe(plain(one));
  });
});

it('names columns and types, or says what is wrong without a place', () => {
  expect(names('a + coalesce("B c", a)')).toStrictEqual(['a', 'B c']);
  expect(type('a > 1', new Map([['a', 'integer']]))).toBe('boolean');
  expect(() => type('a > ', new Map([['a', 'integer']]))).toThrow(/^Expression `a > `, column \d+: /);
  expect(() => names('a +')).toThrow('Expression `a +`');
});
