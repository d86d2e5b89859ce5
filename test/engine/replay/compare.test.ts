import { describe, expect, test } from 'vitest';
import { runId } from '../../../engine/ids';
import type { ArtifactEntry, MetricSeries, RunSummary } from '../../../engine/protocol/tracking';
import { changedSurroundings, missingCode } from '../../../engine/replay/causes';
import { areClose, areCloseTexts } from '../../../engine/replay/closeTexts';
import { compareMetrics, compareRuns } from '../../../engine/replay/compareRuns';
import type { RunSide, Sources } from '../../../engine/replay/ports';

const series = (key: string, ...values: number[]): MetricSeries => ({
  key,
  total: values.length,
  sampled: false,
  points: values.map((value, step) => ({ value, step, time: step })),
});

describe('numbers', () => {
  test('are close up to a millionth of the larger, and a billionth', () => {
    expect(areClose(1, 1 + 0.9e-6)).toBe(true);
    expect(areClose(1, 1 + 1.1e-6)).toBe(false);
    expect(areClose(0, 1e-9)).toBe(true);
    expect(areClose(0, 1.1e-9)).toBe(false);
    expect(areClose(Number.NaN, Number.NaN)).toBe(true);
    expect(areClose(Infinity, Infinity)).toBe(true);
    expect(areClose(Infinity, -Infinity)).toBe(false);
    expect(areClose(Number.NaN, 1)).toBe(false);
  });
  test('in texts may differ so, words and whole numbers may not', () => {
    expect(areCloseTexts('a,0.5\nb,1e-3', 'a,0.5000001\nb,0.001')).toBe(true);
    expect(areCloseTexts('{"n": 10000001}', '{"n": 10000002}')).toBe(false);
    expect(areCloseTexts('a 0.5', 'b 0.5')).toBe(false);
    expect(areCloseTexts('0.5 0.6', '0.5')).toBe(false);
    expect(areCloseTexts('0.5 x', '0.5 y')).toBe(false);
    expect(areCloseTexts('0.5', '0.6')).toBe(false);
  });
});

describe('metrics', () => {
  test('are compared at every point; the worst is told', () => {
    const { differences, count } = compareMetrics(
      [series('auc', 0.7), series('loss', 3, 2, 1), series('gone', 1), series('close', 0.5)],
      [series('auc', 0.7), series('loss', 3, 2.5, 1), series('new', 1, 2), series('close', 0.5 + 1e-8)],
    );
    expect(count).toBe(5);
    expect(differences).toEqual([
      { kind: 'metric', name: 'close', was: '0.5', now: '0.50000001', size: 'tolerance' },
      { kind: 'metric', name: 'gone', was: '1', size: 'more' },
      { kind: 'metric', name: 'loss', was: '2 (step 1)', now: '2.5 (step 1)', size: 'more' },
      { kind: 'metric', name: 'new', now: '2 (2 points)', size: 'more' },
    ]);
  });
  test('that measure a time or the machine are not', () => {
    const measured = ['fit_seconds', 'system/cpu_utilization_percentage', 'predict/latency', 'duration', 'latency_p99_ms', 'rows_per_second', 'memory_mb']; // prettier-ignore
    expect(compareMetrics(measured.map(key => series(key, 1)), [])).toEqual({ differences: [], count: 0 }); // prettier-ignore
    expect(compareMetrics([series('seconds_saved', 1)], []).count).toBe(1);
  });
});

function side(
  files: Readonly<Record<string, string | Uint8Array>>,
  params: Readonly<Record<string, string>> = {},
): RunSide {
  const entries = Object.entries(files).map(([path, content]): ArtifactEntry => ({
    path,
    isFolder: false,
    size: content.length,
    digest: `digest of ${Buffer.from(content).toString('hex')}` as ArtifactEntry['digest'] & string,
  }));
  return {
    run: { id: runId('a'), params } as Partial<RunSummary> as RunSummary,
    series: async () => [],
    artifacts: async () => entries,
    read: async name => Buffer.from(files[name] ?? ''),
  };
}

test('files are compared by their bytes, else as text with numbers; what tells of one run is left out', async () => {
  const was = side(
    {
      'model/MLmodel': 'run_id: a\nflavors: x\nutc_time_created: 1\n',
      'predictions.csv': 'id,score\n1,0.25\n',
      'model/model.onnx': Buffer.from([0, 1, 2]),
      'report.json': '{"auc": 0.7}',
      'gone.txt': 'x',
      'same.txt': 'x',
      'logs/train.log': 'a',
      'gates.json': 'a',
      'conf.yaml': 'a',
    },
    { C: '1', seed: '7' },
  );
  const now = side(
    {
      'model/MLmodel': 'run_id: b\nflavors: x\nutc_time_created: 2\n',
      'predictions.csv': 'id,score\n1,0.25000001\n',
      'model/model.onnx': Buffer.from([0, 1, 3]),
      'report.json': '{"auc": 0.8}',
      'same.txt': 'x',
      'logs/train.log': 'b',
      'gates.json': 'b',
      'conf.yaml': 'b',
    },
    { C: '2', seed: '7' },
  );
  const { differences, compared } = await compareRuns(
    { was, now, config: 'conf.yaml', prefix: 'p: ' },
    new AbortController().signal,
  );
  expect(compared).toEqual({ metrics: 0, params: 2, files: 6 });
  expect(differences.map(({ kind, name, size }) => [kind, name, size])).toEqual([
    ['param', 'p: C', 'more'],
    ['file', 'p: gone.txt', 'more'],
    ['file', 'p: model/model.onnx', 'bytes'],
    ['file', 'p: predictions.csv', 'tolerance'],
    ['file', 'p: report.json', 'more'],
  ]);
});

test('another Node, package or machine, and code that was not kept, are told', () => {
  const was = { node: 'v20.1.0', cpu: 'A', packages: { tfjs: '4.1.0', onnx: '1.0.0' } };
  expect(changedSurroundings(was, { node: 'v22.0.0', cpu: 'A', packages: { tfjs: '4.2.0', onnx: '1.0.0' } })).toEqual([
    'The Node was v20.1.0 and is v22.0.0.',
    'The package tfjs was 4.1.0 and is 4.2.0.',
  ]);
  const sources: Sources = {
    commit: 'c',
    changes: [{ path: 'vendored', isBinary: false, text: '-Subproject commit a\n+Subproject commit b\n' }],
    changesCut: false,
    changesRedacted: true,
    files: [],
    leftOut: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(path => ({ path, why: 'big' })),
    host: {},
  };
  expect(missingCode(sources)).toEqual([
    'What looked like a secret had been taken out of the changes that the run kept.',
    'Files that the run did not keep are missing: a, b, c, d, e and 2 more.',
    'Submodules are not checked out: vendored.',
  ]);
  expect(missingCode({ ...sources, changes: [], changesRedacted: false, leftOut: [] })).toEqual([]);
});
