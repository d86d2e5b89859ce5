import { describe, expect, test } from 'vitest';
import { boxes, grouped } from '../../../engine/charts/plots/boxes';
import type { NumberColumn, PlotColumn, PlotRun } from '../../../engine/charts/plots/columns';
import { colorBar, colorBarRoom } from '../../../engine/charts/plots/axis';
import { plotColumns } from '../../../engine/charts/plots/columns';
import { courses } from '../../../engine/charts/plots/courses';
import { contour } from '../../../engine/charts/plots/contour';
import { forestData } from '../../../engine/charts/plots/forestData';
import { parallel } from '../../../engine/charts/plots/parallel';
import { plotSvg } from '../../../engine/charts/plots/plotSvg';
import { scatter } from '../../../engine/charts/plots/scatter';
import { timeline } from '../../../engine/charts/plots/timeline';
import { english as t } from '../../../engine/charts/say';
import { mixed } from '../../../engine/charts/svg/look';
import { svgText } from '../../../engine/charts/svg/node';

const look = {
  foreground: '#111',
  muted: '#555',
  grid: '#ddd',
  background: '#fff',
  font: 'sans-serif',
  stroke: (slot: number | 'reference') => ({ color: `#00${slot}`, dash: [], shape: 'circle' }),
  ramp: (share: number) => mixed([[0, 0, 255], [255, 0, 0]], share), // prettier-ignore
};
const slotOf = () => 0;

const runs: readonly PlotRun[] = [
  ['0.001', 'forest', 0.7],
  ['0.01', 'forest', 0.8],
  ['0.1', 'boosted', 0.9],
  ['1', '<b>', NaN], // prettier-ignore
].map(([rate, learner, auc], at) => ({
  id: `run${at}`,
  label: `r-${at + 1}`,
  params: {
    rate: String(rate),
    learner: String(learner),
    depth: String(3 + (at % 2)),
    same: 'x',
    ...(at === 0 && { only: '1' }),
  },
  metrics: { auc: Number(auc), cost: 5 - at },
}));
const columns = plotColumns(runs);
const column = (id: string) => columns.find(one => one.id === id)!;
const numbers = (id: string) => column(id) as NumberColumn;

describe('the columns of plots', () => {
  test('are metrics and the parameters that differ, as numbers where all of them are', () => {
    expect(columns.map(({ id, kind }) => [id, kind])).toEqual([
      ['metrics.auc', 'number'],
      ['metrics.cost', 'number'],
      ['params.depth', 'number'],
      ['params.learner', 'category'],
      ['params.only', 'number'],
      ['params.rate', 'number'],
    ]);
    expect(numbers('params.rate').log).toBe(true);
    expect(numbers('params.depth').log).toBe(false);
    expect(numbers('params.only').values).toEqual([1, NaN, NaN, NaN]);
    expect(column('params.learner')).toMatchObject({ categories: ['<b>', 'boosted', 'forest'], values: [2, 2, 1, 0] });
  });

  test('become what a forest takes: missing numbers lie below, missing categories are one of their own', () => {
    const data = forestData([column('params.only'), column('params.learner')], numbers('metrics.auc'));
    expect(data.target).toEqual([0.7, 0.8, 0.9]);
    expect(data.columns.map(({ values }) => values)).toEqual([[1, 0, 0], [2, 2, 1]]); // prettier-ignore
  });

  test('are put into groups: their values when few, fifths when many', () => {
    expect(grouped(column('params.depth'))).toMatchObject({ categories: ['3', '4'], values: [0, 1, 0, 1] });
    const many = { ...numbers('params.depth'), values: [...Array.from({ length: 100 }, (_, at) => at), NaN] };
    const fifths = grouped(many);
    expect(fifths.categories).toHaveLength(5);
    expect([0, 1, 2, 3, 4].map(group => fifths.values.filter(value => value === group).length)).toEqual([
      20, 20, 20, 20, 20,
    ]);
    expect(fifths.values.at(-1)).toBeNaN();
  });
});

