import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import type { EvaluateOptions } from '../../../engine/protocol/steps/evaluation';
import type { ScoringModel } from '../../../engine/training/scoringModel';
import { germanPath } from './csvFrame';
import { evaluateOptions, prepareOptions } from './options';
import { Steps } from './steps';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelyard-evaluate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const json = (file: string): Evaluation => JSON.parse(readFileSync(file, 'utf8'));
const cost = { false_negative: 5, false_positive: 1 };
const german = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });

async function prepared(): Promise<Steps> {
  const steps = new Steps(folder, germanPath);
  await steps.split({ stratify: 'creditability' });
  await steps.prepare(german);
  return steps;
}
async function evaluated(given: Partial<EvaluateOptions>): Promise<Evaluation> {
  const steps = await prepared();
  await steps.evaluate(evaluateOptions({ bootstrap: 0, importance: 0, ...given }));
  return json(steps.path('evaluate', 'evaluation.json'));
}

test('German Credit from file to evaluation', async () => {
  const steps = new Steps(folder, germanPath);
  const split = await steps.split({ stratify: 'creditability' });
  expect(split.summary).toBe('800 train · 200 test rows, stratified by creditability');
  expect(split.inputs).toMatchObject([{ dataset: 'applications', context: 'split' }]);
  const prepare = await steps.prepare(german);
  expect(prepare.summary).toBe('19 columns → 57 features');
  const slices = ['age_in_years <= 25', "housing = 'own'", 'age_in_years <= 25', 'age_in_years <= 3'];
  const result = await steps.evaluate(evaluateOptions({ cost, threshold: 'cost', favourable: 'good', slices }));
  expect(result.summary).toMatch(/^AUC 0\.\d+ · cost 0\.\d+ at threshold 0\.167 · 200 test rows$/);
  expect(result.outputs.map(output => output.artifactPath)).toEqual([
    'evaluation.json',
    'predictions.csv',
    'intervals.json',
    'confusion_matrix.json',
    'roc.json',
    'precision_recall.json',
    'calibration.json',
    'explanation.json',
    'reason_codes.csv',
    'partial_dependence.json',
  ]);
  expect(result.params).toEqual({
    evaluate_threshold: 'cost',
    cost_false_negative: 5,
    cost_false_positive: 1,
    favourable: 'good',
    evaluate_seed: 0,
  });

  const evaluation = json(steps.path('evaluate', 'evaluation.json'));
  expect(evaluation.metrics).toEqual(result.metrics);
  expect(Object.keys(evaluation.metrics).sort()).toEqual(
    [
      ...['accuracy', 'auc', 'average_precision', 'balanced_accuracy', 'brier', 'calibration_error', 'expected_cost'],
      ...['f1', 'gini', 'kappa', 'ks', 'log_loss', 'mcc', 'precision', 'recall', 'selection_rate', 'threshold'],
    ].sort(),
  );
  expect(evaluation.metrics['auc']).toBeGreaterThan(0.7);
  const [low, high] = evaluation.intervals!['auc']!;
  expect(low).toBeLessThan(evaluation.metrics['auc']!);
  expect(high).toBeGreaterThan(evaluation.metrics['auc']!);
  expect(high - low).toBeGreaterThan(0.08);
  expect(high - low).toBeLessThan(0.2);
  expect(evaluation.intervalsBy).toEqual({ method: 'bca', rounds: 500, stratified: true, rows: 200 });
  for (const [name, [lowest, highest]] of Object.entries(evaluation.intervals!)) {
    expect(lowest, name).toBeLessThanOrEqual(evaluation.metrics[name]!);
    expect(highest, name).toBeGreaterThanOrEqual(evaluation.metrics[name]!);
  }
  expect(Object.keys(evaluation.intervals!)).toContain('expected_cost');
  const { delong } = evaluation.binary!;
  expect(delong!.auc).toBeCloseTo(evaluation.metrics['auc']!, 12);
  // two ways to the same spread
  expect((high - low) / (delong!.interval[1] - delong!.interval[0])).toBeCloseTo(1, 0);

  expect(evaluation.importance).toHaveLength(19);
  expect(evaluation.importance![0]).toMatchObject({ feature: 'status_of_existing_checking_account' });
  expect(evaluation.importance![0]!.importance).toBeGreaterThan(0.03);

  expect(evaluation.slices!.map(({ slice }) => slice)).toEqual([
    'age_in_years <= 25',
    "housing = 'own'",
    'age_in_years <= 3',
  ]);
  const young = evaluation.slices![0]!;
  expect(young.rows + young.rest.rows).toBe(200);
  const rates = [young.metrics['selection_rate']!, young.rest.metrics['selection_rate']!].sort((a, b) => a - b);
  expect(young.metrics['selection_rate_ratio']).toBeCloseTo(rates[0]! / rates[1]!, 12);
  expect(young.metrics['selection_rate_ratio']).toBeLessThan(0.8);
  expect(young.metrics['n']).toBe(young.rows);
  expect(evaluation.slices![2]).toMatchObject({ rows: 0, metrics: { n: 0 }, rest: { rows: 200 } });
  expect(steps.said.log).toEqual(['No row of the test part has age_in_years <= 3.']);

  const matrix = evaluation.confusion!.flat();
  expect(matrix.reduce((a, b) => a + b)).toBe(200);
  expect((matrix[1]! + 5 * matrix[2]!) / 200).toBeCloseTo(evaluation.metrics['expected_cost']!, 12);
  expect(evaluation.binary!.thresholdReason).toBe('1 / (1 + 5): a false negative costs 5, a false positive 1.');
  expect(evaluation.binary!.scores.positive.reduce((a, b) => a + b)).toBe(60);

  const predictions = readFileSync(steps.path('evaluate', 'predictions.csv'), 'utf8').trimEnd().split('\n');
  expect(predictions[0]).toBe('row,label,score,predicted');
  expect(predictions).toHaveLength(201);
  expect(predictions[1]).toMatch(/^\d+,(good|bad),0\.\d+,(good|bad)$/);
  expect([...steps.said.fractions].sort((a, b) => a - b).at(-1)).toBeLessThanOrEqual(1);
});

