// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import type { Evaluation, SliceEvaluation } from '../../engine/protocol/evaluation';
import recorded from '../fixtures/webview/evaluation.json';
import { isEvaluation } from '../../webview/run/files';
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