describe('parallel coordinates', () => {
  const axes = [column('params.rate'), column('params.learner'), column('metrics.auc')];
  const plot = (brushes: Parameters<typeof parallel>[0]['brushes']) =>
    parallel({ columns: axes, runs, brushes, slotOf, t, color: column('metrics.auc') });

  test('let through what is within every brush', () => {
    expect(plot({}).selected).toEqual([0, 1, 2, 3]);
    expect(plot({ 'params.rate': [0.005, 0.5] }).selected).toEqual([1, 2]);
    expect(plot({ 'params.rate': [0.005, 0.5], 'params.learner': [1.5, 2.5] }).selected).toEqual([1]);
    // a run without the value is not within
    expect(plot({ 'metrics.auc': [0, 1] }).selected).toEqual([0, 1, 2]);
    expect(plot({ 'params.rate': [0.005, 0.5] }).rows).toEqual([['r-2', 0.01, 'forest', 0.8], ['r-3', 0.1, 'boosted', 0.9]]); // prettier-ignore
  });

  test('are dotted where a run lacks a value', () => {
    const lacking = runs.map((run, at) => (at === 0 ? { ...run, params: { rate: '0.001', depth: '3' } } : run));
    const axis = (id: string) => plotColumns(lacking).find(one => one.id === id)!;
    const columns = [axis('params.rate'), axis('params.learner'), axis('metrics.auc')];
    const text = svgText(parallel({ columns, runs: lacking, brushes: {}, slotOf, t }).draw(600, look).node);
    const dotted = text.match(/<path[^>]*stroke-dasharray="1 5"[^>]*>/g) ?? [];
    expect(dotted).toHaveLength(1);
    expect(dotted[0]).toMatch(/d="M50 [\d.]+L550 [\d.]+"/);
    expect(svgText(plot({}).draw(600, look).node)).not.toContain('stroke-dasharray="1 5"');
  });

  test('draw thousands of runs as a few dozen lines', () => {
    const many = Array.from({ length: 3000 }, (_, at): PlotRun => ({
      id: `${at}`,
      label: `r-${at}`,
      params: { a: String(at % 17), b: String(at % 5) },
      metrics: { auc: (at % 91) / 91 },
    }));
    const all = plotColumns(many);
    const drawn = parallel({ columns: all, runs: many, brushes: {}, slotOf, t, color: all[0]! }).draw(800, look);
    const text = svgText(drawn.node);
    expect(text.match(/<path/g)!.length).toBeLessThan(60);
    expect(drawn.hits).toHaveLength(9000);
  });
});

test('every plot is a picture that stands by itself, in which names are text', () => {
  const [rate, learner, auc, depth] = [
    numbers('params.rate'),
    column('params.learner'),
    numbers('metrics.auc'),
    numbers('params.depth'),
  ];
  const plots = [
    scatter({ x: rate, y: learner, color: auc, runs, slotOf, t }),
    scatter({ x: rate, y: auc, runs, slotOf, t }),
    boxes({ by: learner, metric: auc, runs, t }),
    contour({ x: rate, y: depth, metric: numbers('metrics.cost'), runs, t }),
    parallel({ columns: [rate, learner, auc], runs, brushes: { 'params.rate': [0.01, 0.1] }, slotOf, t }),
  ];
  for (const plot of plots) {
    const text = svgText(plotSvg(plot, look));
    expect(text, plot.title).toMatch(/^<svg xmlns=.*<\/svg>$/s);
    expect(text, plot.title).not.toMatch(/NaN|undefined|Infinity|<b>/);
  }
  expect(plots[1]!.note).toBe('3 runs; 1 do not have both values.');
  expect(plots[3]!.note).toMatch(/^Rests on 4 runs at 4 places/);
});

