import { expect, test, vi } from 'vitest';
import type { GateReport } from '../../../engine/protocol/gates';
import type { ModelTests } from '../../../engine/protocol/modelTests';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = (rules: string) => `name: tested
datasets:
  people: {path: people.csv}
models:
  m:
    stages: [dev, live]
    gates:
      live:
${rules.replace(/^/gm, '        ')}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
      evaluate: {uses: evaluate, needs: train, with: {importance: 0, dependence: 0, bootstrap: 0, worst_slices: 0}}
      test: {uses: test, needs: evaluate, with: {model: m}}
      gate: {uses: gate, needs: test, with: {model: m}}
      register: {uses: register, needs: gate, with: {model: m}}
`;
const reports = async (): Promise<readonly GateReport[]> => (await at.client.call('models/get', { name: 'm' })).gates;

test('a model is tested, judged, registered; tested beside itself it keeps its version, with the new tests', async () => {
  const rules = `- {check: parity}
- {check: reproducible}
- {check: monotonic, column: age, direction: increasing, at_most: 1}
- {check: golden, path: golden.csv}
- {check: latency, p99_ms: 1000}
- {check: throughput, at_least: 1}
- {check: memory, at_most_mb: 100}
- {check: size, at_most_mb: 1}
- {check: training-time, at_most_s: 60}
- {check: signature, compatible_with: live}
- {check: regression, at_most: 50}`;
  at.write({
    'modelyard.yaml': config(rules),
    'people.csv': peopleCsv(),
    'golden.csv': `${peopleCsv().split('\n').slice(0, 2).join(',expected\n')},no\n`,
  });
  const first = await at.run('train');
  expect(first.pipelineRun.status, JSON.stringify(first.error)).toBe('succeeded');
  const [report] = await reports();
  const verdicts = report!.results.map(({ rule, verdict, sentence }) => [rule, verdict, sentence]);
  const unsure = verdicts.filter(([rule]) => !String(rule).startsWith('golden'));
  expect(unsure.filter(([, verdict]) => verdict !== 'passed')).toEqual([]);
  expect(verdicts.find(([rule]) => rule === 'golden rows of golden.csv')?.[1]).toMatch(/passed|failed/);
  const tests: ModelTests = JSON.parse(await at.artifact(first.pipelineRun.runId!, 'model-tests.json'));
  expect(tests.beside).toBeUndefined();
  expect(tests.footprint.size_mb!.value).toBeGreaterThan(0.001);
  const run = await at.client.call('runs/get', { run: first.pipelineRun.runId! });
  expect(run.metrics['latency_p50_ms']!.value).toBe(tests.footprint.latency_p50_ms!.value);

  // a rule that was not there when the version was registered
  at.write({ 'modelyard.yaml': config(`${rules}\n- {check: robust, against: missing, metric: auc, at_most: 1}`) });
  const second = await at.run('train');
  expect(second.pipelineRun.status, JSON.stringify(second.error)).toBe('succeeded');
  expect(second.step('train').status).toBe('cached');
  expect(second.step('test').status).toBe('succeeded');
  const model = await at.client.call('models/get', { name: 'm' });
  expect(model.versions.map(({ version }) => version)).toEqual([1]);
  expect(model.gates[0]!.results.at(-1)).toMatchObject({
    rule: 'auc with 10 % of the values missing',
    verdict: 'passed',
  });
  const beside: ModelTests = JSON.parse(await at.artifact(second.pipelineRun.runId!, 'model-tests.json'));
  expect(beside.beside).toMatchObject({ model: 'm', version: 1, ratios: { size_mb: { ratio: 1, noise: 0 } } });
  expect(beside.beside!.ratios.latency_p50_ms!.interval[0]).toBeLessThan(3);
  expect(beside.beside!.ratios.memory_mb!.ratio).toBeGreaterThan(0.2);
  expect(beside.beside!.ratios.memory_mb!.ratio).toBeLessThan(5);
});

test('a path out of the workspace, a column that is not there and a share above 1 are refused at their places', async () => {
  at.write({
    'people.csv': peopleCsv(),
    'modelyard.yaml': config(
      '- {check: golden, path: ../golden.csv}\n- {check: invariant, columns: []}\n- {check: monotonic, column: age, direction: up}\n- {check: golden, path: g.csv, at_most: 2}\n- {check: directional, direction: increase, change: {age: {set: 1, add: 2}}}',
    ),
  });
  const said = await at.diagnostics();
  expect(said.map(([marked]) => marked)).toEqual(['../golden.csv', '[]', 'up', '2', 'age']);
});
