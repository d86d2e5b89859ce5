import pico from 'picocolors';
import { expect, test } from 'vitest';
import { affectedText } from '../../../../engine/cli/text/affectedText';
import { dotText, mermaidText } from '../../../../engine/cli/text/lineageGraphs';
import { lineageText } from '../../../../engine/cli/text/lineageText';
import { digest, runId } from '../../../../engine/ids';
import type {
  Affected,
  AffectedVersion,
  EndpointNode,
  LineageGraph,
  LineageNode,
  RunNode,
  ViewNode,
} from '../../../../engine/protocol/lineage';

const colors = pico.createColors(false);
const run = (number: number): RunNode => ({
  ...{ kind: 'run', id: `run:${number}`, number, name: `of "${number}"`, runId: runId('a'.repeat(32)) },
  ...{ status: 'FINISHED', startedAt: 0, isDeleted: number === 2, pipeline: 'train' },
});
const version = (number: number, stage: string, ...aliases: readonly string[]): AffectedVersion => ({
  ...{ kind: 'version', id: `version:m@${number}`, model: 'm', version: number, stage, aliases },
  ...{ isLive: stage === 'production', rank: 0, createdAt: 0 },
});
const at = { distance: 0, places: [{ what: 'config', place: { file: 'modelyard.yaml', line: 3 } }] } as const;
const data: LineageNode = {
  ...{ kind: 'data', id: 'data:people@f', dataset: 'people', digest: digest('f'.repeat(64)), rows: 1000, ...at },
};
const nodes: readonly LineageNode[] = [
  data,
  { kind: 'file', id: 'file:people.csv', path: 'people.csv', distance: -1, places: [{ what: 'file', place: { file: 'people.csv' } }] }, // prettier-ignore
  { ...run(1), distance: 1, places: [] },
  { ...run(2), distance: 1, places: [] },
  { ...version(1, 'production', 'champion'), distance: 2, places: [] },
  { kind: 'group', id: 'group:x', of: 'run', count: 9998, distance: 1, places: [] },
];
const edge = (from: string, to: string) => ({ from, to, relation: 'read' }) as const;
const graph: LineageGraph = {
  ...{ root: data.id, nodes, isCut: true },
  edges: [
    edge('file:people.csv', data.id),
    edge(data.id, 'run:1'),
    edge(data.id, 'run:2'),
    edge(data.id, 'group:x'),
    edge('run:1', 'version:m@1'),
    edge('run:2', 'version:m@1'),
  ],
};

test('a lineage as trees: each thing once, the others refer to it', () => {
  expect(lineageText(graph, ['up', 'down'], colors)).toBe(`data people@ffffffffffff  1,000 rows  modelyard.yaml:3

Came from
└─ file people.csv

Went into
├─ run r-1  of "1", finished
│  └─ model m@1  production, @champion
├─ run r-2  of "2", finished, deleted
│  └─ m@1 (see above)
└─ + 9,998 runs

There is more: see --depth and --most.
`);
  const alone = { ...graph, nodes: [data], edges: [], isCut: false };
  expect(lineageText(alone, ['up'], colors)).toMatch(/\nCame from\nnothing that is known\n$/);
});

test('for Graphviz and Mermaid the texts are escaped', () => {
  expect(dotText(graph)).toContain('  "run:1" [label="run r-1\\nof \\"1\\", finished", shape=box];');
  expect(dotText(graph)).toContain('  "data:people@f" -> "run:1" [label="read"];');
  const mermaid = mermaidText(graph);
  expect(mermaid).toContain('  n2["run r-1<br>of #34;1#34;, finished"]');
  expect(mermaid).toContain('  n0 -->|read| n2');
  expect(mermaid).toContain('  n0(["data people@ffffffffffff<br>1,000 rows"])');
});

test('what is affected: in use first, what to do last', () => {
  const found: Affected = {
    ...{
      root: data,
      versions: [version(3, 'production', 'champion'), version(2, 'dev')],
      versionCount: 5,
      liveCount: 1,
    },
    ...{ runs: [run(7), run(6)], runCount: 12, data: [], started: [run(9)] },
    ...{ endpoints: [], views: [], viewCount: 0 },
    uses: [{ pipeline: 'train', step: 'split', place: { file: 'modelyard.yaml', line: 9 } }],
    next: [
      { kind: 'version', model: 'm', version: 3, stage: 'production', instead: 1 },
      { kind: 'version', model: 'o', version: 3, stage: 'production', instead: 2, hasHeld: true },
      { kind: 'version', model: 'n', version: 1, stage: 'production' },
      { kind: 'run', pipeline: 'train' },
      { kind: 'program', source: 'my train.py' },
    ],
  };
  expect(affectedText(found, colors)).toBe(`If data people@ffffffffffff is wrong: 12 runs and 5 model versions are affected, 1 in use NOW.
modelyard.yaml:3

In use now
  m@3  production  @champion

Other versions
  m@2  dev
  and 3 more versions

Runs
  r-7 r-6 and 10 older runs

Started because of it, on other data
  r-9

In modelyard.yaml
  modelyard.yaml:9  train/split

Next
  m@3 is in production; m@1 is not affected: modelyard promote m 1 --to production
  o@3 is in production; o@2 is not affected: modelyard models rollback o production --version 2
  No version of n before n@1 is unaffected. Take it out of use: modelyard models archive n 1
  When it is right again, run train: modelyard run train
  When it is right again, run the program: modelyard exec -- python 'my train.py'
`); // prettier-ignore
});

const view: ViewNode = {
  ...{ kind: 'view', id: 'view:loans@v2', view: 'loans', version: 2, computed: 'batch', features: 3 },
  ...{ alertCount: 2, alerts: ['The newest row is 3 days old.', 'Nulls.'] },
};
const endpoint: EndpointNode = {
  ...{ kind: 'endpoint', id: 'endpoint:1', model: 'm', version: 3, at: '3', url: 'http://127.0.0.1:5001' },
};

test('views say their alerts, servers what they answer with', () => {
  const served: readonly LineageNode[] = [
    { ...view, distance: 0, places: [] },
    { kind: 'service', id: 'service:risk', service: 'risk', distance: 1, places: [] },
    { ...endpoint, problem: 'It is gone.', distance: 2, places: [] },
  ];
  const edges = [edge('view:loans@v2', 'service:risk'), edge('service:risk', 'endpoint:1')];
  const shown: LineageGraph = { root: view.id, nodes: served, edges, isCut: false };
  expect(lineageText(shown, ['down'], colors)).toBe(`view loans@v2  3 features, ALERT The newest row is 3 days old. (and 1 more alert)

Went into
└─ service risk
   └─ served http://127.0.0.1:5001  m@3, version 3, It is gone.
`); // prettier-ignore
  const found: Affected = {
    ...{ root: data, versions: [], versionCount: 0, liveCount: 0, runs: [], runCount: 0, data: [], started: [] },
    ...{ endpoints: [endpoint], views: [{ ...view, alertCount: 0, alerts: [] }], viewCount: 3, uses: [] },
    next: [
      { kind: 'endpoint', model: 'm', version: 3, url: endpoint.url, instead: 2 },
      { kind: 'endpoint', model: 'm', version: 3, url: endpoint.url },
    ],
  };
  const text = affectedText(found, colors);
  expect(text.slice(text.indexOf('Served'))).toBe(`Served now
  http://127.0.0.1:5001  m@3, version 3

Feature views
  loans@v2  3 features
  and 2 more versions

Next
  http://127.0.0.1:5001 answers with m@3; serve another version: m@2 is not affected.
  http://127.0.0.1:5001 answers with m@3; serve another version.
`);
});