test('what stands at the ends of the colours has room, also in a wide font', () => {
  const short = { id: 'a', title: 'a', isMetric: true, kind: 'number', log: false, values: [0, 1] } as const;
  expect(colorBarRoom(short)).toBe(62);
  const wide = 7.2; // a digit of DejaVu Sans, of 11 pixels
  for (const [value, said] of [
    [0.7768, '0.7768'],
    [-0.0000123456, '-1.23e-5'],
  ] as const)
    expect(colorBarRoom({ ...short, values: [value, 1] })).toBeGreaterThan(28 + said.length * wide);
});

test('colours of a category are told by its names; those beyond the room are counted', () => {
  const [x, y, learner] = [numbers('params.rate'), numbers('metrics.cost'), column('params.learner')];
  const text = svgText(plotSvg(scatter({ x, y, color: learner, runs, slotOf, t }), look));
  for (const [at, name] of ['&lt;b&gt;', 'boosted', 'forest'].entries()) {
    expect(text).toContain(`>${name}</text>`);
    expect(text.split(`fill="${look.ramp(at / 2)}"`).length).toBeGreaterThan(2); // its sign, and a run
  }
  const many: PlotColumn = {
    ...{ id: 'm', title: 'm', isMetric: false, kind: 'category' },
    categories: Array.from({ length: 60 }, (_, at) => `name ${at}`),
    values: Array.from({ length: 60 }, (_, at) => at),
  };
  const list = svgText(colorBar(many, look, { left: 0, right: 100, top: 10, bottom: 160 }));
  expect(list.match(/>name \d+</g)).toHaveLength(9);
  expect(list).toContain('>+ 51</text>');
});

describe('of a study', () => {
  test('a timeline puts what overlaps into lanes of their own, and the next into the first that is free', () => {
    const span = (label: string, from: number, to: number) => ({
      label,
      from,
      to,
      state: 'complete',
      slot: 0,
      run: label,
    });
    const plot = timeline([span('b', 1000, 4000), span('a', 0, 2000), span('c', 2000, 3000)], t);
    expect(plot.rows).toEqual([['a', 'complete', 0, 2], ['b', 'complete', 1, 3], ['c', 'complete', 2, 1]]); // prettier-ignore
    const { hits } = plot.draw(428, look);
    // 400 pixels are 4 seconds
    expect(hits.map(({ run, x }) => [run, Math.round(x)])).toEqual([['a', 114], ['b', 264], ['c', 264]]); // prettier-ignore
    expect(hits[0]?.y).toBe(hits[2]?.y);
    expect(hits[1]?.y).toBeGreaterThan(hits[0]?.y ?? 0);
    expect(plot.note).toContain('1.5 at a time');
    expect(svgText(plot.draw(428, look).node)).toMatch(/>complete<\/text>/);
    expect(() => timeline([], t).draw(400, look)).not.toThrow();
  });

  test('courses are lines: pruned ones dashed, the best wide and above the others', () => {
    const course = (label: string, kind: 'best' | 'other' | 'ended', ys: readonly number[]) => ({
      label, kind, points: ys.map((y, i) => ({ x: i + 1, y })), run: label,
    }); // prettier-ignore
    const plot = courses({
      courses: [course('a', 'best', [1, 2]), course('b', 'ended', [3]), course('c', 'other', [1, 4]), course('d', 'other', [])],
      x: 'Fold', y: 'auc', t,
    }); // prettier-ignore
    expect(plot.rows).toEqual([['b', 1, 3], ['c', 1, 1], ['c', 2, 4], ['a', 1, 1], ['a', 2, 2]]); // prettier-ignore
    const { node, hits } = plot.draw(400, look);
    const text = svgText(node);
    expect(text.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(text.indexOf('stroke-width="3"')).toBeGreaterThan(text.lastIndexOf('stroke-width="1.2"'));
    expect(text.match(/<circle/g)).toHaveLength(1);
    expect(hits.map(({ run }) => run)).toEqual(['b', 'c', 'a']);
  });
});
