import { expect, test } from 'vitest';
import { digest, newRunId } from '../../../engine/ids';
import type { FlowOutput, PipelineFlow } from '../../../engine/protocol/pipelines';
import type { ModelVersion } from '../../../engine/protocol/registry';
import { graphNodes } from '../../../webview/pipeline/graph/graphModel';
import type { GraphNode } from '../../../webview/pipeline/graph/graphModel';
import { countsOf, groupsOf, stateOf } from '../../../webview/pipeline/groups';
import { aStep } from './steps';

const shape = (nodes: readonly GraphNode[]): string[] =>
  nodes.map(({ id, after }) => `${id} <- ${[...after].sort().join(' ')}`.trim()).sort();
const hex = (char: string) => digest(char.repeat(64));
const made = (kind: FlowOutput['kind'], char: string, artifactPath?: string): FlowOutput => ({
  ...{ kind, digest: hex(char), size: 10, files: 1, ...(artifactPath !== undefined && { artifactPath }) },
});
const data = { kind: 'data', name: 'people', digest: hex('1') } as const;

test('between the steps stands what one made and the others read, by its content', () => {
  const runId = newRunId();
  const steps = [
    aStep('validate'),
    aStep('split', 'validate'),
    aStep('train', 'split'),
    aStep('report', 'train'),
    aStep('register', 'train', { uses: 'register', runId }),
  ];
  const flow: PipelineFlow = {
    steps: [
      { name: 'validate', reads: [data], made: [made('dataset', 'd')] },
      { name: 'split', reads: [data], made: [made('split', 'a')] },
      { name: 'train', reads: [data, { kind: 'input', name: 'split', digest: hex('a') }], made: [made('model', 'b')] },
      {
        name: 'report',
        reads: [{ kind: 'input', name: 'split', digest: hex('9') }],
        made: [made('file', 'c', 'r.txt')],
      },
      {
        name: 'register',
        reads: [{ kind: 'input', name: 'model', digest: hex('b') }],
        made: [made('model-version', 'e')],
      },
    ],
  };
  const version = { model: 'credit', version: 4, runId, stage: 'dev' } as unknown as ModelVersion;
  const one = `data:people:${hex('1')}`;
  expect(shape(graphNodes({ steps, turned: new Set(), lineage: { flow, versions: [version] } }))).toEqual(
    [
      `${one} <-`,
      `validate <- ${one}`,
      'split <- validate',
      'output:split:0 <- split',
      'train <- output:split:0',
      'output:train:0 <- train',
      'report <- train', // it read another split than the one made here
      'output:report:0 <- report',
      'register <- output:train:0',
      'version:credit:4 <- register',
    ].sort(),
  );
});

test('a file that a later step reads leads from one command to the other', () => {
  const steps = [aStep('a'), aStep('b', 'a')];
  const flow: PipelineFlow = {
    steps: [
      { name: 'a', reads: [], made: [made('file', 'f', 'out/x.csv')] },
      { name: 'b', reads: [{ kind: 'file', name: 'out/x.csv', digest: hex('f') }], made: [] },
    ],
  };
  expect(shape(graphNodes({ steps, turned: new Set(), lineage: { flow, versions: [] } }))).toEqual([
    'a <-',
    'b <- output:a:0',
    'output:a:0 <- a',
  ]);
});

const instances = (count: number, state: 'failed' | 'succeeded' = 'succeeded') =>
  Array.from({ length: count }, (_, at) =>
    aStep(`train (C=${at})`, 'split', { state: at === 1 ? state : 'succeeded' }),
  );

test('many instances of a step are one place until they are opened, few are not', () => {
  const many = [
    aStep('split'),
    ...instances(5),
    aStep(
      'best',
      instances(5)
        .map(({ name }) => name)
        .join('|'),
    ),
  ].map(step => (step.name === 'best' ? { ...step, needs: instances(5).map(({ name }) => name) } : step));
  const closed = ['split <-', 'group:train <- split', 'best <- group:train'].sort();
  expect(shape(graphNodes({ steps: many, turned: new Set() }))).toEqual(closed);
  expect(graphNodes({ steps: many, turned: new Set(['train']) })).toHaveLength(7);
  const few = [aStep('split'), ...instances(3)];
  expect(graphNodes({ steps: few, turned: new Set() })).toHaveLength(4);
  expect(graphNodes({ steps: few, turned: new Set(['train']) })).toHaveLength(2);
});

test('a group shows what needs to be looked at, and counts', () => {
  const [group] = groupsOf(instances(5, 'failed'));
  expect(group && [group.name, stateOf(group), countsOf(group)]).toEqual([
    'train',
    'failed',
    [
      ['failed', 1],
      ['succeeded', 4],
    ],
  ]);
  expect(groupsOf([aStep('train (1)'), aStep('train'), aStep('train (2)')])).toEqual([]);
});
