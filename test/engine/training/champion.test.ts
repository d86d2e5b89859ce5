import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { ChampionComparison } from '../../../engine/protocol/evaluation';
import { compareWithChampion } from '../../../engine/training/evaluation/champion';
import { metricSet } from '../../../engine/training/evaluation/metricSet';
import { scoreRows } from '../../../engine/training/evaluation/scored';
import { fitLearner, trainingData } from '../../../engine/training/fitLearner';
import { predict } from '../../../engine/training/model';
import type { ScoringModel } from '../../../engine/training/scoringModel';
import { transformRows } from '../../../engine/training/transform';
import { digest } from '../../../engine/ids';
import { temporaryFolder } from '../../support/store';
import { germanPath, readCsvFrame } from './csvFrame';
import { assetsDir, listener, prepared } from './models';
import { evaluateOptions, logisticOptions, prepareOptions } from './options';

const frame = readCsvFrame(germanPath);
const all = Array.from({ length: frame.rows }, (_, row) => row);
const [train, test_] = [all.slice(0, 700), all.slice(700)];
const data = digest('a'.repeat(64));
const split = {
  version: 1,
  dataset: 'd',
  digest: data,
  rows: 1000,
  method: 'random',
  seed: 0,
  train,
  test: test_,
} as const;

async function model(rows: readonly number[], drop: readonly string[]): Promise<ScoringModel> {
  const preparation = prepared(frame, rows, prepareOptions({ label: 'creditability', positive: 'bad', drop }));
  const { model: fitted } = await fitLearner(logisticOptions, trainingData(preparation, frame, rows), {
    assetsDir,
    progress: listener(),
  });
  return { preparation, score: (other, which) => predict(fitted, transformRows(preparation, other, which)) };
}

let folder = '';
const log: string[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  log.length = 0;
});

async function beside(
  own: ScoringModel,
  champion: ScoringModel,
  splitFile?: string,
): Promise<ChampionComparison | undefined> {
  const decision = { threshold: 1 / 6, reason: '', cost: { falseNegative: 5, falsePositive: 1 } };
  const outputs = await compareWithChampion(
    {
      job: {
        with: {
          ...evaluateOptions({ bootstrap: 200, cost: { false_negative: 5, false_positive: 1 } }),
          threshold: 'cost',
        },
        champion: {
          model: 'm',
          version: 4,
          stage: 'live',
          path: '/m',
          ...(splitFile !== undefined && { split: splitFile }),
        },
        workDir: folder,
      },
      loadModel: () => Promise.resolve(champion),
      model: own,
      input: {
        split,
        source: { name: 'd', path: germanPath, format: 'csv', missing: [], expect: [] },
        digest: data,
        frame,
      },
      scored: scoreRows(own, frame, test_),
      decision,
      stratified: false,
    },
    { signal: new AbortController().signal, progress: () => {}, metric: () => {}, log: line => void log.push(line) },
  );
  return outputs.length === 0 ? undefined : JSON.parse(readFileSync(path.join(folder, 'champion.json'), 'utf8'));
}

const poor = [
  'status_of_existing_checking_account',
  'duration_in_month',
  'credit_history',
  'savings_account_and_bonds',
];

test('a better model than the champion: by the same draws and by DeLong', async () => {
  const [own, weak] = [await model(train, []), await model(train, poor)];
  const found = (await beside(own, weak))!;
  expect(found).toMatchObject({ model: 'm', modelVersion: 4, stage: 'live', rows: 300, seen: 0 });
  const { auc, expected_cost: cost } = found.metrics;
  expect(auc!.own - auc!.champion).toBeCloseTo(auc!.difference, 12);
  expect(auc!.own).toBeCloseTo(metricSet(scoreRows(own, frame, test_), { threshold: 0.5, reason: '' })['auc']!, 12);
  expect(auc!.difference).toBeGreaterThan(0.05);
  expect(auc!.interval![0]).toBeGreaterThan(0);
  expect(auc!.higher).toBeGreaterThan(0.97);
  expect(cost!.difference).toBeLessThan(0);
  expect(found.delong!.difference).toBeCloseTo(auc!.difference, 12);
  expect(found.delong!.p).toBeLessThan(0.05);
  const widths = [auc!.interval!, found.delong!.interval].map(([low, high]) => high - low);
  expect(widths[0]! / widths[1]!).toBeCloseTo(1, 0);
});

test('a champion that has seen test rows is told of, one that asks something else is not compared', async () => {
  const own = await model(train, poor);
  const file = path.join(folder, 'theirs.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify({ ...split, train: all.slice(300), test: all.slice(0, 300) }));
  expect((await beside(own, own, file))!.seen).toBe(300);
  expect(log[0]).toContain('version 4 of m has learnt from 300 rows of this test part');
  writeFileSync(file, JSON.stringify({ ...split, digest: 'b'.repeat(64), train: all }));
  expect((await beside(own, own, file))!.seen).toBe(0);
  const other = { ...own, preparation: { ...own.preparation, positive: 'good' } };
  expect(await beside(own, other)).toBeUndefined();
  const columns = own.preparation.columns.map((column, i) => (i === 0 ? { ...column, name: 'gone' } : column));
  const elsewhere: ScoringModel = {
    preparation: { ...own.preparation, columns },
    score: (given, which) => {
      transformRows({ ...own.preparation, columns }, given, which);
      return new Float64Array(0);
    },
  };
  expect(await beside(own, elsewhere)).toBeUndefined();
  expect(log.slice(-2)).toEqual([
    expect.stringContaining('predicts something else than creditability'),
    expect.stringContaining('The data has no column gone'),
  ]);
});
