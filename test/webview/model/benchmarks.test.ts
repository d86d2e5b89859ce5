import { expect, test } from 'vitest';
import { footprintChange, trainingChange } from '../../../engine/charts/benchmarks/changes';
import type { ModelTests, Ratios, SideBySide } from '../../../engine/protocol/modelTests';
import type { Measurement } from '../../../webview/model/benchmarkSpecs';
import { benchmarkSpec, boundOf } from '../../../webview/model/benchmarkSpecs';
import { isModelTests } from '../../../webview/shared/modelTestsFile';
import { aModel, aReport, aVersion } from './models';

const tests = (more: Partial<ModelTests> = {}): ModelTests => ({
  ...{ version: 1, signature: { inputs: [], outputs: [] }, tests: [], footprint: {} },
  machine: { processor: 'p', cores: 2, node: '20' },
  ...more,
});
const beside = (ratios: Partial<Ratios>): SideBySide => {
  const all: Ratios = { ratio: 1.3, interval: [1.25, 1.4], noise: 0.05, ...ratios };
  return { model: 'm', version: 2, ratios: { latency_p50_ms: all, rows_per_second: all } };
};
const latency = (version: number, value: number, rounds: readonly number[], more = {}): Measurement => ({
  version: aVersion(version, 'dev', { metrics: {} }),
  tests: tests({ footprint: { latency_p50_ms: { value, rounds } }, ...more }),
  bound: 0.1,
});

test('versions from left to right with the middle half of their rounds, and a mark where one was called worse', () => {
  const spec = benchmarkSpec('latency_p50_ms', [
    latency(3, 5, [5, 5, 5, 9], { beside: beside({}) }),
    latency(2, 4, [1, 3, 4, 5, 7]),
    { version: aVersion(1, 'dev', { metrics: { latency_p50_ms: 2 } }), bound: 0.1 },
    { version: aVersion(4, 'dev', { metrics: { latency_p50_ms: Number.NaN } }), bound: 0.1 },
  ]);
  expect(spec?.series[0]?.points).toEqual([
    { x: 1, y: 2 },
    { x: 2, y: 4, low: 3, high: 5 },
    { x: 3, y: 5, low: 5, high: 6 },
  ]);
  expect(spec?.series[0]?.band).toBe(true);
  expect(spec?.marks).toEqual([{ x: 3, label: 'worse' }]);
  expect(spec?.summary).toContain('v3 is 30 % worse, beyond a noise of 5 %.');
  expect(spec?.x.format?.(2)).toBe('v2');
  expect(spec?.x.format?.(2.5)).toBe('');
});

test('within the noise nothing is called, and no version with the measure is no chart', () => {
  const quiet = [latency(3, 5, [5, 6], { beside: beside({ interval: [1.05, 1.4] }) })];
  expect(benchmarkSpec('latency_p50_ms', quiet)?.marks).toEqual([]);
  expect(benchmarkSpec('latency_p50_ms', quiet)?.summary).toContain('No regression was called.');
  expect(benchmarkSpec('memory_mb', quiet)).toBeUndefined();
});

test('of throughput more is better: the ratio is turned', () => {
  // own / theirs of 0.5 is half as fast, that is 100 % worse
  expect(footprintChange({ beside: beside({ ratio: 0.5, interval: [0.45, 0.55] }) }, 'rows_per_second', 0.1)).toEqual({
    ...{ worse: true, by: 1, noise: 0.05, version: 2 },
  });
  expect(footprintChange({ beside: beside({}) }, 'rows_per_second', 0.1)?.worse).toBe(false);
  expect(footprintChange({}, 'rows_per_second', 0.1)).toBeUndefined();
});

test('a training is called slow beyond three deviations of five earlier ones; fewer tell nothing', () => {
  const earlier = [10, 11, 10, 9, 10];
  // median 10, median absolute deviation 0: only the bound counts
  expect(trainingChange({ training: { seconds: 11.5, earlier } }, 0.1)).toMatchObject({
    worse: true,
    usual: 10,
    noise: 0,
  });
  expect(trainingChange({ training: { seconds: 11.5, earlier: earlier.slice(1) } }, 0.1)).toBeUndefined();
  const noisy = [8, 9, 10, 11, 12]; // deviation 1: noise 3 · 1.4826 / 10
  expect(trainingChange({ training: { seconds: 15, earlier: noisy } }, 0.1)?.worse).toBe(false);
  expect(trainingChange({ training: { seconds: 16, earlier: noisy } }, 0.1)?.worse).toBe(true);
  const slow: Measurement = {
    version: aVersion(7, 'dev'),
    tests: tests({ training: { seconds: 16, earlier: noisy } }),
    bound: 0.1,
  };
  expect(benchmarkSpec('training_seconds', [slow])?.marks).toEqual([{ x: 7, label: 'worse' }]);
});

test('the bound is that of the rule that judged the version, else what the rule allows by default', () => {
  const report = aReport(4, 'production', ['failed']);
  const results = report.results.map(one => ({ ...one, check: 'regression', bound: 0.25 }));
  const model = aModel({ gates: [{ ...report, results }] });
  expect(boundOf(model, aVersion(4, 'staging'))).toBe(0.25);
  expect(boundOf(model, aVersion(5, 'dev'))).toBe(0.1);
});

test('a file of that name that is none is not drawn', () => {
  expect(isModelTests(tests({ beside: beside({}), training: { seconds: 1, earlier: [1] } }))).toBe(true);
  for (const wrong of [
    null,
    {},
    { tests: [], footprint: { size_mb: { value: 1 } } },
    { tests: [{ test: {}, sentence: 1 }], footprint: {} },
    { tests: [], footprint: {}, beside: { version: 1, ratios: { size_mb: { ratio: 1, noise: 0, interval: [1] } } } },
    { tests: [], footprint: {}, training: { seconds: '1', earlier: [] } },
  ])
    expect(isModelTests(wrong), JSON.stringify(wrong)).toBe(false);
});
