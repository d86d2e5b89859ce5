import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wholeNumberText } from '../../../../engine/features/join/wholeNumber';

it('knows what is written like a whole number, exactly', () => {
  const written = (...texts: readonly string[]): unknown[] => texts.map(text => wholeNumberText(text));
  expect(written('7', ' 7\t', '7.0', '7.00', '7e0', '70e-1', '0.7e1', '0.07E+2', '700.0e-02')).toEqual(
    Array(9).fill('7'),
  );
  expect(written('0', '-0', '-0.0', '0e5', '0.0e-9999')).toEqual(Array(5).fill('0'));
  expect(written('-12', '-1.2e1', '1e3', '1.234e3')).toEqual(['-12', '-12', '1000', '1234']);
  expect(written('9007199254740993', '9007199254740993.0', '9.007199254740993e15')).toEqual(
    Array(3).fill('9007199254740993'),
  );
  expect(written('92233720368547758080', '9.223372036854775808e19')).toEqual(Array(2).fill('92233720368547758080'));
  const none = [
    '',
    ' ',
    '+5',
    '05',
    '-05',
    '00',
    '5.',
    '.0',
    '.5e1',
    '1.5',
    '1e-1',
    '1.25e1',
    '1e-400',
    '9007199254740991.4',
  ];
  const others = [
    '1.00000000000000000001',
    '0x10',
    '1_000',
    '1,000',
    '１',
    'Infinity',
    'NaN',
    'true',
    'e3',
    '1e',
    '1e401',
    '--1',
    '1 2',
  ];
  expect(written(...none, ...others).filter(text => text !== undefined)).toEqual([]);
});

it('is of one mind with arithmetic of whole numbers', () => {
  const number = fc.record({
    digits: fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
    exponent: fc.integer({ min: -12, max: 12 }),
  });
  fc.assert(
    fc.property(number, ({ digits, exponent }) => {
      const unit = 10n ** BigInt(Math.abs(exponent));
      const whole = exponent >= 0 ? digits * unit : digits % unit === 0n ? digits / unit : undefined;
      expect(wholeNumberText(`${digits}e${exponent}`)).toBe(whole?.toString());
    }),
  );
});
