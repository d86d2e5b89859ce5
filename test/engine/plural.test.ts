import { expect, test } from 'vitest';
import { counted, nounOf, plural } from '../../engine/plural';

test('one thing has a singular, none and many have not', () => {
  expect([0, 1, 2, 1000].map(count => plural(count, 'row'))).toEqual(['0 rows', '1 row', '2 rows', '1,000 rows']);
  expect([1, 1000].map(count => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '1000 entries']);
  expect([1, 1.5].map(count => nounOf(count, 'is', 'are'))).toEqual(['is', 'are']);
});
