import { expect, test } from 'vitest';
import { compareVersions } from '../../../engine/process/versions';

test.each([
  ['1.2.3', '1.2.3', 0],
  ['1.10.0', '1.9.9', 1],
  ['0.1.0', '0.1.1', -1],
  ['1.0', '1.0.0', 0],
  ['2.0.0-beta', '2.0.0', 0],
  ['rubbish', '0.0.1', -1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
