import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { slice, withCursor } from './marked';
import { completionsAt, serviceOn } from './serviceKit';

const source = (pipeline: string, step = ''): string => `name: x
pipelines:
  p:
    executor: ${pipeline}
    steps:
      a: {run: echo${step}}
      b: {run: echo b, env: {KEY: {env: SOURCE}, MODE: 3}}
`;
const ray = '{ray: {address: "http://127.0.0.1:8265", token: {env: T}}}';
const stepsOf = (text: string) => parseConfig(text, 'modelyard.yaml').config?.pipelines['p']?.steps;

test('what the pipeline says holds for every command that does not say otherwise', () => {
  const executor = { ray: { address: 'http://127.0.0.1:8265', token: { env: 'T' } } };
  expect(stepsOf(source(ray, ', executor: local'))).toMatchObject({
    a: { executor: 'local' },
    b: { executor, env: { MODE: '3' }, secrets: { KEY: 'SOURCE' } },
  });
  expect(stepsOf('name: x\npipelines: {p: {steps: {a: {run: echo}}}}')?.['a']).not.toHaveProperty('executor');
});

test('a Job of Kubernetes: quantities are texts, durations ms, the rest has its usual value', () => {
  const pipeline =
    '{kubernetes: {image: "credit:1", limits: {cpu: 2, nvidia.com/gpu: 1}, ttl: 2m, node_selector: {big: true}}}';
  expect(stepsOf(source(pipeline))?.['a']).toMatchObject({
    executor: {
      kubernetes: {
        image: 'credit:1',
        limits: { cpu: '2', 'nvidia.com/gpu': '1' },
        node_selector: { big: 'true' },
        secret: 'modelyard',
        ttl: 120_000,
        starts_within: 600_000,
      },
    },
  });
});

describe('wrong', () => {
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['another word', source('rays'), 'rays', /must be `local`, `\{ray: …\}` or `\{kubernetes: …\}`/],
    ['a misspelt key', source('{ray: {adress: "http://h"}}'), 'adress', /[Dd]id you mean `address`/],
    ['a secret in the address', source('{ray: {address: "http://u:p@h"}}'), '"http://u:p@h"', /without a secret/],
    ['a token that is written out', source('{ray: {address: "http://h", token: abc}}'), 'abc', /mapping/],
    [
      'no quantity',
      source('{kubernetes: {image: a, limits: {memory: 4 GB}}}'),
      '4 GB',
      /quantity such as 2, 500m or 4Gi/,
    ],
    [
      'no name in Kubernetes',
      source('{kubernetes: {image: a, service_account: My_account}}'),
      'My_account',
      /small letters/,
    ],
    ['no namespace', source('{kubernetes: {image: a, namespace: a.b}}'), 'a.b', /cannot be a namespace/],
    ['no name of a variable', source('local').replace('SOURCE', '"a b"'), '"a b"', /name of an environment variable/],
  ];
  test.each(cases)('%s', (_, text, place, message) => {
    const { diagnostics } = parseConfig(text, 'modelyard.yaml');
    const found = diagnostics.find(one => message.test(one.message));
    expect(diagnostics.map(one => one.message)).toContain(found?.message);
    expect(found && slice(text, found.range)).toBe(place);
  });
});

test('completion and hover', async () => {
  const labels = async (text: string): Promise<readonly string[]> => (await completionsAt(text)).map(one => one.label);
  expect(await labels(source('{|>}'))).toEqual(['ray', 'kubernetes']);
  expect(await labels(source('|>'))).toContain('local');
  expect(await labels(source('{ray: {|>}}'))).toEqual(['address', 'token', 'tracking', 'cpus', 'gpus']);
  const { service } = serviceOn({});
  const hover = await service.hover(withCursor(source(ray).replace('ray:', 'r|>ay:')));
  expect(hover?.contents).toMatch(/Jobs API/);
});
