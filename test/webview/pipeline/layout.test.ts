import { expect, test } from 'vitest';
import { layout, pathOf } from '../../../webview/shared/graph/layout';
import type { Layout } from '../../../webview/shared/graph/layout';
import { directionOf, neighbour } from '../../../webview/shared/graph/navigate';
import { fit, heightFor, open, readable, reveal, zoomAt } from '../../../webview/shared/graph/viewport';
import type { GraphStep } from '../../../webview/pipeline/graphSteps';
import { aStep, manySteps } from './steps';

const size = { width: 160, height: 80 };
const place = (steps: readonly GraphStep[]): Layout =>
  layout(steps.map(({ name, needs }) => ({ id: name, after: needs, ...size })));
const diamond = [aStep('a'), aStep('b', 'a'), aStep('c', 'a'), aStep('d', 'b c'), aStep('e', 'a')];

test('a step stands in the column in which it can begin at the earliest', () => {
  const { nodes } = place(diamond);
  expect([...nodes].map(([id, { column }]) => `${id}${column}`)).toEqual(['a0', 'b1', 'c1', 'd2', 'e1']);
});

test('of 120 steps none lies over another, every line leads to the right, and all is within the picture', () => {
  const steps = manySteps(120);
  const { nodes, edges, width, height } = place(steps);
  expect(edges).toHaveLength(steps.reduce((sum, { needs }) => sum + needs.length, 0));
  const all = [...nodes.values()];
  for (const at of new Set(all.map(({ column }) => column))) {
    const column = all.filter(node => node.column === at);
    expect(new Set(column.map(({ x }) => x)).size).toBe(1);
    const tops = column.map(({ y }) => y).sort((a, b) => a - b);
    for (const [place, y] of tops.slice(1).entries()) expect(y - tops[place]!).toBeGreaterThanOrEqual(size.height);
  }
  for (const { from, to, points } of edges) {
    const [a, b] = [nodes.get(from)!, nodes.get(to)!];
    expect(a.x + size.width / 2).toBeLessThan(b.x - size.width / 2);
    const [first, last] = [points[0]!, points.at(-1)!];
    expect([first.x, last.x]).toEqual([a.x + size.width / 2, b.x - size.width / 2]);
  }
  for (const { x, y } of nodes.values()) {
    expect(x + size.width / 2).toBeLessThan(width);
    expect(y + size.height / 2).toBeLessThan(height);
    expect(Math.min(x - size.width / 2, y - size.height / 2)).toBeGreaterThan(0);
  }
});

test.each([3, 8])('the %i instances of a matrix are in the order of its values, from top to bottom', count => {
  const names = Array.from({ length: count }, (_, at) => `t${at}`);
  const { nodes, edges, height } = place([
    aStep('split'),
    ...names.map(name => aStep(name, 'split')),
    ...names.map(name => aStep(`e${name}`, name)),
    aStep('best', names.map(name => `e${name}`).join(' ')),
  ]);
  const y = (id: string): number => nodes.get(id)!.y;
  const downwards = (ids: readonly string[]) => ids.toSorted((a, b) => y(a) - y(b));
  expect(downwards(names)).toEqual(names);
  expect(downwards(names.map(name => `e${name}`))).toEqual(names.map(name => `e${name}`));
  for (const { from, to, points } of edges) expect([points[0]!.y, points.at(-1)!.y]).toEqual([y(from), y(to)]);
  for (const one of nodes.values()) expect(one.y + one.height / 2).toBeLessThan(height);
});

test('what is needed and not there is no line; nothing is no picture', () => {
  expect(place([aStep('b', 'gone')]).edges).toEqual([]);
  expect(place([]).nodes.size).toBe(0);
});

test('a line leaves and arrives level', () => {
  expect(
    pathOf([
      { x: 0, y: 0 },
      { x: 10, y: 20 },
    ]),
  ).toBe('M0,0C5,0 5,20 10,20');
  expect(pathOf([])).toBe('');
});

test('left and right lead along the lines, up and down in the column, Home and End to the ends', () => {
  const it = place(diamond);
  const y = (id: string): number => it.nodes.get(id)!.y;
  const [top, middle, bottom] = ['b', 'c', 'e'].sort((a, b) => y(a) - y(b)) as [string, string, string];
  expect(neighbour(it, 'd', 'left')).toMatch(/^[bc]$/);
  expect(neighbour(it, 'b', 'right')).toBe('d');
  expect(neighbour(it, 'd', 'right')).toBeUndefined();
  expect(neighbour(it, top, 'down')).toBe(middle);
  expect(neighbour(it, bottom, 'up')).toBe(middle);
  expect(neighbour(it, top, 'up')).toBeUndefined();
  expect(neighbour(it, 'b', 'first')).toBe('a');
  expect(neighbour(it, 'a', 'last')).toBe('d');
  expect(['ArrowLeft', 'End', 'x', 'toString'].map(directionOf)).toEqual(['left', 'last', undefined, undefined]);
});

test('a point under the pointer stays there when the graph is enlarged, within bounds', () => {
  const before = { scale: 1, x: 10, y: 20 };
  const after = zoomAt(before, 1.5, { x: 110, y: 70 });
  expect(after).toEqual({ scale: 1.5, x: -40, y: -5 });
  expect(zoomAt(before, 1000, { x: 0, y: 0 }).scale).toBe(2);
  expect(zoomAt(before, 1e-9, { x: 0, y: 0 }).scale).toBe(0.05);
});

test('all of a graph fits in; one that is too wide to be read begins at its left end', () => {
  const window = { width: 800, height: 400 };
  expect(fit({ width: 1600, height: 400 }, window)).toEqual({ scale: 0.5, x: 0, y: 100 });
  expect(fit({ width: 200, height: 100 }, window)).toEqual({ scale: 1, x: 300, y: 150 });
  expect(open({ width: 1600, height: 400 }, window)).toMatchObject({ scale: 0.85, x: 0 });
  expect(open({ width: 900, height: 400 }, window).scale).toBeCloseTo(0.889);
  expect(heightFor({ width: 1600, height: 400 }, 800, { least: 100, most: 500 })).toBe(388);
  expect(heightFor({ width: 100, height: 10 }, 800, { least: 100, most: 500 })).toBe(100);
  expect(heightFor({ width: 100, height: 9000 }, 800, { least: 100, most: 500 })).toBe(500);
});

test('a step that is found is made large enough to be read', () => {
  const node = { x: 1000, y: 100, column: 3, ...size };
  const window = { width: 800, height: 400 };
  expect(readable({ scale: 0.1, x: 0, y: 0 }, node, window)).toEqual({ scale: 0.925, x: -525, y: 107.5 });
  expect(readable({ scale: 0.9, x: 3, y: 4 }, node, window)).toEqual({ scale: 0.9, x: 3, y: 4 });
});

test('a step is brought into sight by the shortest way, and left alone when it is', () => {
  const window = { width: 800, height: 400 };
  const node = { x: 1000, y: 100, column: 3, ...size };
  expect(reveal({ scale: 1, x: 0, y: 0 }, node, window)).toEqual({ scale: 1, x: -304, y: 0 });
  expect(reveal({ scale: 1, x: -1500, y: 0 }, node, window).x).toBe(-896);
  expect(reveal({ scale: 1, x: -500, y: 0 }, node, window)).toEqual({ scale: 1, x: -500, y: 0 });
});
