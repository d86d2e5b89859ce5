import { expect, test } from 'vitest';
import { faultsOf } from '../../../engine/lineage/closure';
import { idOf, refOf } from '../../../engine/lineage/refs';
import type { Ask, Walked, WalkOptions } from '../../../engine/lineage/walk';
import { walk } from '../../../engine/lineage/walk';
import type { LineageRelation } from '../../../engine/protocol/lineage';
import type { LineageRef } from '../../../engine/protocol/lineageSource';

const ref = (id: string): LineageRef => refOf(id) ?? { kind: 'file', key: id };

type Edge = readonly [from: string, to: string, relation?: LineageRelation, isFolded?: boolean];

/** Rooms that know these edges and count as the real ones do. */
const rooms =
  (edges: readonly Edge[]): Ask =>
  ({ from, way, most = Infinity, first = [], onlyFaults = false }) =>
    from.flatMap(source => {
      const own = edges
        .filter(
          ([a, b, relation]) => (way === 'down' ? a : b) === idOf(source) && !(onlyFaults && relation === 'compared'),
        )
        .map(([a, b, relation = 'read', isFolded = false]) => ({
          ...{ from: source, to: ref(way === 'down' ? b : a), relation, isFolded },
        }));
      const ranked = own.toSorted((a, b) => Number(first.includes(idOf(b.to))) - Number(first.includes(idOf(a.to))));
      return ranked.map(link => ({ ...link, total: own.length })).slice(0, most);
    });

const both: WalkOptions = { ways: ['up', 'down'], depth: 8, most: 3, opened: new Set(), first: [], steps: false };
const go = (root: string, edges: readonly Edge[], options: Partial<WalkOptions> = {}): Walked =>
  walk(ref(root), rooms(edges), { ...both, ...options });
const distances = ({ nodes }: Walked) => Object.fromEntries([...nodes].map(([id, { distance }]) => [id, distance]));

const chain: readonly Edge[] = [
  ['file:a.csv', 'data:a@1'],
  ['data:a@1', 'run:1'],
  ['run:1', 'version:m@1', 'made'],
  ['version:m@1', 'run:2', 'compared'],
];

test('what came before has negative distances, what came of it positive ones, up to the depth', () => {
  expect(distances(go('run:1', chain))).toEqual({
    ...{ 'file:a.csv': -2, 'data:a@1': -1, 'run:1': 0, 'version:m@1': 1, 'run:2': 2 },
  });
  const near = go('run:1', chain, { depth: 1 });
  expect(distances(near)).toEqual({ 'data:a@1': -1, 'run:1': 0, 'version:m@1': 1 });
  expect(near.isCut).toBe(true);
  expect(go('run:1', chain, { depth: 2 }).isCut).toBe(false);
  expect(distances(go('run:1', chain, { ways: ['down'] }))).toEqual({ 'run:1': 0, 'version:m@1': 1, 'run:2': 2 });
});

test('edges lead from what was before to what came of it, whichever way was gone', () => {
  expect(go('version:m@1', chain).edges).toEqual([
    { from: 'run:1', to: 'version:m@1', relation: 'made' },
    { from: 'data:a@1', to: 'run:1', relation: 'read' },
    { from: 'file:a.csv', to: 'data:a@1', relation: 'read' },
    { from: 'version:m@1', to: 'run:2', relation: 'compared' },
  ]);
});

const many: readonly Edge[] = Array.from({ length: 100 }, (_, at) => ['data:a@1', `run:${at + 1}`] as const);

test('of many neighbours some stand one by one, the ones that are wanted among them; the others are counted', () => {
  const found = go('data:a@1', many, { first: ['run:77'] });
  expect(Object.keys(distances(found))).toEqual(['data:a@1', 'run:77', 'run:1', 'run:2']);
  expect(found.groups).toEqual([{ id: 'group:down:read:run:of data:a@1', of: 'run', count: 97, distance: 1 }]);
  expect(found.edges.at(-1)).toEqual({ from: 'data:a@1', to: 'group:down:read:run:of data:a@1', relation: 'read' });
});

test('a group that is opened shows as many as are looked at; one of one is none', () => {
  const opened = go('data:a@1', many, { opened: new Set(['group:down:read:run:of data:a@1']) });
  expect([opened.nodes.size, opened.groups[0]?.count]).toEqual([61, 40]);
  const four = go('data:a@1', many.slice(0, 4));
  expect([four.nodes.size, four.groups]).toEqual([5, []]);
});

test('what is folded is one group until somebody opens it', () => {
  const trials = many.slice(0, 5).map(([, to]): Edge => ['study:1', to, 'part', true]);
  expect(go('study:1', trials).groups.map(({ count }) => count)).toEqual([5]);
  expect(go('study:1', trials, { opened: new Set(['group:down:part:run:of study:1']) }).nodes.size).toBe(6);
});

test('things that lead to each other are gone through once', () => {
  const circle: readonly Edge[] = [
    ['run:1', 'logged-model:m', 'made'],
    ['logged-model:m', 'run:1', 'used'],
  ];
  const found = go('run:1', circle);
  expect([...found.nodes.keys()]).toEqual(['run:1', 'logged-model:m']);
  expect(found.edges).toHaveLength(1);
});

test('a graph has an end, and says that there is more', () => {
  const numbers = Array.from({ length: 30 }, (_, at) => at);
  const wide = numbers.flatMap((a): readonly Edge[] => [
    ['data:a@1', `run:${a}`],
    ...numbers.map((b): Edge => [`run:${a}`, `version:m@${a * 30 + b}`, 'made']),
  ]);
  const found = go('data:a@1', wide, { most: 50 });
  expect(found.nodes.size + found.groups.length).toBe(400);
  expect(found.isCut).toBe(true);
});

test('faults go on to all that something has gone into, not to what was only compared with it', () => {
  const found = faultsOf([ref('data:a@1')], rooms([...chain, ...many.slice(1)]));
  expect(found.get('run')).toHaveLength(100);
  expect(found.get('version')).toEqual([{ kind: 'version', key: 'm@1' }]);
  expect(faultsOf([ref('version:m@1')], rooms(chain)).size).toBe(0);
});
