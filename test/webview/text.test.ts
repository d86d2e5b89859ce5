import { beforeEach, describe, expect, test } from 'vitest';
import { parseCsv } from '../../webview/shared/parseCsv';
import { chartRows } from '../../webview/shared/charts/rows';
import { smooth } from '../../webview/shared/charts/smooth';
import type { ChartSpec } from '../../engine/charts/spec';
import { csv } from '../../webview/shared/csv';
import { ago, bytes, duration, metric, percent, signed } from '../../webview/shared/format';
import { t, useStrings } from '../../webview/shared/l10n';
import { higherIsBetter } from '../../webview/shared/metricDirection';

beforeEach(() => useStrings({}, 'en'));

describe('comma-separated values', () => {
  test('quote what needs it and defuse formulas, not numbers', () => {
    expect(csv([['a,b', 'say "hi"', 'two\nlines', '=1+1', '-0.5', '@x', 3, null, true]])).toBe(
      `"a,b","say ""hi""","two\nlines",'=1+1,-0.5,'@x,3,,true\r\n`,
    );
  });

  test('come back as they were', () => {
    const cells = ['a,b', 'say "hi"', 'two\nlines', '', 'ü'];
    expect(parseCsv(csv([cells, cells]), ',', 10)).toEqual([cells, cells]);
    expect(parseCsv('a;b\n1;2\n3;4', ';', 2)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(parseCsv('"never closed\nx,y', ',', 5)).toEqual([['never closed\nx,y']]);
  });
});

describe('smoothing', () => {
  test('is the debiased moving average', () => {
    // s1 = 1; s2 = (0.5·0.5·1 + 0.5·2) / 0.75; s3 = (0.5·1.25 + 0.5·4) / 0.875
    const [a, b, c] = smooth([1, 2, 4], 0.5);
    expect(a).toBeCloseTo(1, 12);
    expect(b).toBeCloseTo(1.25 / 0.75, 12);
    expect(c).toBeCloseTo((0.5 * 1.25 + 2) / 0.875, 12);
  });

  test('leaves a constant and what is not finite alone; 0 changes nothing', () => {
    for (const value of smooth([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
    const values = smooth([1, NaN, 1], 0.9);
    expect(values[1]).toBeNaN();
    expect(values[2]).toBeCloseTo(1, 12);
    expect(smooth([1, 5], 0)).toEqual([1, 5]);
  });
});

describe('numbers as people read them', () => {
  test.each([
    [0.77719, '0.7772'],
    [0.1, '0.1000'],
    [300, '300'],
    [12_345, '12,345'],
    [123.456, '123.5'],
    [44_976.93, '44,976.9'],
    [-1234.56, '-1,234.6'],
    [2.2e-16, '2.20e-16'],
    [0, '0'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('metric %d', (value, text) => expect(metric(value)).toBe(text));

  test('differences carry their sign', () => {
    expect([signed(0.0056), signed(-2), signed(0)]).toEqual(['+0.0056', '−2', '±0']);
  });

  test('shares, sizes, times', () => {
    expect([percent(0.875), percent(0.074), percent(1), percent(NaN)]).toEqual(['88 %', '7.4 %', '100 %', '–']);
    expect([bytes(0), bytes(999), bytes(1000), bytes(33_369), bytes(2.5e9)]).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '33 KB',
      '2.5 GB',
    ]);
    expect([duration(820), duration(12_000), duration(185_000), duration(7_385_000)]).toEqual([
      '0.8 s',
      '12 s',
      '3:05 min',
      '2:03:05 h',
    ]);
    expect([ago(1000, 2000), ago(0, 30_000), ago(0, 7_200_000)]).toEqual(['now', '30 s ago', '2 h ago']);
  });

  test('a day of another year is told with its year', () => {
    const now = Date.UTC(2026, 10, 23, 12);
    expect([ago(Date.UTC(2026, 10, 12, 12), now), ago(Date.UTC(2005, 8, 30, 12), now)]).toEqual([
      'Nov 12',
      'Sep 30, 2005',
    ]);
  });

  test('in the editor’s language', () => {
    useStrings({ '{0} s ago': 'vor {0} s' }, 'de');
    expect(ago(0, 30_000)).toBe('vor 30 s');
    expect(t('not translated {0} {1}', 1)).toBe('not translated 1 {1}');
    expect(metric(12_345)).toBe('12.345');
  });
});

test('which way a metric is better', () => {
  const names = ['auc', 'val_loss', 'expected_cost', 'rmse', 'selection_rate_ratio', 'fit_seconds', 'train_rows', 'F1'];
  expect(names.map(higherIsBetter)).toEqual([true, false, false, false, true, false, undefined, true]);
});

describe('the table behind a chart', () => {
  const spec = (series: ChartSpec['series'], more: Partial<ChartSpec> = {}): ChartSpec => ({
    title: 'c',
    summary: 's',
    x: { label: 'x' },
    y: { label: 'y' },
    series,
    ...more,
  });
  const line = (label: string, xs: readonly number[]) => ({ label, slot: 0, points: xs.map(x => ({ x, y: x * 2 })) });

  test('is wide when curves share their x, long when not, and leaves helpers out', () => {
    const chance = { label: 'chance', slot: 'reference' as const, points: [] };
    const ghost = { ...line('raw', [1]), ghost: true };
    expect(chartRows(spec([line('a', [1, 2]), line('b', [1, 2]), chance, ghost]))).toEqual({
      columns: ['x', 'a', 'b'],
      rows: [
        [1, 2, 2],
        [2, 4, 4],
      ],
    });
    expect(chartRows(spec([line('a', [1]), line('b', [3])])).rows).toEqual([
      ['a', 1, 2],
      ['b', 3, 6],
    ]);
  });

  test('has the ends of error bars', () => {
    const bars = { label: 'importance', slot: 0, points: [{ x: 0, y: 5, low: 4, high: 6 }] };
    expect(chartRows(spec([bars], { categories: ['age'] }))).toEqual({
      columns: ['x', 'importance', 'from', 'to'],
      rows: [['age', 5, 4, 6]],
    });
  });
});
