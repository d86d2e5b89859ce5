import { expect, test } from 'vitest';
import type { Evaluation, SliceEvaluation } from '../../engine/protocol/evaluation';
import recorded from '../fixtures/webview/evaluation.json';
import { championCard } from '../../webview/run/evaluation/championCard';
import { isChampion, isEvaluation } from '../../webview/run/files';
import { rocSpec } from '../../webview/run/evaluation/specs';
import { sliceLossSpec, worstSlicesCard } from '../../webview/run/evaluation/worstSlices';
import { fill } from '../../webview/shared/dom';

const unknown: unknown = recorded;
const evaluation = (): Evaluation => {
  if (!isEvaluation(unknown)) throw new Error('the fixture is no evaluation');
  return unknown;
};
const slice = (name: string, difference: number): SliceEvaluation => ({
  ...{ slice: name, rows: 30, metrics: { auc: 0.6 }, rest: { rows: 270, metrics: {} } },
  loss: {
    ...{ mean: 0.9, rest: 0.9 - difference, difference, p: 0.001, adjustedP: 0.02 },
    interval: [0.1, difference + 0.2],
  },
});
const shown = (of: Partial<Evaluation>): string => {
  const box = document.createElement('div');
  fill(box, worstSlicesCard({ ...evaluation(), ...of }));
  expect(box.querySelector('i')).toBeNull();
  return box.textContent;
};

test('the worst groups are told with how many were looked at', () => {
  const text = shown({ worstSlices: { tested: 1234, support: 30, slices: [slice("<i>a</i> = 'b'", 0.4)] } });
  expect(text).toContain('Of 1,234 groups');
  for (const part of ["<i>a</i> = 'b'", '30 (10 %)', '0.9000', '0.5000', '+0.4000', '0.020', '0.6000'])
    expect(text).toContain(part);
  expect(shown({ worstSlices: { tested: 12, support: 30, slices: [] } })).toContain('None of 12 groups');
  expect(worstSlicesCard(evaluation())).toBe(false);
});

test('bars of groups that were named and that were found, each once', () => {
  const [named, found] = [slice('a', 0.1), slice('b', 0.4)];
  const spec = sliceLossSpec({
    ...evaluation(),
    slices: [named],
    worstSlices: { tested: 9, support: 30, slices: [found, slice('a', 0.1)] },
  })!;
  expect(spec.categories).toEqual(['b', 'a']);
  expect(spec.series[0]!.slots).toEqual([1, 0]);
  expect(spec.series[0]!.points[0]).toEqual({ x: 0, y: 0.4, low: 0.1, high: 0.4 + 0.2 });
  expect(spec.summary).toContain('“b” is off most: 0.4000');
  expect(sliceLossSpec({ ...evaluation(), slices: [] })).toBeUndefined();
});

test('the ROC curve tells DeLong’s interval', () => {
  const { binary } = evaluation();
  const delong = { auc: 0.8, standardError: 0.02, interval: [0.76, 0.84] } as const;
  const at = binary!.thresholds[100]!;
  const spec = rocSpec({ evaluation: evaluation(), binary: { ...binary!, delong }, at, stops: [] });
  expect(spec.note).toBe('95 % interval of the AUC by DeLong: 0.7600 – 0.8400.');
  expect(isEvaluation({ ...evaluation(), binary: { ...binary, delong: { interval: 1 } } })).toBe(false);
  expect(isEvaluation({ ...evaluation(), worstSlices: [] })).toBe(false);
});

test('beside the champion: what differs by more than chance is marked, seen rows are told of', () => {
  const comparison = {
    version: 1,
    ...{ model: '<i>m</i>', modelVersion: 3, stage: 'live', rows: 300, seen: 30 },
    metrics: {
      auc: { own: 0.8, champion: 0.7, difference: 0.1, interval: [0.05, 0.15], higher: 1 },
      expected_cost: { own: 0.6, champion: 0.5, difference: 0.1, interval: [0.01, 0.2], higher: 0.99 },
      brier: { own: 0.16, champion: 0.17, difference: -0.01, interval: [-0.03, 0.02], higher: 0.3 },
      threshold: { own: 0.1, champion: 0.2, difference: -0.1 },
    },
    delong: { difference: 0.1, standardError: 0.03, interval: [0.04, 0.16], p: 0.0012 },
  } as const;
  expect(isChampion(comparison)).toBe(true);
  expect(isChampion({ ...comparison, metrics: { auc: 1 } })).toBe(false);
  const box = document.createElement('div');
  fill(box, championCard(comparison));
  expect(box.querySelector('i')).toBeNull();
  const rows = [...box.querySelectorAll('tbody tr')].map(row => row.textContent);
  expect(rows[0]).toContain('+0.1000+0.0500 – +0.1500better');
  expect(rows[1]).toContain('worse');
  for (const row of rows.slice(2)) expect(row).not.toMatch(/better|worse/);
  expect(box.textContent).toContain('learnt from 30 of these rows (10 %)');
  expect(box.textContent).toContain('p 0.0012');
  expect(championCard(undefined)).toBe(false);
});