describe('threshold', () => {
  test('best with costs is the least cost of the training part', async () => {
    const { binary } = await evaluated({ cost, threshold: 'best' });
    expect(binary!.thresholdReason).toBe('Least cost on the training part.');
    expect(binary!.threshold).toBeGreaterThan(0.05);
    expect(binary!.threshold).toBeLessThan(0.35);
  });
  test('best without costs is the greatest F1', async () => {
    const { binary } = await evaluated({ threshold: 'best' });
    expect(binary!.thresholdReason).toBe('Greatest F1 on the training part.');
  });
  test.each<[Partial<EvaluateOptions>, string]>([
    [{ threshold: 'cost' }, '`threshold: cost` needs a cost matrix.'],
    [{ threshold: 1.5 }, '`threshold` must be between 0 and 1, not 1.5.'],
    [{ favourable: 'fine' }, '`favourable: fine` is not a class of creditability.'],
    [
      { cost: { false_negative: -1, false_positive: 1 } },
      'The costs of `cost` must not be negative, and not both zero.',
    ],
  ])('%j is refused', async (given, message) => {
    await expect(evaluated(given)).rejects.toMatchObject({ code: 'config.invalid', message });
  });
});

describe('other tasks', () => {
  const rows = (label: (i: number) => string): string =>
    Array.from({ length: 120 }, (_, i) => `${(i * 37) % 120},${i % 7},${label((i * 37) % 120)}`).join('\n');
  async function run(text: string, model?: (steps: Steps) => ScoringModel): Promise<Evaluation> {
    const csv = path.join(folder, 'data.csv');
    writeFileSync(csv, `a,b,y\n${text}\n`);
    const steps = new Steps(folder, csv);
    await steps.split();
    await steps.prepare(prepareOptions({ label: 'y' }));
    await steps.evaluate(evaluateOptions({ bootstrap: 50, importance: 2, slices: ['b <= 3'] }), model?.(steps));
    return json(steps.path('evaluate', 'evaluation.json'));
  }
  test('several classes', async () => {
    const evaluation = await run(
      rows(i => (i < 40 ? 'low, "x"' : i < 80 ? 'middle' : 'top').replace(/^low.*/, '"low, ""x"""')),
    );
    expect(evaluation).toMatchObject({ task: 'multiclass', classes: ['low, "x"', 'middle', 'top'] });
    expect(evaluation.metrics['auc']).toBeGreaterThan(0.8);
    expect(evaluation.metrics).toHaveProperty('f1_macro');
    expect(evaluation.confusion).toHaveLength(3);
    expect(evaluation.importance![0]!.feature).toBe('a');
    expect(Object.keys(evaluation.intervals!)).toContain('balanced_accuracy');
    const [header, ...lines] = readFileSync(path.join(folder, 'evaluate', 'predictions.csv'), 'utf8').split('\n');
    expect(header).toBe('row,label,"score_low, ""x""",score_middle,score_top,predicted');
    expect(lines.some(line => line.includes(',"low, ""x""",'))).toBe(true);
  });
  test('regression', async () => {
    const evaluation = await run(
      rows(i => String(2 * i)),
      steps => ({
        preparation: JSON.parse(readFileSync(steps.path('prepare', 'preparation.json'), 'utf8')),
        score: (frame, wanted) => {
          const a = frame.columns.find(column => column.name === 'a');
          return Float64Array.from(wanted, row => (a?.kind === 'number' ? 2 * a.values[row]! + 1 : NaN));
        },
      }),
    );
    expect(evaluation.metrics).toMatchObject({ rmse: 1, mae: 1 });
    expect(evaluation.metrics['r2']).toBeGreaterThan(0.99);
    expect(evaluation.residuals!.counts.reduce((x, y) => x + y)).toBe(24);
    expect(evaluation.intervals).toMatchObject({
      rmse: [1, 1],
      mae: [1, 1],
      r2: [expect.any(Number), expect.any(Number)],
    });
    expect(evaluation.slices![0]!.metrics).toMatchObject({ rmse: 1 });
  });
});

