import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bindCondition } from '../../../engine/data/condition/bindCondition';
import { parseCondition } from '../../../engine/data/condition';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import type { Frame, FrameColumn } from '../../../engine/protocol/frame';
import { Random } from '../../../engine/random';
import { groupingsOf } from '../../../engine/training/evaluation/groupings';
import { sliceLoss, welch } from '../../../engine/training/evaluation/sliceLoss';
import { worstSlices } from '../../../engine/training/evaluation/worstSlices';
import { temporaryFolder } from '../../support/store';
import { germanPath } from './csvFrame';
import { evaluateOptions, prepareOptions } from './options';
import { Steps } from './steps';

const signal = new AbortController().signal;
const rows = Array.from({ length: 4000 }, (_, row) => row);
const random = new Random(6);
const text = (name: string, categories: readonly string[], share: readonly number[]): FrameColumn => ({
  ...{ kind: 'text', name, type: 'string', categories },
  codes: Int32Array.from(rows, () => {
    const at = random.uniform();
    return share.findIndex((_, i) => at < share.slice(0, i + 1).reduce((a, b) => a + b, 0));
  }),
});
const number = (name: string, type: 'integer' | 'number' | 'date', value: () => number): FrameColumn => ({
  ...{ kind: 'number', name, type },
  values: Float64Array.from(rows, value),
});
const frame: Frame = {
  rows: rows.length,
  columns: [
    text('region', ["o'north", 'south', 'east'], [0.5, 0.3, 0.1]), // one in ten missing
    text('odd `name', ['a', 'b'], [0.6, 0.4]),
    number('age', 'number', () => (random.uniform() < 0.05 ? NaN : random.normal())),
    number('children', 'integer', () => random.below(3)),
    number('day', 'date', () => 86_400_000 * (19_000 + random.below(400))),
    number('id', 'integer', () => random.uint32()),
    text('one', ['same'], [1]),
  ],
};
const columns = new Set(frame.columns.map(({ name }) => name));
const holds = (condition: string) => bindCondition(parseCondition(condition), frame);

test('the conditions of groups hold for the rows that are in them', () => {
  const groupings = groupingsOf(frame, rows, { names: columns, least: 30 });
  expect(groupings.map(({ column }) => column)).toEqual(['region', 'odd `name', 'age', 'children', 'day', 'id']);
  for (const { codes, conditions } of groupings)
    for (const [code, condition] of conditions.entries()) {
      const is = holds(condition);
      const wrong = rows.find(row => is(row) !== (codes[row] === code));
      expect(wrong, condition).toBeUndefined();
    }
  expect(groupings[0]!.conditions).toContain("region = 'o''north'");
  expect(groupings[0]!.conditions).toContain('region is null');
  expect(groupings[1]!.conditions[0]).toBe("`odd ``name` = 'a'");
});

const noise = Float64Array.from(rows, () => random.uniform());
const search = (losses: Float64Array) => worstSlices({ frame, rows, losses, columns, most: 5, seed: 0 }, signal);

test('a group of two columns in which the model is worse is found, and only that', async () => {
  const [south, second] = [holds("region = 'south'"), holds('children = 2')];
  const losses = noise.map((value, row) => (south(row) && second(row) ? value + 0.5 : value));
  const { found, tested, support } = await search(losses);
  expect(support).toBe(80);
  expect(tested).toBeGreaterThan(50);
  expect(found[0]).toMatchObject({ condition: "region = 'south' and children = 2", columns: ['region', 'children'] });
  expect(found[0]!.adjustedP).toBeLessThan(1e-6);
  expect(found.filter(({ columns: used }) => used.length === 2)).toHaveLength(1);
  expect(await search(losses)).toEqual({ found, tested, support });
});

test('of one column is told once, not with each of the others', async () => {
  const worse = holds("region = 'east'");
  const { found } = await search(noise.map((value, row) => (worse(row) ? value + 0.3 : value)));
  expect(found.map(({ condition }) => condition)).toEqual(["region = 'east'"]);
});

test('where nothing is worse, hardly anything is found: chance is counted', async () => {
  let found = 0;
  for (let round = 0; round < 10; round++) {
    const draw = new Random(100 + round);
    found += (await search(Float64Array.from(rows, () => draw.uniform()))).found.length;
  }
  expect(found).toBeLessThanOrEqual(1);
});

test('Welch’s test is scipy’s', () => {
  const moments = (values: readonly number[]) => ({
    ...{ n: values.length, sum: values.reduce((a, b) => a + b, 0) },
    squares: values.reduce((a, b) => a + b * b, 0),
  });
  const [first, second] = [
    [1.2, 3.4, 2.2, 5.1, 0.7],
    [0.3, 1.1, 0.9, 2.0, 1.4, 0.2, 0.8],
  ];
  const { t, upperP } = welch(moments(first!), moments(second!))!;
  // scipy.stats.ttest_ind(first, second, equal_var=False, alternative="greater")
  expect(t).toBeCloseTo(1.888249301151541, 10);
  expect(upperP).toBeCloseTo(0.060568909457721726, 10);
  const both = Float64Array.from([...first!, ...second!]);
  const loss = sliceLoss(both, at => at < 5)!;
  expect(loss.p).toBeCloseTo(2 * 0.060568909457721726, 10);
  expect(loss.mean - loss.rest).toBeCloseTo(loss.difference, 12);
  expect(sliceLoss(both, at => at < 1)).toBeUndefined();
});

test('the step measures every value of a column and looks for the worst', async () => {
  const steps = new Steps(temporaryFolder(), germanPath);
  await steps.split({ stratify: 'creditability', test: 0.5 });
  await steps.prepare(prepareOptions({ label: 'creditability', positive: 'bad' }));
  const wanted = { bootstrap: 0, importance: 0, slices: ["housing = 'own'"], slice_by: ['housing', 'age_in_years'] };
  await steps.evaluate(evaluateOptions({ ...wanted, worst_slices: 3 }));
  const evaluation: Evaluation = JSON.parse(readFileSync(steps.path('evaluate', 'evaluation.json'), 'utf8'));
  const slices = evaluation.slices!;
  expect(slices.map(({ slice }) => slice).filter(slice => slice === "housing = 'own'")).toHaveLength(1);
  expect(slices).toHaveLength(1 + 2 + 4);
  const ages = slices.filter(({ slice }) => slice.startsWith('age_in_years'));
  expect(ages.reduce((sum, { rows: count }) => sum + count, 0)).toBe(500);
  for (const { loss, rows: count, rest } of slices) {
    const whole = (loss!.mean * count + loss!.rest * rest.rows) / 500;
    expect(whole).toBeCloseTo(evaluation.metrics['log_loss']!, 10);
    expect(loss!.adjustedP).toBeGreaterThanOrEqual(loss!.p);
  }
  expect(slices[0]!.byThreshold).toBeDefined();
  expect(ages[0]!.byThreshold).toBeUndefined();
  const { tested, support, slices: worst } = evaluation.worstSlices!;
  expect(support).toBe(30);
  expect(tested).toBeGreaterThan(100);
  for (const { loss } of worst) {
    expect(loss!.difference).toBeGreaterThan(0);
    expect(loss!.adjustedP).toBeLessThanOrEqual(0.05);
  }
  await expect(steps.evaluate(evaluateOptions({ ...wanted, slice_by: ['hausing'] }))).rejects.toMatchObject({
    code: 'data.column',
    fix: 'Did you mean housing?',
  });
});
