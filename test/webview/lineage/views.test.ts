import { expect, test } from 'vitest';
import { digest, runId } from '../../../engine/ids';
import type {
  Affected,
  EndpointNode,
  LineageGraph,
  LineageNode,
  RunNode,
  ViewNode,
} from '../../../engine/protocol/lineage';
import { AffectedView } from '../../../webview/lineage/affectedView';
import type { LineageContext } from '../../../webview/lineage/context';
import { LineageGraphView } from '../../../webview/lineage/lineageGraph';
import { LineageStore } from '../../../webview/lineage/lineageStore';
import { openNode, opens } from '../../../webview/lineage/open';
import { PageState } from '../../../webview/shared/state';

const state = () => new PageState({ getState: () => undefined, setState: () => undefined });
const places = [{ what: 'config', place: { file: 'modelyard.yaml', line: 3, column: 1 } }] as const;
const data: LineageNode = {
  ...{ kind: 'data', id: 'data:d@f', dataset: 'd', digest: digest('f'.repeat(64)), rows: 1000, distance: 0, places },
};
const run: RunNode & LineageNode = {
  ...{ kind: 'run', id: 'run:7', runId: runId('a'.repeat(32)), number: 7, name: '<img src=x>', status: 'FAILED' },
  ...{ startedAt: 0, isDeleted: false, pipeline: 'train', distance: 1, places: [] },
};
const group: LineageNode = { kind: 'group', id: 'group:g', of: 'run', count: 9998, distance: 1, places: [] };
const graph: LineageGraph = {
  ...{ root: data.id, nodes: [data, run, group], isCut: false },
  edges: [
    { from: data.id, to: run.id, relation: 'read' },
    { from: data.id, to: group.id, relation: 'read' },
  ],
};

function acted() {
  const calls: unknown[] = [];
  const act: LineageContext['act'] = (method, params) => {
    calls.push([method, params]);
    return Promise.resolve();
  };
  return { calls, act };
}

