import { describe, expect, test } from 'vitest';
import { cellCodes, cellsOf, countCells, drawGroups } from '../../../engine/training/evaluation/groupDraws';
import { fairnessMeasures } from '../../../engine/protocol/gateRules';
import { groupMeasures, ratesOf } from '../../../engine/training/metrics/groupMeasures';
import { german, reference, scoredGerman } from './gateReference';

const signal = new AbortController().signal;
const cases = {
  status: german.personal_status_code_uci,
  young: german.age.map(age => (age <= 25 ? 'young' : 'other')),
};

describe.each(['status', 'young'] as const)('groups by %s', by => {
  const wanted = reference.fairness[by];
  const names = Object.keys(wanted.by_group);
  const codes = Int32Array.from(cases[by], value => names.indexOf(value));
  const decision = { threshold: wanted.threshold, reason: '', favourable: 0 };
  const cells = cellCodes(scoredGerman, decision, codes)!;
  const found = cellsOf(countCells(cells, names.length), names.length);

  test('rates and measures are fairlearn’s', () => {
    for (const [i, name] of names.entries()) {
      const { base_rate: _, ...rates } = ratesOf(found[i]!);
      expect({ rows: found[i]!.rows, ...rates }).toEqual(
        Object.fromEntries(
          Object.entries(wanted.by_group[name]!).map(([key, value]) => [key, expect.closeTo(value, 12)]),
        ),
      );
    }
    groupMeasures(found).forEach((value, i) =>
      expect(value, fairnessMeasures[i]).toBeCloseTo(Number(wanted[fairnessMeasures[i]!]), 12),
    );
  });

  test('intervals are those of plain draws of rows', async () => {
    const drawn = await drawGroups(cells, names.length, {
      drawing: { rounds: 2000, seed: 1, levels: [0.8, 0.95] },
      signal,
    });
    for (const [name, [low, high]] of Object.entries(wanted.intervals)) {
      const own = drawn.measures['0.95']![name]!;
      // two ways of drawing 2,000 and 4,000 times
      expect(Math.abs(own[0] - low), name).toBeLessThan(0.03);
      expect(Math.abs(own[1] - high), name).toBeLessThan(0.03);
      const narrower = drawn.measures['0.8']![name]!;
      // an end where groups are alike stays there
      expect(narrower[0]).toBeGreaterThanOrEqual(own[0]);
      expect(narrower[1]).toBeLessThanOrEqual(own[1]);
      expect(narrower[1] - narrower[0]).toBeLessThan(own[1] - own[0]);
    }
    const again = await drawGroups(cells, names.length, {
      drawing: { rounds: 2000, seed: 1, levels: [0.8, 0.95] },
      signal,
    });
    expect(again).toEqual(drawn);
  });
});

test('one group is not apart from anything, and a rate without rows is no number', () => {
  const one = { rows: 40, selected: 0, deserved: 10, both: 0 };
  expect(groupMeasures([one]).every(Number.isNaN)).toBe(true);
  expect(ratesOf(one).precision).toBeNaN();
  const measures = groupMeasures([one, { rows: 40, selected: 20, deserved: 10, both: 5 }]);
  expect(measures[fairnessMeasures.indexOf('selection_rate_ratio')]).toBe(0);
  expect(measures[fairnessMeasures.indexOf('predictive_parity_ratio')]).toBeNaN();
});