describe('what cannot be evaluated', () => {
  test('scores that are NaN', async () => {
    const steps = await prepared();
    const preparation = JSON.parse(readFileSync(steps.path('prepare', 'preparation.json'), 'utf8'));
    const model: ScoringModel = { preparation, score: (_, rows) => new Float64Array(2 * rows.length).fill(NaN) };
    await expect(steps.evaluate(evaluateOptions(), model)).rejects.toMatchObject({
      code: 'training.numeric',
      message: 'One of the scores is not a finite number: NaN at position 1.',
    });
  });
  test('a test part with one class', async () => {
    const csv = path.join(folder, 'data.csv');
    writeFileSync(csv, `t,y\n${Array.from({ length: 20 }, (_, i) => `${i},${i < 16 ? i % 2 : 1}`).join('\n')}\n`);
    const steps = new Steps(folder, csv);
    await steps.split({ time: 't' });
    await steps.prepare(prepareOptions({ label: 'y' }));
    await expect(steps.evaluate(evaluateOptions())).rejects.toMatchObject({
      code: 'training.label',
      message: 'All 4 rows of the test part have the y 1; nothing can be measured.',
    });
  });
  test('data that changed since the split', async () => {
    const csv = path.join(folder, 'data.csv');
    cpSync(germanPath, csv);
    const steps = new Steps(folder, csv);
    await steps.split();
    writeFileSync(csv, readFileSync(germanPath, 'utf8').replace('1169', '1170'));
    await expect(steps.prepare(german)).rejects.toMatchObject({
      code: 'conflict',
      message: 'The data of applications has changed since it was split.',
    });
  });
  test('no split before', async () => {
    await expect(new Steps(folder, germanPath).prepare(german)).rejects.toMatchObject({
      code: 'config.invalid',
      message: 'Step prepare needs what a split step makes, and none comes before it.',
    });
  });
  test('a file that is gone', async () => {
    await expect(new Steps(folder, path.join(folder, 'none.csv')).split()).rejects.toMatchObject({
      code: 'data.missing',
      message: `The data file ${path.join(folder, 'none.csv')} of dataset applications is missing.`,
    });
  });
  test('cancelling ends the step', async () => {
    const steps = await prepared();
    const abort = new AbortController();
    const model: ScoringModel = {
      preparation: JSON.parse(readFileSync(steps.path('prepare', 'preparation.json'), 'utf8')),
      score: (_, rows) => Float64Array.from({ length: 2 * rows.length }, (_value, i) => (i % 7) / 7),
    };
    const again = new Steps(folder, germanPath, abort.signal);
    await again.split();
    await again.prepare(german);
    const running = again.evaluate(evaluateOptions({ bootstrap: 1_000_000 }), model);
    setTimeout(() => abort.abort(), 30);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('the same seed gives the same bits in a fresh process', async () => {
  const bundle = path.join(folder, 'repeat.cjs');
  const entryPoints = ['test/engine/training/repeatMain.ts'];
  await build({ entryPoints, bundle: true, platform: 'node', format: 'cjs', outfile: bundle, logLevel: 'error' });
  const run = async (name: string) => {
    const where = path.join(folder, name);
    return (await promisify(execFile)(process.execPath, [bundle, where])).stdout.trim();
  };
  const first = await run('first');
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await run('second')).toBe(first);
});
