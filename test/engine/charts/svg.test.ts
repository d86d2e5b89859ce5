import { describe, expect, test } from 'vitest';
import type { ChartSpec } from '../../../engine/charts/spec';
import type { ChartLook } from '../../../engine/charts/svg/look';
import { mixed } from '../../../engine/charts/svg/look';
import { el, pathOf, svgText } from '../../../engine/charts/svg/node';
import { scaleOf, tickText } from '../../../engine/charts/svg/scale';
import { specSvg } from '../../../engine/charts/svg/specSvg';

const look: ChartLook = {
  foreground: '#111111',
  muted: '#555555',
  grid: '#dddddd',
  background: '#ffffff',
  font: 'sans-serif',
  stroke: slot => ({
    color: slot === 'reference' ? '#999999' : `#00000${slot}`,
    dash: slot === 1 ? [7, 4] : [],
    shape: 'circle',
  }),
  ramp: share => mixed([[0, 0, 255], [255, 0, 0]], share), // prettier-ignore
};

test('what a name holds is text in the picture, and never markup', () => {
  const text = svgText(el('text', { title: '"><script>' }, '</text><script>alert(1)</script>&\u0000'));
  expect(text).toBe(
    '<text title="&quot;&gt;&lt;script&gt;">&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;</text>',
  );
});

test('a line is broken where a value is no number', () => {
  expect(pathOf([[0, 1], [1.234, 2], [2, NaN], [3, 4]])).toBe('M0 1L1.23 2M3 4'); // prettier-ignore
});

describe('a scale', () => {
  test('puts the ends of its values on its pixels and has round ticks', () => {
    const scale = scaleOf({ values: [0.13, 0.87, NaN], pixels: [100, 0], nice: true, ticks: 5 });
    expect(scale.ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect([scale.at(0), scale.at(0.5), scale.at(1)]).toEqual([100, 50, 0]);
  });

  test('is logarithmic', () => {
    const scale = scaleOf({ values: [0.001, 10, 0, -5], log: true, pixels: [0, 400] });
    expect(scale.ticks).toEqual([0.001, 0.01, 0.1, 1, 10].map(value => expect.closeTo(value, 12)));
    expect(scale.at(0.1)).toBeCloseTo(200, 9);
  });

  test('of nothing, of one value, of nothing above 0, is one all the same', () => {
    for (const [values, log] of [
      [[], false],
      [[3], false],
      [[0], false],
      [[-1], true],
      [[], true],
    ] as const) {
      // prettier-ignore
      const scale = scaleOf({ values, log, pixels: [0, 10] });
      expect(scale.from).toBeLessThan(scale.to);
      expect(scale.ticks.length).toBeGreaterThan(0);
      expect(scale.ticks.map(scale.at).every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    [0.30000000000000004, '0.3'],
    [1e-5, '1e-5'],
    [25_000_000, '2.5e7'],
    [1200, '1200'],
  ] as const)('%d is written %s', (value, text) =>
    // prettier-ignore
    expect(tickText(value)).toBe(text),
  );
});

const lines: ChartSpec = {
  title: 'loss <b>',
  summary: 'two runs',
  note: 'a note',
  x: { label: 'step', min: 0, max: 2 },
  y: { label: '' },
  series: [
    { label: 'r-1', slot: 0, band: true, points: [{ x: 0, y: 1, low: 0, high: 2 }, { x: 2, y: 3, low: 2, high: 4 }] }, // prettier-ignore
    { label: 'r-2 & co', slot: 1, points: [{ x: 0, y: 2 }, { x: 1, y: 9 }, { x: 2, y: 2 }] }, // prettier-ignore
  ],
  marks: [{ x: 1, label: 'here' }],
};

describe('a chart as a file', () => {
  test('is well-formed, has a line for each series with its dashes, its band, its legend, title, note and marks', () => {
    const text = svgText(specSvg(lines, look));
    expect(text).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(text).toContain('<title>loss &lt;b&gt;. two runs</title>');
    expect(text.match(/stroke-linejoin="round"/g)).toHaveLength(2);
    expect(text.match(/stroke-dasharray="7 4"/g)).toHaveLength(2); // the line and its legend
    expect(text.match(/fill-opacity="0.18"/g)).toHaveLength(1);
    for (const part of ['>r-1<', '>r-2 &amp; co<', '>a note<', '>here<', '>step<']) expect(text).toContain(part);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('cuts what is beyond the part that is looked at', () => {
    const zoomed = svgText(specSvg({ ...lines, x: { label: 'step', min: 1, max: 2 } }, look));
    expect(zoomed).toContain('clip-path="url(#');
  });

  test('has bars from 0, also below it, and whiskers', () => {
    const bars = svgText(
      specSvg(
        {
          title: 'auc',
          summary: '',
          x: { label: 'run' },
          y: { label: '' },
          categories: ['r-1', 'r-2'],
          series: [{ label: 'auc', slot: 0, slots: [3, 4], points: [{ x: 0, y: 0.5, low: 0.4, high: 0.6 }, { x: 1, y: -0.5 }] }], // prettier-ignore
        },
        look,
      ),
    );
    const rects = [
      ...bars.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" fill="(#00000\d)"/g),
    ];
    expect(rects.map(([, , , color]) => color)).toEqual(['#000003', '#000004']);
    const [[, x1, w1] = [], [, x2, w2] = []] = rects;
    expect(Number(x2) + Number(w2)).toBeCloseTo(Number(x1), 1); // both end at 0
    expect(Number(w1)).toBeCloseTo(Number(w2), 1);
    expect(bars.match(/stroke-width="1.5"/g)).toHaveLength(1);
  });

  test('stacked bars begin where the one before ends, on one line, with a legend', () => {
    const picture = svgText(
      specSvg(
        {
          ...{ title: 't', summary: '', x: { label: 'feature' }, y: { label: '', min: 0, max: 10 } },
          ...{ categories: ['a', 'b'], stacked: true },
          series: [
            { label: 'matched', slot: 1, points: [{ x: 0, y: 6 }, { x: 1, y: 10 }] }, // prettier-ignore
            { label: 'missed', slot: 2, points: [{ x: 0, y: 4 }, { x: 1, y: 0 }] }, // prettier-ignore
          ],
        },
        look,
      ),
    );
    const rects = [
      ...picture.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+" fill="#00000\d"/g),
    ].map(([, x, y, width]) => ({ x: Number(x), y: Number(y), width: Number(width) }));
    const [a, b, missed] = rects;
    expect(missed?.y).toBe(a?.y);
    expect((a?.x ?? 0) + (a?.width ?? 0)).toBeCloseTo(missed?.x ?? NaN, 1);
    expect((a?.width ?? 0) + (missed?.width ?? 0)).toBeCloseTo(b?.width ?? NaN, 1);
    expect(picture).toMatch(/>matched<.*>missed</s);
  });

  test('of nothing is a picture all the same', () => {
    const nothing = svgText(specSvg({ ...lines, series: [], marks: [] }, look));
    expect(nothing).not.toMatch(/NaN|undefined|Infinity/);
  });
});
