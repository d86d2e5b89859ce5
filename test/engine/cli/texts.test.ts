import pico from 'picocolors';
import { describe, expect, test } from 'vitest';
import { errorText, placeText } from '../../../engine/cli/text/errorText';
import { exitCodeOf } from '../../../engine/cli/exitCode';
import { parseGateReports } from '../../../engine/cli/text/gateReports';
import { jsonText } from '../../../engine/cli/json';
import { bytesText, durationText, numberText } from '../../../engine/cli/text/numbers';
import { plural } from '../../../engine/plural';
import { cut, tableText } from '../../../engine/cli/text/table';

const plain = pico.createColors(false);

describe('errors', () => {
  test('message, place, way out', () => {
    const error = {
      code: 'config.invalid',
      message: 'Unknown key tset.',
      place: { file: 'modelyard.yaml', line: 12, column: 7, key: 'pipelines.train' },
      fix: 'Did you mean test?',
    } as const;
    expect(errorText(error, plain)).toBe(
      'error: Unknown key tset.\n  at modelyard.yaml:12:7 (pipelines.train)\n  fix: Did you mean test?\n',
    );
  });
  test.each([
    [{ file: 'a.csv' }, 'a.csv'],
    [{ file: 'a.csv', line: 3 }, 'a.csv:3'],
    [{ file: 'a.csv', key: 'age' }, 'a.csv (age)'],
    [{ file: 'a.csv', column: 3 }, 'a.csv'],
  ])('place %j', (place, text) => {
    expect(placeText(place)).toBe(text);
  });
  test.each([
    ['config.missing', 2],
    ['config.invalid', 2],
    ['params.invalid', 2],
    ['not-found', 2],
    ['step.failed', 1],
    ['gate.failed', 1],
    ['store.corrupt', 1],
    ['engine.unreachable', 1],
    ['cancelled', 130],
  ] as const)('%s ends with %i', (code, exit) => {
    expect(exitCodeOf(code)).toBe(exit);
  });
});

test.each([
  [0.789_04, '0.789'],
  [0.123_456, '0.1235'],
  [1000, '1,000'],
  [0, '0'],
  [-0.5, '-0.5'],
  [0.000_012_3, '0.00001230'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
])('%d is %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test.each([
  [-5, '0.0 s'],
  [440, '0.4 s'],
  [59_900, '59 s'],
  [61_000, '1 min 1 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('plural', () => {
  expect([plural(1, 'rule'), plural(0, 'rule'), plural(1000, 'rule')]).toEqual(['1 rule', '0 rules', '1,000 rules']);
});

test('a table aligns what it shows, not what colours add', () => {
  const red = pico.createColors(true).red;
  expect(tableText([['a', 'b'], [red('long'), 'c']]).split('\n')).toEqual(['a     b', `${red('long')}  c`, '']); // prettier-ignore
});

test.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['too long', 4, 'too…'],
  ['😀😀😀', 2, '😀…'],
])('%s cut to %i', (text, width, result) => {
  expect(cut(text, width)).toBe(result);
});

test('JSON has no NaN: it is a text', () => {
  expect(JSON.parse(jsonText({ a: Number.NaN, b: [Infinity, 1] }))).toEqual({ a: 'NaN', b: ['Infinity', 1] });
});

test.each(['', 'null', '[{}]', '[', '{"model": "a"}', '[{"model": 1}]'])('%j holds no gate reports', text => {
  expect(parseGateReports(text)).toEqual([]);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [2500, '2.5 kB'],
  [123_456_789, '123 MB'],
  [5e16, '50000 TB'],
])('%d bytes: %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test('cells of data neither break lines nor steer the terminal; colours and long numbers', () => {
  const cells = [['a\nb', '\u001b]0;title\u0007', '\u001b[2Jx\u009b', pico.createColors(true).red('r'), 'é\t漢']];
  expect(tableText(cells)).toBe('a\\nb  \\u001b]0;title\\u0007  \\u001b[2Jx\\u009b  \u001b[31mr\u001b[39m  é\\t漢\n');
  expect(numberText(1e308)).toBe('1.000e+308');
  expect(numberText(123_456_789_012_345)).toBe('123,456,789,012,345');
});
