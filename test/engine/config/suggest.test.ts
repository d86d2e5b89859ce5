import { expect, test } from 'vitest';
import { editDistance, listed, suggest } from '../../../engine/config/suggest';

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
  ['ca', 'abc', 3],
  ['', 'abc', 3],
])('edit distance of %j and %j is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test.each([
  ['betwen', 'between'],
  ['Between', 'between'],
  ['not-null', 'not_null'],
  ['uniqe', 'unique'],
  ['col', 'column'],
  ['zzz', undefined],
  ['', undefined],
  ['x'.repeat(200), undefined],
])('for %j: %j', (word, expected) => {
  expect(suggest(word, ['between', 'not_null', 'unique', 'column'])).toBe(expected);
});

test('lists', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('`a`');
  expect(listed(['a', 'b', 'c'])).toBe('`a`, `b` or `c`');
  expect(listed(Array.from({ length: 30 }, (_, index) => String(index)))).toMatch(/`18`, `19` or 10 others$/);
  expect(listed(Array.from({ length: 21 }, (_, index) => String(index)))).toMatch(/`19` or `20`$/);
});
