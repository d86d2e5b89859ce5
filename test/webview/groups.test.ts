import { expect, test } from 'vitest';
import type { Evaluation } from '../../engine/protocol/evaluation';
import type { GroupsEvaluation } from '../../engine/protocol/evaluationParts';
import recorded from '../fixtures/webview/evaluation.json';
import { groupsCard, groupSpecs } from '../../webview/run/evaluation/groups';
import { isEvaluation } from '../../webview/run/files';
import { fill } from '../../webview/shared/dom';

const unknown: unknown = recorded;
const evaluation = (groups?: readonly GroupsEvaluation[]): Evaluation => {
  if (!isEvaluation(unknown)) throw new Error('the fixture is no evaluation');
  return { ...unknown, ...(groups && { groups }) };
};
const bySex: GroupsEvaluation = {
  ...{ by: ['sex', 'age <= 25'], minRows: 30, otherRows: 4 },
  groups: [
    {
      ...{ group: "<i>sex</i> = 'f'", rows: 80, isSmall: false, metrics: { auc: 0.7 } },
      rates: { selection_rate: 0.3, true_positive_rate: 0.35 },
      rateIntervals: { selection_rate: [0.2, 0.4] },
    },
    { group: 'm', rows: 1200, isSmall: false, rates: { selection_rate: 0.4 }, metrics: { auc: 0.8 } },
    { group: 'x', rows: 12, isSmall: true, rates: {}, metrics: {} },
  ],
  measures: { selection_rate_ratio: 0.75, equal_opportunity_difference: 0.1 },
  intervals: { '0.95': { selection_rate_ratio: [0.5, 0.98] } },
  proxy: { auc: 0.83, rows: 280, seen: ['age'] },
};

test('groups with sizes, rates and intervals, the small ones by name only', () => {
  const box = document.createElement('div');
  fill(box, groupsCard(evaluation([bySex])));
  expect(box.querySelector('i')).toBeNull();
  const rows = [...box.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => cell.textContent));
  expect(rows).toEqual([
    ["<i>sex</i> = 'f'", '80', '30 % (20 % – 40 %)', '35 %', '0.7000'],
    ['m', '1,200', '40 %', '–', '0.8000'],
    ['x', '12, too few', '–', '–', '–'],
    ['selection_rate_ratio', '0.7500', '0.5000 – 0.9800'],
    ['equal_opportunity_difference', '0.1000', '–'],
  ]);
  for (const part of [
    'Groups by sex × age <= 25',
    'fewer than 30 rows',
    '4 rows have other',
    'AUC of 0.8300',
    'sees age anyhow',
  ])
    expect(box.textContent).toContain(part);
  expect(groupsCard(evaluation())).toBe(false);
});

test('a bar for each group that is large enough, and none where there is nothing to compare', () => {
  const [spec] = groupSpecs(evaluation([bySex]));
  expect(spec!.categories).toEqual(["<i>sex</i> = 'f'", 'm']);
  expect(spec!.series[0]!.points).toEqual([
    { x: 0, y: 0.3, low: 0.2, high: 0.4 },
    { x: 1, y: 0.4 },
  ]);
  expect(spec!.summary).toBe('The least rate of 2 groups is 0.7500 of the greatest.');
  expect(groupSpecs(evaluation([{ ...bySex, groups: bySex.groups.slice(1) }]))).toEqual([]);
});

test('what is no grouping is not drawn', () => {
  expect(isEvaluation(evaluation([bySex]))).toBe(true);
  expect(isEvaluation({ ...evaluation(), groups: [{ by: ['a'], measures: {}, groups: [{ rates: 1 }] }] })).toBe(false);
  expect(isEvaluation({ ...evaluation(), groups: {} })).toBe(false);
});
