import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../../engine/protocol/frame';
import type { Evaluation } from '../../../../engine/protocol/evaluation';
import type { DependenceFile, Explanation } from '../../../../engine/protocol/explanation';
import type { EvaluateOptions } from '../../../../engine/protocol/steps/evaluation';
import { partialDependence } from '../../../../engine/training/explain/dependence';
import { numberColumn } from '../../../../engine/training/foreign/inputColumns';
import { Random } from '../../../../engine/random';
import type { Model } from '../../../../engine/training/model';
import { predict } from '../../../../engine/training/model';
import type { ScoringModel } from '../../../../engine/training/scoringModel';
import { transformRows } from '../../../../engine/training/transform';
import { fitForest } from '../../../../engine/training/trees/forest';
import { temporaryFolder } from '../../../support/store';
import { germanPath, readCsvFrame } from '../csvFrame';
import { listener, trainingData } from '../models';
import { evaluateOptions, forestOptions, prepareOptions } from '../options';
import { Steps } from '../steps';

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8'));
const csv = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => Array.from(line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g), ([, text, plain]) => text ?? plain ?? ''));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function german(options: Partial<EvaluateOptions>, model?: (steps: Steps) => Promise<ScoringModel>) {
  const steps = new Steps(temporaryFolder(), germanPath);
  await steps.split({ stratify: 'creditability' });
  await steps.prepare(prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] }));
  const wanted = evaluateOptions({ bootstrap: 0, importance: 0, ...options });
  const result = await steps.evaluate(wanted, await model?.(steps));
  return { steps, result, evaluation: json<Evaluation>(steps.path('evaluate', 'evaluation.json')) };
}

async function forest(steps: Steps): Promise<ScoringModel> {
  const preparation = json<ScoringModel['preparation']>(steps.path('prepare', 'preparation.json'));
  const { train } = json<{ train: number[] }>(steps.path('split', 'split.json'));
  const data = trainingData(preparation, readCsvFrame(germanPath), train);
  const { model } = await fitForest(data, forestOptions({ trees: 8 }), listener());
  return scoring(preparation, model);
}
const scoring = (preparation: ScoringModel['preparation'], model: Model): ScoringModel => ({
  preparation,
  model,
  score: (frame, rows) => predict(model, transformRows(preparation, frame, rows)),
});

describe('contributions in an evaluation', () => {
  test.each([
    ['linear-shap', 'log-odds', undefined, (p: number) => Math.log(p / (1 - p))],
    ['tree-shap', 'probability', forest, (p: number) => p],
  ] as const)('%s: columns of a row add up to its score', async (method, unit, model, margin) => {
    const { steps, evaluation } = await german({ dependence: 0 }, model);
    const explanation = json<Explanation>(steps.path('evaluate', 'explanation.json'));
    const { sample, ...summary } = explanation;
    expect(evaluation.explanation).toEqual(summary);
    expect(summary).toMatchObject({ method, unit, rows: 200 });
    expect(summary.outputs.map(({ name }) => name)).toEqual(['bad']);
    expect(summary.columns).toHaveLength(19);
    expect(summary.columns[0]!.column).toBe('status_of_existing_checking_account');
    const scores = new Map(
      csv(steps.path('evaluate', 'predictions.csv')).map(([row, , score]) => [row, Number(score)]),
    );
    expect(sample.rows).toHaveLength(200);
    const frame = readCsvFrame(germanPath);
    const age = frame.columns.find(({ name }) => name === 'age_in_years');
    const ages = sample.columns.find(({ column }) => column === 'age_in_years')!.values;
    for (const [at, row] of sample.rows.entries()) {
      const parts = sample.columns.map(({ contributions }) => contributions[0]![at]!);
      const total = summary.outputs[0]!.expected + sum(parts) + sample.others[0]![at]!;
      expect(Math.abs(total - margin(scores.get(String(row))!))).toBeLessThan(1e-9);
      expect(Math.abs(total - sample.margins[0]![at]!)).toBeLessThan(1e-12);
      expect(ages[at]).toBe(age?.kind === 'number' ? age.values[row] : undefined);
    }
    for (const { column, meanAbsolute } of summary.columns) {
      const shown = sample.columns.find(one => one.column === column)!.contributions[0]!;
      expect(meanAbsolute[0]).toBeCloseTo(sum(shown.map(Math.abs)) / 200, 12);
    }
  });

  test('reasons speak against the row, the weightiest first', async () => {
    const { steps } = await german({ dependence: 0, favourable: 'good' });
    const [header, ...rows] = csv(steps.path('evaluate', 'reason_codes.csv'));
    expect(header).toEqual([
      'row',
      'margin',
      ...[1, 2, 3, 4].flatMap(at => [`reason_${at}`, `value_${at}`, `contribution_${at}`]),
    ]);
    expect(rows).toHaveLength(200);
    const { sample } = json<Explanation>(steps.path('evaluate', 'explanation.json'));
    for (const [at, row] of rows.entries()) {
      const given = [4, 7, 10, 13].map(place => Number(row[place]));
      expect(given).toEqual([...given].sort((a, b) => b - a));
      expect(Math.min(...given)).toBeGreaterThan(0);
      const best = sample.columns.toSorted((a, b) => b.contributions[0]![at]! - a.contributions[0]![at]!)[0]!;
      expect(row.slice(2, 5)).toEqual([best.column, String(best.values[at]), String(best.contributions[0]![at])]);
    }
    const other = await german({ dependence: 0, favourable: 'bad' });
    for (const row of csv(other.steps.path('evaluate', 'reason_codes.csv')).slice(1))
      expect(Number(row[4])).toBeLessThan(0);
  });

  test('fewer rows on demand, the same ones for the same seed; none for a model that can only be asked', async () => {
    const rows = async (options: Partial<EvaluateOptions>) =>
      json<Explanation>((await german({ dependence: 0, ...options })).steps.path('evaluate', 'explanation.json')).sample
        .rows;
    const some = await rows({ explain: 20 });
    expect(some).toHaveLength(20);
    expect(await rows({ explain: 20 })).toEqual(some);
    expect(await rows({ explain: 20, seed: 1 })).not.toEqual(some);
    const asked = await german({}, async steps => {
      const { preparation, score } = await forest(steps);
      return { preparation, score };
    });
    expect(asked.evaluation).not.toHaveProperty('explanation');
    expect(existsSync(asked.steps.path('evaluate', 'explanation.json'))).toBe(false);
    expect(asked.evaluation.dependence!.columns).toHaveLength(10);
  });
});