test('each box says its kind, name and state; arrows reach them, Enter opens; text stays text', () => {
  const [opened, reached]: [string[], string[]] = [[], []];
  const view = new LineageGraphView({
    state: state(),
    onOpen: ({ id }) => opened.push(id),
    onReach: ({ id }) => reached.push(id),
  });
  document.body.replaceChildren(view.element);
  view.show(graph, undefined);
  const boxes = [...view.element.querySelectorAll<HTMLButtonElement>('.node')];
  expect(boxes.map(box => box.getAttribute('aria-label'))).toEqual([
    'dataset version, d, ffffffff · 1,000 rows, asked about',
    'run, r-7 <img src=x>, pipeline train, failed',
    'run, 9,998 more: run, Opens them',
  ]);
  expect(view.element.querySelector('img')).toBeNull();
  boxes[0]?.focus();
  boxes[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  expect(reached).toHaveLength(1);
  boxes[1]?.click();
  expect(opened).toEqual(['run:7']);
  view.show(graph, 'run:7');
  expect(boxes[1]?.getAttribute('aria-current')).toBe('true');
  expect(view.element.querySelectorAll('.edge.near')).toHaveLength(1);
});

test('a box opens what it stands for, at its page or its place', () => {
  const { calls, act } = acted();
  for (const node of [data, run, { ...data, places: [] }]) if (opens(node)) openNode(node, { act });
  expect(calls).toEqual([
    ['host/openDataset', { dataset: 'd' }],
    ['host/openRun', { runId: run.runId }],
  ]);
});

const affected: Affected = {
  ...{ root: data, versionCount: 300, liveCount: 1, runs: [run], runCount: 25, data: [], started: [], uses: [] },
  ...{ endpoints: [], views: [], viewCount: 0 },
  versions: [
    {
      ...{ kind: 'version', id: 'version:m@3', model: 'm', version: 3, stage: 'production', aliases: ['champion'] },
      ...{ isLive: true, rank: 2, createdAt: 0, runId: run.runId },
    },
  ],
  next: [{ kind: 'version', model: 'm', version: 3, stage: 'production', instead: 2 }],
};

test('what is affected: counted in full, with what is in use and what to do', () => {
  const { calls, act } = acted();
  const view = new AffectedView({ act });
  view.show(affected);
  expect(view.element.textContent).toMatch(/25 runs, 300 model versions1 in use now/);
  expect(view.element.textContent).toContain('and 299 more');
  expect(view.element.textContent).toContain('and 24 more');
  const buttons = [...view.element.querySelectorAll('button')];
  buttons.find(({ textContent }) => textContent === 'Promote v2…')?.click();
  const stage = 'production';
  expect(calls).toEqual([['host/changeModel', { action: 'promote', model: 'm', version: 2, stage }]]);
  // who has held the stage comes back to it, whoever holds it now
  view.show({ ...affected, next: [{ kind: 'version', model: 'm', version: 3, stage, instead: 1, hasHeld: true }] });
  const back = [...view.element.querySelectorAll('button')].find(one => one.textContent === 'Roll back to v1…');
  back?.click();
  expect(calls.at(-1)).toEqual(['host/changeModel', { action: 'rollback', model: 'm', version: 1, stage }]);
  expect(view.element.textContent).not.toContain('Promote');
  view.show({ ...affected, versions: [], runs: [], next: [], runCount: 0, versionCount: 0, liveCount: 0 });
  expect(view.element.textContent).toContain('Nothing that is known here has come of it.');
});

test('the page looks again when servers, alerts of features, models, runs or data have changed', () => {
  const heard: string[] = [];
  const store = new LineageStore({
    channel: {
      call: () => Promise.reject(new Error('nobody asks')),
      on: (event: string) => {
        heard.push(event);
        return () => undefined;
      },
      onSaid: () => () => undefined,
    },
    node: 'd',
    asked: () => ({}),
    changed: () => undefined,
    failed: () => undefined,
  });
  expect(store.graph).toBeUndefined();
  const names = ['runs', 'model', 'dataset', 'pipeline', 'config', 'serving', 'features'];
  expect(heard).toEqual(names.map(name => `${name}/changed`));
});

test('an answer to an older question comes to nothing', async () => {
  const answers: ((graph: LineageGraph) => void)[] = [];
  const shown: (string | undefined)[] = [];
  const store: LineageStore = new LineageStore({
    channel: {
      call: (method: string) =>
        (method === 'lineage/affected'
          ? Promise.resolve(affected)
          : new Promise<LineageGraph>(resolve => answers.push(resolve))) as never,
      on: () => () => undefined,
      onSaid: () => () => undefined,
    },
    node: 'd',
    asked: () => ({}),
    changed: () => shown.push(store.graph?.root),
    failed: () => shown.push('failed'),
  });
  const [first, second] = [store.load(), store.load()];
  answers[1]?.({ ...graph, root: 'new' });
  answers[0]?.({ ...graph, root: 'old' });
  await Promise.all([first, second]);
  expect(shown).toEqual(['new']);
});

const view: ViewNode = {
  ...{ kind: 'view', id: 'view:loans@v2', view: 'loans', version: 2, computed: 'on-demand', features: 3 },
  ...{ alertCount: 2, alerts: ['<b>The newest row is 3 days old.', 'Nulls.'] },
};
const endpoint: EndpointNode = {
  ...{ kind: 'endpoint', id: 'endpoint:1', model: 'm', version: 3, at: 'production', url: 'http://127.0.0.1:5001' },
};
const service: LineageNode = { kind: 'service', id: 'service:risk', service: 'risk', distance: 1, places };

test('views, services and servers say what they are, alerts by sign and word, and open their pages', () => {
  const { calls, act } = acted();
  const quiet: ViewNode = { ...view, id: 'view:loans@v1', version: 1, computed: 'batch', features: 1, alertCount: 0 };
  const nodes: readonly LineageNode[] = [
    { ...view, distance: 0, places },
    { ...quiet, distance: 0, places },
    service,
    { ...endpoint, distance: 2, places },
    { ...endpoint, id: 'endpoint:2', problem: 'It is gone.', distance: 2, places },
  ];
  const page = new LineageGraphView({ state: state(), onOpen: () => undefined, onReach: () => undefined });
  page.show({ root: view.id, nodes, edges: [], isCut: false }, undefined);
  const boxes = [...page.element.querySelectorAll('.node')];
  expect(boxes.map(box => box.getAttribute('aria-label'))).toEqual([
    'feature view, loans@v2, 2 alerts · 3 features · on demand, asked about',
    'feature view, loans@v1, 1 feature',
    'feature service, risk, feature service',
    'server, m@production, http://127.0.0.1:5001',
    'server, m@production, It is gone.',
  ]);
  expect(boxes.map(box => box.classList.contains('tone-warn'))).toEqual([true, false, false, false, true]);
  for (const node of nodes.slice(0, 4)) if (opens(node)) openNode(node, { act });
  expect(calls).toEqual([
    ['host/openFeatures', { view: 'loans@v2' }],
    ['host/openFeatures', { view: 'loans@v1' }],
    ['host/openPlace', { place: places[0].place }],
    ['host/openModel', { model: 'm', version: 3 }],
  ]);
});

test('what is affected names what is served first, and the views', () => {
  const { calls, act } = acted();
  const found = new AffectedView({ act });
  const advice = { kind: 'endpoint', model: 'm', version: 3, url: endpoint.url, instead: 2 } as const;
  found.show({ ...affected, endpoints: [endpoint], views: [view], viewCount: 3, next: [advice] });
  const titles = [...found.element.querySelectorAll('h3')].map(title => title.textContent);
  expect(titles).toEqual(['Served now', 'Feature views', 'Runs, the newest first', 'What to do next']);
  expect(found.element.textContent).toContain('m@production version 3 at http://127.0.0.1:5001');
  expect(found.element.textContent).toContain('2 alerts · 3 features · on demand');
  expect(found.element.textContent).toContain('and 2 more');
  expect(found.element.textContent).toContain('answers with m v3; v2 is not affected: serve that one.');
  [...found.element.querySelectorAll('button')].find(({ textContent }) => textContent === 'loans@v2')?.click();
  expect(calls).toEqual([['host/openFeatures', { view: 'loans@v2' }]]);
});
