import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, hunksOf, linesOf } from '../../../engine/charts/text/lineDiff';

const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', '', ' a'), { maxLength: 14 })
  .map(lines => lines.map(line => `${line}\n`).join(''));

/** Length of the longest common subsequence, in the plainest way. */
function common(a: readonly string[], b: readonly string[]): number {
  const rows = [new Array<number>(b.length + 1).fill(0)];
  for (const [i, left] of a.entries())
    rows.push(
      b.reduce(
        (row, right, j) => [...row, left === right ? rows[i]![j]! + 1 : Math.max(rows[i]![j + 1]!, row[j]!)],
        [0],
      ),
    );
  return rows.at(-1)!.at(-1)!;
}

test('both texts can be read off a difference, which takes out and puts in as little as there is', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = diffLines(before, after);
      const side = (sign: '-' | '+') =>
        lines.filter(({ kind }) => kind === '=' || kind === sign).map(({ text }) => text);
      expect(side('-')).toEqual(linesOf(before));
      expect(side('+')).toEqual(linesOf(after));
      expect(lines.filter(({ kind }) => kind === '=')).toHaveLength(common(linesOf(before), linesOf(after)));
    }),
    { numRuns: 300 },
  );
});

test('lines have their numbers in both texts', () => {
  expect(diffLines('a\nb\nc\n', 'a\nx\nc\n')).toEqual([
    { kind: '=', text: 'a', before: 1, after: 1 },
    { kind: '-', text: 'b', before: 2 },
    { kind: '+', text: 'x', after: 2 },
    { kind: '=', text: 'c', before: 3, after: 3 },
  ]);
});

test('what is far from a difference is left out, and counted', () => {
  const lines = Array.from({ length: 100 }, (_, at) => `${at}`);
  const changed = lines.with(20, 'x').with(25, 'y').with(90, 'z');
  const hunks = hunksOf(diffLines(lines.join('\n'), changed.join('\n')));
  expect(hunks.map(({ skipped, lines: own }) => [skipped, own.length])).toEqual([[17, 14], [58, 8]]); // prettier-ignore
  expect(hunksOf(diffLines('a', 'a'))).toEqual([]);
});

test('texts that have nothing in common end soon', () => {
  const many = (name: string) => Array.from({ length: 30_000 }, (_, at) => `${name}${at}`).join('\n');
  const lines = diffLines(many('a'), many('b'));
  expect(lines).toHaveLength(60_000);
});