describe('partial dependence', () => {
  test('is the mean score where the column is set to a value', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'data.csv');
    const kinds = ['x', 'y', 'y', 'z', 'z', 'z'];
    const lines = Array.from({ length: 300 }, (_, i) => `${(i * 37) % 101},${i % 5},${kinds[i % 6]},7,${i}`);
    writeFileSync(file, `a,b,kind,same,y\n${lines.join('\n')}\n`);
    const steps = new Steps(folder, file);
    await steps.split();
    await steps.prepare(prepareOptions({ label: 'y' }));
    const worth = { x: 0, y: 10, z: 100 } as const;
    const score: ScoringModel['score'] = (frame, rows) => {
      const [a, b, kind] = ['a', 'b', 'kind'].map(name => frame.columns.find(column => column.name === name)!);
      if (a?.kind !== 'number' || b?.kind !== 'number' || kind?.kind !== 'text') throw new Error('columns');
      return Float64Array.from(rows, row => {
        const text = kind.categories[kind.codes[row]!]!;
        return (
          a.values[row]! ** 2 + 3 * b.values[row]! + (text === 'x' || text === 'y' || text === 'z' ? worth[text] : NaN)
        );
      });
    };
    const preparation = json<ScoringModel['preparation']>(steps.path('prepare', 'preparation.json'));
    await steps.evaluate(evaluateOptions({ bootstrap: 0, importance: 1 }), { preparation, score });
    const found = json<DependenceFile>(steps.path('evaluate', 'partial_dependence.json'));
    const { test: rows } = json<{ test: number[] }>(steps.path('split', 'split.json'));
    expect(found).toMatchObject({ rows: rows.length, outputs: ['y'] });
    const by = new Map(found.columns.map(column => [column.column, column]));
    expect([...by.keys()].sort()).toEqual(['a', 'b', 'kind']); // `same` has one value
    const frame = readCsvFrame(file);
    const mean = (of: (row: number) => number): number => sum(rows.map(of)) / rows.length;
    const number = (name: string, row: number): number => {
      const column = frame.columns.find(one => one.name === name);
      return column?.kind === 'number' ? column.values[row]! : NaN;
    };
    const kindOf = (row: number): 'x' | 'y' | 'z' => (row % 6 === 0 ? 'x' : row % 6 < 3 ? 'y' : 'z');
    const { grid, mean: means, curves } = by.get('a')!;
    expect(grid.length).toBeGreaterThan(10);
    expect(grid.length).toBeLessThanOrEqual(16);
    expect([...grid].sort((x, y) => Number(x) - Number(y))).toEqual(grid);
    const rest = mean(row => 3 * number('b', row) + worth[kindOf(row)]);
    for (const [at, value] of grid.entries()) expect(means[0]![at]).toBeCloseTo(Number(value) ** 2 + rest, 9);
    for (const [at, row] of found.curveRows.entries())
      expect(curves[at]![0]![2]).toBeCloseTo(Number(grid[2]) ** 2 + 3 * number('b', row) + worth[kindOf(row)], 9);
    expect(by.get('b')!.grid).toEqual([0, 1, 2, 3, 4]);
    expect([...by.get('kind')!.grid].sort()).toEqual(['x', 'y', 'z']);
    const { grid: texts, mean: ofKinds } = by.get('kind')!;
    expect(ofKinds[0]![texts.indexOf('z')]! - ofKinds[0]![texts.indexOf('y')]!).toBeCloseTo(90, 9);
    const { dependence } = json<Evaluation>(steps.path('evaluate', 'evaluation.json'));
    expect(dependence!.columns[0]).toEqual({ column: 'a', grid, mean: means });
  });

  test('of a date says that its numbers are times', async () => {
    const values = Float64Array.from({ length: 90 }, (_, i) => Date.UTC(2026, 0, 1 + (i % 40)));
    const frame: Frame = { rows: 90, columns: [{ kind: 'number', name: 'day', type: 'date', values }] };
    const common = { version: 1, task: 'regression', label: { name: 'y', type: 'number' }, classes: [] } as const;
    const preparation = { ...common, columns: [numberColumn('day')], features: ['day'], notes: [] };
    const score: ScoringModel['score'] = ({ columns: [day] }, rows) =>
      Float64Array.from(rows, row => (day?.kind === 'number' ? day.values[row]! / 864e5 : NaN));
    const settings = { frame, test: [...values.keys()], columns: ['day'], random: new Random(0) };
    const { columns } = await partialDependence({ preparation, score }, settings, new AbortController().signal);
    expect(columns[0]).toMatchObject({ column: 'day', isTime: true });
    expect(columns[0]!.grid).toHaveLength(16);
    for (const [at, value] of columns[0]!.grid.entries())
      expect(columns[0]!.mean[0]![at]).toBeCloseTo(Number(value) / 864e5, 9);
  });
});
