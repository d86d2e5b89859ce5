import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEvaluation } from '../../../engine/gates/evaluationFile';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import { germanPath } from './csvFrame';
import { evaluateOptions, prepareOptions } from './options';
import { Steps } from './steps';

const german = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });
const options = evaluateOptions({
  ...{ cost: { false_negative: 5, false_positive: 1 }, threshold: 'cost', favourable: 'good' },
  ...{ importance: 0, dependence: 0, explain: 0, bootstrap: 200, slices: ['age_in_years <= 25'] },
  confidence: [0.95, 0.8],
  groups: [
    { by: ['personal_status_and_sex'], min_rows: 30 },
    { by: ['age_in_years <= 25', 'housing'], min_rows: 20 },
  ],
  trivial: ['constant', 'best-column', 'linear'],
});
let folder = '';
let steps: Steps;
let text = '';
let found: Evaluation;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelyard-evidence-'));
  steps = new Steps(folder, germanPath);
  await steps.split({ stratify: 'creditability', test: 0.3 });
  await steps.prepare(german);
  await steps.evaluate(options);
  text = readFileSync(steps.path('evaluate', 'evaluation.json'), 'utf8');
  found = JSON.parse(text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('gates read all of it back', () => {
  const read = parseEvaluation(text);
  for (const part of ['intervalsAt', 'training', 'groups', 'trivial', 'calibration', 'byClass'] as const)
    expect(read[part], part).toEqual(found[part]);
  expect(read.slices![0]!.intervals).toEqual(found.slices![0]!.intervals);
  expect(parseEvaluation(JSON.stringify({ ...found, groups: [{ by: 'sex' }], training: 7 }))).toMatchObject({
    groups: undefined,
    training: undefined,
    rows: 300,
  });
});

describe('intervals', () => {
  test('at every confidence, of metrics, the rate and slices', () => {
    const { intervals, intervalsAt, metrics, slices } = found;
    for (const name of ['auc', 'expected_cost', 'selection_rate']) {
      const [wide, narrow] = [intervals![name]!, intervalsAt!['0.8']![name]!];
      expect(wide[0], name).toBeLessThan(narrow[0]);
      expect(wide[1], name).toBeGreaterThan(narrow[1]);
      expect(narrow[0], name).toBeLessThan(metrics[name]!);
      expect(narrow[1], name).toBeGreaterThan(metrics[name]!);
    }
    const [young] = slices!;
    for (const name of ['auc', 'selection_rate', 'selection_rate_ratio', 'equal_opportunity_difference']) {
      const [low, high] = young!.intervals!['0.95']![name]!;
      expect(low, name).toBeLessThanOrEqual(young!.metrics[name]!);
      expect(high, name).toBeGreaterThanOrEqual(young!.metrics[name]!);
    }
  });
});

describe('groups', () => {
  test('of a column that the model does not see', () => {
    const [status] = found.groups!;
    const sizes = new Map(status!.groups.map(one => [one.group.slice(-4, -1), one]));
    expect([...sizes].map(([group, { isSmall }]) => [group, isSmall]).sort()).toEqual([
      ['A91', true],
      ['A92', false],
      ['A93', false],
      ['A94', true],
    ]);
    expect(status!.groups.reduce((sum, { rows }) => sum + rows, 0)).toBe(300);
    const [women, men] = status!.groups.filter(({ isSmall }) => !isSmall);
    const rates = [women!.rates['selection_rate']!, men!.rates['selection_rate']!];
    expect(status!.measures['selection_rate_ratio']).toBeCloseTo(Math.min(...rates) / Math.max(...rates), 12);
    expect(status!.intervals!['0.8']!['selection_rate_ratio']![0]).toBeLessThan(
      status!.measures['selection_rate_ratio']!,
    );
    expect(women!.metrics['auc']).toBeGreaterThan(0.5);
    expect(sizes.get('A91')).toMatchObject({ rates: {}, metrics: {} });
    expect(sizes.get('A91')!.rateIntervals).toBeUndefined();
    // age and housing tell much of it
    expect(status!.proxy).toMatchObject({ seen: [], auc: expect.any(Number) });
    expect(status!.proxy!.auc).toBeGreaterThan(0.65);
    expect(status!.proxy!.interval![0]).toBeLessThan(status!.proxy!.auc);
  });
  test('each combination, of a condition and a column that the model sees', () => {
    const [, both] = found.groups!;
    expect(both!.groups.map(({ group }) => group)).toContain("not (age_in_years <= 25) and housing = 'own'");
    expect(both!.groups.reduce((sum, { rows }) => sum + rows, 0)).toBe(300);
    expect(both!.proxy!.seen).toEqual(['age_in_years', 'housing']);
  });
  test.each([
    [['housin'], 'data.column', 'with.groups.0', 'housin'],
    [['age_in_years <= 25 25'], 'config.invalid', 'with.groups.0', 'age_in_years <= 25 25'],
  ])('%j is refused at the option', async (by, code, key, group) => {
    const asked = { ...options, bootstrap: 0, trivial: [], slices: [], groups: [{ by, min_rows: 30 }] };
    await expect(steps.evaluate(asked)).rejects.toMatchObject({ code, place: { key }, data: { group } });
  });
});

test('the training part is predicted a little better', () => {
  const { training, metrics } = found;
  expect(training!.rows).toBe(700);
  expect(training!.metrics['auc']).toBeGreaterThan(metrics['auc']!);
  expect(training!.metrics['auc']! - metrics['auc']!).toBeLessThan(0.15);
  expect(training!.drift).toMatchObject({ method: 'ks' });
  expect(training!.drift.value).toBeLessThan(0.15);
});

test('a model without art, one column, a plain linear model', () => {
  const [constant, column, linear] = found.trivial!;
  expect(constant).toMatchObject({ model: 'constant', metrics: { auc: 0.5 } });
  // 0.3 · ln 0.3 + 0.7 · ln 0.7
  expect(constant!.metrics['log_loss']).toBeCloseTo(0.6109, 3);
  expect(column).toMatchObject({ model: 'best-column', column: 'status_of_existing_checking_account' });
  expect(column!.metrics['auc']).toBeGreaterThan(0.65);
  const own = found.metrics['auc']!;
  expect(constant!.gains['auc']).toBeCloseTo((own - 0.5) / 0.5, 12);
  expect(linear!.metrics['auc']).toBeGreaterThan(column!.metrics['auc']!);
  // the model is a logistic regression itself
  expect(Math.abs(linear!.gains['auc']!)).toBeLessThan(0.15);
  const [low, high] = linear!.intervals!['0.95']!['auc']!;
  expect(low).toBeLessThan(0.1);
  expect(high).toBeGreaterThan(linear!.gains['auc']!);
});

test('calibration and classes', () => {
  expect(found.calibration!.slope.value).toBeGreaterThan(0.6);
  expect(found.calibration!.slope.value).toBeLessThan(1.6);
  expect(found.calibration!.hosmerLemeshow!.df).toBe(8);
  expect(found.byClass!.map(({ class: name, rows }) => [name, rows])).toEqual([
    ['good', 210],
    ['bad', 90],
  ]);
  for (const { auc } of found.byClass!) expect(auc).toBeCloseTo(found.metrics['auc']!, 9);
});
