import { expect, test } from 'vitest';
import { SecretMask } from '../../../../engine/pipelines/step/secretMask';

/** What comes out of these pieces, joined. */
function masked(secrets: readonly string[], ...pieces: readonly (string | Buffer)[]): string {
  const mask = new SecretMask(secrets);
  const out = pieces.map(piece => mask.take(Buffer.from(piece)));
  return Buffer.concat([...out, mask.rest()]).toString('utf8');
}
const secret = 'abcabcd';

test.each([
  [['x=abcabcd;'], 'x=[redacted];'],
  [['abcabcdabcabcd'], '[redacted][redacted]'],
  [['abcabcabcd!'], 'abc[redacted]!'],
  [['x=abc', 'abcd;'], 'x=[redacted];'],
  [[...'<abcabcd>'], '<[redacted]>'],
  [['abc', 'abc'], 'abcabc'],
  [['abcab', 'x'], 'abcabx'],
  [[''], ''],
])('%j', (pieces, shown) => expect(masked([secret], ...pieces)).toBe(shown));

test('several secrets, in any order', () => {
  expect(masked(['one-secret', secret], 'abc', 'abcd one-sec', 'ret')).toBe('[redacted] [redacted]');
});

test('without a secret, and of other bytes, nothing changes', () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0xa4, 0x0a]);
  const mask = new SecretMask([secret, '']);
  expect(Buffer.concat([mask.take(bytes), mask.rest()])).toEqual(bytes);
  expect(new SecretMask([]).take(bytes)).toEqual(bytes);
  expect(masked([secret], Buffer.from('ä'), Buffer.from('abcabcdä'))).toBe('ä[redacted]ä');
});

test('what cannot become a secret is not held back', () => {
  const mask = new SecretMask([secret]);
  expect(mask.take(Buffer.from('working…')).toString()).toBe('working…');
  expect(mask.take(Buffer.from('x abc')).toString()).toBe('x ');
  expect(mask.rest().toString()).toBe('abc');
  expect(mask.rest().toString()).toBe('');
});
