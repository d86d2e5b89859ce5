import { describe, expect, it } from 'vitest';
import { parseReference, referenceText } from '../../../../engine/features/definition/reference';

describe('a reference', () => {
  it.each([
    ['loans', { view: 'loans' }],
    ['loans:income', { view: 'loans', feature: 'income' }],
    ['loans@v2', { view: 'loans', version: 2 }],
    ['loans@v12:Größe des Kredits', { view: 'loans', version: 12, feature: 'Größe des Kredits' }],
    ['a-b_c@v1:x:y', { view: 'a-b_c', version: 1, feature: 'x:y' }],
  ])('%s is read and written', (text, parsed) => {
    expect(parseReference(text)).toStrictEqual(parsed);
    expect(referenceText(parsed)).toBe(text);
  });

  it.each(['', ':income', 'loans:', 'loans@2', 'loans@v0', 'loans@v', '1loans', 'loans income'])('is not %j', text => {
    expect(() => parseReference(text)).toThrow(`${JSON.stringify(text)} names no feature.`);
  });
});
