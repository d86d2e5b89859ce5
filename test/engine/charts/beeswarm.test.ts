import { describe, expect, test } from 'vitest';
import { beeswarm } from '../../../engine/charts/plots/beeswarm';
import { contributionsOf } from '../../../engine/charts/plots/contributionsOf';
import { plotSvg } from '../../../engine/charts/plots/plotSvg';
import { english as t } from '../../../engine/charts/say';
import { mixed, textWidth } from '../../../engine/charts/svg/look';
import { svgText } from '../../../engine/charts/svg/node';
import type { Explanation } from '../../../engine/protocol/explanation';
import { isExplanation } from '../../../webview/run/files';

const look = {
  foreground: '#111',
  muted: '#555',
  grid: '#ddd',
  background: '#fff',
  font: 'sans-serif',
  stroke: () => ({ color: '#00c', dash: [], shape: 'circle' }),
  ramp: (share: number) => mixed([[0, 0, 255], [255, 0, 0]], share), // prettier-ignore
};

const explanation: Explanation = {
  method: 'tree-shap',
  unit: 'log-odds',
  rows: 200,
  outputs: [
    { name: 'bad', expected: -0.9 },
    { name: 'worse', expected: -2 },
  ],
  columns: [],
  sample: {
    rows: [3, 7, 11, 40],
    margins: [],
    others: [],
    columns: [
      { column: 'city', values: ['Ulm', null, 'Bonn', 'Ulm'], contributions: [[0.1, 0, -0.1, 0.1], [2, 2, 2, 2]] }, // prettier-ignore
      { column: 'age', values: [20, 1000, 30, 25], contributions: [[0.5, -0.5, 0.5, 0.5], [0, 0, 0, 1]] }, // prettier-ignore
    ],
  },
};
const swarm = (output = 0) => beeswarm({ explanation, output, t });

describe('contributions of single rows', () => {
  test('have a row a column, the one that moves most on top, and a point a data row', () => {
    const plot = swarm();
    expect(plot.title).toBe('SHAP values by row: bad');
    expect(plot.summary).toBe('“age” moves the scores of 4 rows by -0.5 to 0.5.');
    expect(plot.rows).toHaveLength(8);
    expect(plot.rows[0]).toEqual(['age', 4, 20, 0.5]);
    expect(plot.rows[5]).toEqual(['city', 8, '', 0]);
    const { hits } = plot.draw(500, look);
    expect(hits.map(({ run }) => run)).toEqual([...Array(4).fill('age'), ...Array(4).fill('city')]);
    const [age, city] = [hits[1]!, hits[5]!];
    expect(age.y).toBeLessThan(city.y - 15);
    expect(age.x).toBeLessThan(city.x); // −0.5, and 0
    expect(hits[5]!.text).toBe('city = missing: 0, data row 8');
    expect(swarm(1).rows[0]).toEqual(['city', 4, 'Ulm', 2]);
  });

  test('names of columns are cut so that they fit beside a narrow picture', () => {
    const [first] = explanation.sample.columns;
    const column = 'status_of_existing_checking_account';
    const sample = { ...explanation.sample, columns: [{ ...first!, column }] };
    const { node } = beeswarm({ explanation: { ...explanation, sample }, output: 0, t }).draw(270, look);
    const [, x, name] = /<text[^>]* x="([\d.]+)"[^>]*>(stat[^<]*)</.exec(svgText(node))!;
    expect(name).toMatch(/…$/);
    expect(textWidth(name!)).toBeLessThanOrEqual(Number(x));
  });

  test('equal ones stand above and below each other, within the row of their column', () => {
    const { hits } = swarm().draw(500, look);
    const same = [hits[0]!, hits[2]!, hits[3]!];
    expect(new Set(same.map(({ x }) => x)).size).toBe(1);
    const ys = same.map(({ y }) => y);
    expect(new Set(ys).size).toBe(3);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(26);
    const many: Explanation = {
      ...explanation,
      sample: {
        ...explanation.sample,
        rows: Array.from({ length: 500 }, (_, at) => at),
        columns: [{ column: 'same', values: Array(500).fill(1), contributions: [Array(500).fill(0.2)] }],
      },
    };
    const all = beeswarm({ explanation: many, output: 0, t })
      .draw(500, look)
      .hits.map(({ y }) => y);
    expect(Math.max(...all) - Math.min(...all)).toBeLessThan(26);
  });

  test('are coloured by rank: one extreme value leaves the others apart; what is missing is grey', () => {
    const text = svgText(plotSvg(swarm(), look));
    const fills = [...text.matchAll(/<circle[^>]*fill="([^"]+)"/g)].map(([, fill]) => fill);
    const ranks = (share: number): string => look.ramp(share);
    expect(fills.slice(0, 4)).toEqual([ranks(0), ranks(1), ranks(2 / 3), ranks(1 / 3)]);
    expect(fills.slice(4)).toEqual([ranks(1), look.muted, ranks(0), ranks(1)]);
  });

  test('of one column stand over its values, numbers and categories', () => {
    const age = contributionsOf({ explanation, output: 0, column: 'age', t })!;
    expect(age.note).toBe('4 rows.');
    expect(age.rows[1]).toEqual([8, 1000, -0.5]);
    const { hits } = age.draw(400, look);
    expect(hits[1]!.x).toBeGreaterThan(hits[2]!.x);
    expect(hits[1]!.y).toBeGreaterThan(hits[2]!.y);
    const city = contributionsOf({ explanation, output: 0, column: 'city', t })!;
    expect(city.note).toBe('3 rows; 1 more have no value of the column.');
    expect(city.draw(400, look).hits.map(({ text }) => text)).toEqual([
      'city = Ulm: 0.1',
      'city = Bonn: -0.1',
      'city = Ulm: 0.1',
    ]);
    expect(contributionsOf({ explanation, output: 0, column: 'gone', t })).toBeUndefined();
  });

  test('of nothing are drawn without a fault', () => {
    const none = { ...explanation, sample: { rows: [], margins: [], columns: [], others: [] } };
    expect(() => beeswarm({ explanation: none, output: 0, t }).draw(300, look)).not.toThrow();
  });
});

test('a file of the name explanation.json that is something else is not drawn', () => {
  expect(isExplanation({ ...explanation, columns: [{ column: 'age', meanAbsolute: [1, 2] }] })).toBe(true);
  const { sample } = explanation;
  for (const wrong of [
    null,
    { ...explanation, sample: undefined },
    { ...explanation, sample: { ...sample, rows: [1] } },
    {
      ...explanation,
      sample: { ...sample, columns: [{ column: 'age', values: [1, 2, 3, 4], contributions: [['a']] }] },
    },
  ])
    expect(isExplanation(wrong)).toBe(false);
});
