import { describe, expect, test } from 'vitest';
import { runId } from '../../engine/ids';
import type { ParameterEffect, ParameterValue } from '../../engine/protocol/effects';
import { effectTable, effectText, lineTexts, shifted } from '../../src/editor/effectText';

const value = (text: string, runs: number, mean: number): ParameterValue => ({
  value: text,
  runs,
  mean,
  best: mean,
  bestRun: { id: runId(`run${text.replace(/\W/g, '').slice(0, 30)}`), number: 7 },
});
const effect = (change: Partial<ParameterEffect> = {}): ParameterEffect => ({
  key: 'pipelines.train.steps.train.with.C',
  range: { startLine: 5, startColumn: 9, endLine: 5, endColumn: 10 },
  pipeline: 'train',
  step: 'train',
  name: 'C',
  param: 'C',
  metric: 'auc',
  higherIsBetter: true,
  runs: 12,
  now: '0.1',
  values: [value('0.3', 4, 0.801), value('0.1', 8, 0.789)],
  different: 2,
  gain: 0.012,
  ...change,
});

describe('the text behind a line', () => {
  test('says the best value, the metric and the change', () =>
    expect(effectText(effect())).toBe('best 0.3 → auc 0.801, +0.012 over now (12 runs)'));
  test('tells a fall of what is better when it is lower', () =>
    expect(effectText(effect({ metric: 'rmse', higherIsBetter: false }))).toBe(
      'best 0.3 → rmse 0.801, −0.012 over now (12 runs)',
    ));
  test('says that the best is there already, or nothing of what has not run', () => {
    expect(effectText(effect({ now: '0.3', gain: 0 }))).toBe('best so far → auc 0.801 (12 runs)');
    const { runs, metric, values, higherIsBetter } = effect();
    const unknown = {
      ...{ key: 'k', range: effect().range, pipeline: 'p', step: 's', name: 'C', param: 'C' },
      now: '9',
    };
    expect(effectText({ ...unknown, runs, metric, values, higherIsBetter, different: 2 })).toBe(
      'best 0.3 → auc 0.801 (12 runs)',
    );
  });
  test('names the parameters when a line has several, and stays short', () => {
    const other = effect({ name: 'seed', values: [value('x'.repeat(300), 1, 0.9), value('7', 1, 0.8)] });
    const [line, ...more] = lineTexts([effect(), other]);
    expect(more).toEqual([]);
    expect(line?.line).toBe(4);
    expect(line?.text).toMatch(/^C: best 0\.3 → .* · seed: best x+…/);
    expect(line?.text.length).toBeLessThanOrEqual(110);
  });
});

test('the table marks the value of now, links the best runs, and shows foreign text as text', () => {
  const odd = effect({ values: [value('a|b](command:evil)<img>\n', 4, 0.801), value('0.10', 8, 0.789)], correlation: 0.5 }); // prettier-ignore
  const table = effectTable(odd, ({ bestRun }) => `command:open?${bestRun.id}`);
  expect(table).toContain(
    '| a\\|b\\]\\(command:evil\\)\\<img\\>  | 4 | 0.801 | [0.801 · r-7](command:open?runabcommandevilimg) |',
  );
  expect(table).toContain('| **0\\.10** (now) | 8 |');
  expect(table).toContain('Rank correlation (Spearman): 0.50.');
  expect(table).not.toContain('](command:evil)');
});

describe('when lines move', () => {
  const at = (...lines: number[]) => lines.map(line => ({ line, text: `t${line}` }));
  const change = (from: readonly [number, number], to: readonly [number, number], text: string) => ({
    range: {
      isEmpty: from[0] === to[0] && from[1] === to[1],
      start: { line: from[0], character: from[1] },
      end: { line: to[0] },
    },
    text,
  });
  const after = (changed: ReturnType<typeof change>) => shifted(at(2, 5, 8), [changed]).map(({ line, text }) => [line, text]); // prettier-ignore

  test('texts go along', () => {
    expect(after(change([5, 9], [5, 9], '\n'))).toEqual([[2, 't2'], [5, 't5'], [9, 't8']]); // prettier-ignore
    expect(after(change([5, 0], [5, 0], 'x: 1\n'))).toEqual([[2, 't2'], [6, 't5'], [9, 't8']]); // prettier-ignore
    expect(after(change([5, 3], [5, 4], 'xy'))).toEqual([[2, 't2'], [5, 't5'], [8, 't8']]); // prettier-ignore
  });
  test('those of lines that are gone go with them', () => {
    expect(after(change([3, 0], [6, 0], ''))).toEqual([[2, 't2'], [5, 't8']]); // prettier-ignore
  });
});
