import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTable, type KeyCells } from '../../../../engine/features/join/keyTable';
import { NumberCodes } from '../../../../engine/features/join/numberCodes';

const cells = (values: readonly (string | number | null)[]): KeyCells => ({
  numbers: Float64Array.from(values, value => (typeof value === 'number' ? value : Number.NaN)),
  text: row => (values[row] === null ? undefined : String(values[row])),
});

function add(table: KeyTable, ...columns: (string | number | null)[][]): number[] {
  const codes = new Int32Array(columns[0]!.length);
  table.add(columns.map(cells), codes.length, codes);
  return [...codes];
}

test('whole numbers are one key however they are written; what is none has no key', () => {
  const table = new KeyTable(['integer']);
  expect(add(table, [1, '1', '1.0', ' 1 ', '01', '1.5', 'x', null, '', -0, '-0'])).toEqual([
    0, 0, 0, 0, -2, -2, -2, -2, -2, 1, 1,
  ]);
  expect(table.key(0)).toEqual([1]);
  expect(table.size).toBe(2);
});

test('whole numbers that a double cannot hold are told apart', () => {
  const table = new KeyTable(['integer']);
  expect(add(table, ['9007199254740993', '9007199254740992', '9007199254740993', 5])).toEqual([0, 1, 0, 2]);
  expect([0, 1, 2].map(code => table.key(code))).toEqual([['9007199254740993'], ['9007199254740992'], [5]]);
});

test('texts are compared as they stand', () => {
  const table = new KeyTable(['string']);
  const [composed, decomposed] = ['\u00e9', 'e\u0301'];
  expect(add(table, ['1', '01', 1, composed, decomposed, '日本', '日本', ''])).toEqual([0, 1, 0, 2, 3, 4, 4, 5]);
  expect(table.key(4)).toEqual(['日本']);
});

test('keys of several columns are one when all parts are', () => {
  const table = new KeyTable(['integer', 'string', 'integer']);
  expect(add(table, [1, 1, 2, 1, null], ['a', 'b', 'a', 'a', 'a'], [7, 7, 7, 7, 7])).toEqual([0, 1, 2, 0, -2]);
  expect([0, 1, 2].map(code => table.key(code))).toEqual([
    [1, 'a', 7],
    [1, 'b', 7],
    [2, 'a', 7],
  ]);
  const codes = new Int32Array(3);
  table.find([cells([1, 9, 1]), cells(['b', 'a', 'c']), cells([7, 7, 7])], 3, codes);
  expect([...codes]).toEqual([1, -1, -1]);
});

test('numbers get codes in the order in which they first appear', () => {
  const numbers = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: 0, max: 5000 }),
    fc.integer({ min: 4_194_000, max: 4_195_000 }),
  );
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 2000 }), list => {
      const codes = new NumberCodes();
      const order = [...new Set(list)];
      expect(list.map(value => codes.add(value))).toEqual(list.map(value => order.indexOf(value)));
      expect(order.map((_, code) => codes.number(code))).toEqual(order);
      expect(order.map(value => codes.find(value))).toEqual(order.map((_, code) => code));
      expect(codes.find(5001)).toBe(order.indexOf(5001));
    }),
    { numRuns: 50 },
  );
});
