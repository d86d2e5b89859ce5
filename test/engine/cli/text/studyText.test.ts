import pico from 'picocolors';
import { expect, test } from 'vitest';
import { paramPair } from '../../../../engine/cli/paramPair';
import { studiesText, studyText } from '../../../../engine/cli/text/studyText';
import { studyId } from '../../../../engine/ids';
import type { Study, Trial } from '../../../../engine/protocol/tuning';

const colors = pico.createColors(false);
const trial = (number: number, values: readonly number[], more: Partial<Trial> = {}): Trial => ({
  number,
  state: 'complete',
  source: 'sampled',
  params: { learner: 'forest', 'forest.columns': 0.123456, 'forest.min_rows': number },
  values,
  reports: [],
  violations: [],
  startedAt: 1000,
  endedAt: 3500,
  ...more,
});
const study: Study = {
  id: studyId('a'.repeat(32)),
  number: 3,
  pipeline: 'train',
  step: 'tune',
  status: 'running',
  objectives: [{ metric: 'log_loss', maximize: false }],
  sampler: 'tpe',
  pruner: 'median',
  startedAt: Date.UTC(2026, 0, 2),
  trialsWanted: 40,
  msUsed: 72_000,
  counts: { waiting: 1, running: 1, complete: 3, pruned: 1, failed: 0, cancelled: 0 },
  best: trial(2, [0.4]),
  seed: 0,
  steps: 5,
  reported: { metric: 'log_loss', maximize: false, per: 'fold' },
  space: [],
  constraints: ['fit_seconds <= 2'],
  trials: [
    trial(0, [0.5]),
    trial(1, [0.6]),
    trial(2, [0.4], { params: { learner: 'neural-network', 'neural-network.hidden': [64, 32] } }),
    trial(3, [], { state: 'pruned' }),
  ],
  front: [2],
};

test('a study is shown with its trials, the best first, those without a value last', () => {
  const lines = studyText(study, { colors, limit: 20 }).split('\n');
  expect(lines.slice(0, 3)).toEqual([
    's-3  ⟳ running · train/tune',
    'log_loss as small as possible, fit_seconds <= 2 · tpe, pruner median',
    '4 of 40, 1 running, 1 pruned, 1 waiting in 1 min 12 s',
  ]);
  expect(lines.slice(5, 9).map(line => line.replace(/\s+/g, ' ').trim())).toEqual([
    '★ 2 complete 0.4 2.5 s neural-network · hidden 64, 32',
    '0 complete 0.5 2.5 s forest · columns 0.1235 · min_rows 0',
    '1 complete 0.6 2.5 s forest · columns 0.1235 · min_rows 1',
    '3 pruned 2.5 s forest · columns 0.1235 · min_rows 3',
  ]);
  expect(studyText(study, { colors, limit: 3 })).toContain('and 1 trial more');
});

test('studies are listed with what they have found', () => {
  const [, line] = studiesText([study], colors).split('\n');
  expect(line).toMatch(
    /^s-3 +⟳ running +train\/tune +2026-01-0\d \d\d:\d\d +4 of 40, .+ +0\.4 · forest · columns 0\.1235 · min_rows 2$/,
  );
  expect(studiesText([], colors)).toContain('No studies');
});

test('parameters are read as numbers, lists, truths or texts', () => {
  expect(
    ['C=0.1', 'hidden=64,32', 'hidden=8,', 'flag=true', 'columns=sqrt', 'x==', 'low=-1e-3'].map(paramPair),
  ).toEqual([
    ['C', 0.1],
    ['hidden', [64, 32]],
    ['hidden', [8]],
    ['flag', true],
    ['columns', 'sqrt'],
    ['x', '='],
    ['low', -0.001],
  ]);
  expect(() => paramPair('C')).toThrow('C is no parameter: it must look like NAME=VALUE.');
  expect(() => paramPair('=1')).toThrow('NAME=VALUE');
});
