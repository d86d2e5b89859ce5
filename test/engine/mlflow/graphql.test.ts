import { expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';

async function ask(api: TestApi, query: string, rest: object = {}): Promise<unknown> {
  const answer = await api.post('/graphql', { query, ...rest });
  expect(answer.status).toBe(200);
  return answer.json;
}

async function runWithMetrics(api: TestApi): Promise<string> {
  const created = await api.post('runs/create', { experiment_id: '0', run_name: 'one', start_time: 5 });
  const run_id = created.at('run', 'info', 'run_id');
  const metrics = [
    { key: 'm', value: 0.5, timestamp: 1, step: '9007199254740993' },
    { key: 'n', value: 'NaN', timestamp: 2, step: 2 },
  ];
  await api.post('runs/log-batch', { run_id, metrics, params: [{ key: 'p', value: 'x' }] });
  return run_id;
}

test('an experiment, with what nobody said as empty', async () => {
  const api = await openTestApi();
  const query = `query testQuery @component(name: "Test") {
    mlflowGetExperiment(input: {experimentId: "0"}) {
      __typename apiError { code } experiment { name tags { key } creationTime workspace effectiveTraceArchivalRetention }
    }
  }`;
  expect(await ask(api, query, { operationName: 'testQuery' })).toEqual({
    data: {
      mlflowGetExperiment: {
        __typename: 'MlflowGetExperimentResponse',
        apiError: null,
        experiment: {
          name: 'Default',
          tags: [],
          creationTime: String(api.clock.now),
          workspace: 'default',
          effectiveTraceArchivalRetention: '',
        },
      },
    },
    errors: null,
  });
});

test('a run, by variables and fragments: 64-bit integers as text, a NaN as null', async () => {
  const api = await openTestApi();
  const run_id = await runWithMetrics(api);
  const query = `
    # the run of a page
    query a($run: String!, $list: [String!] = ["x"]) {
      it: mlflowGetRun(input: {runId: $run, unknown: $list}) { ...Whole }
    }
    fragment Whole on MlflowGetRunResponse {
      run {
        ... on MlflowRun { info { id: runId status startTime endTime } }
        data { metrics { key value timestamp step runId } params { key value } }
        inputs { datasetInputs { dataset { name } } }
        experiment { name }
      }
    }`;
  expect(await ask(api, query, { variables: { run: run_id } })).toEqual({
    data: {
      it: {
        run: {
          info: { id: run_id, status: 'RUNNING', startTime: '5', endTime: '0' },
          data: {
            metrics: [
              { key: 'm', value: 0.5, timestamp: '1', step: '9007199254740993', runId: '' },
              { key: 'n', value: null, timestamp: '2', step: '2', runId: '' },
            ],
            params: [{ key: 'p', value: 'x' }],
          },
          inputs: { datasetInputs: [] },
          experiment: { name: 'Default' },
        },
      },
    },
    errors: null,
  });
});

test('searches, histories, artifacts and datasets', async () => {
  const api = await openTestApi();
  const run_id = await runWithMetrics(api);
  const dataset = { name: 'd', digest: 'e', source_type: 'l', source: 's' };
  await api.post('runs/log-inputs', { run_id, datasets: [{ dataset }] });
  api.tracking.logArtifactBytes(api.tracking.getRun(run_id).id, 'a.txt', Buffer.from('hello'));
  const search = `mutation m {
    mlflowSearchRuns(input: {experimentIds: ["0"], maxResults: 1, filter: "metrics.m > 0", runViewType: ALL}) {
      runs { info { runName } } nextPageToken
    }
    mlflowSearchDatasets(input: {experimentIds: ["0"]}) { datasetSummaries { experimentId name digest context } }
  }`;
  expect(await ask(api, search)).toEqual({
    data: {
      mlflowSearchRuns: { runs: [{ info: { runName: 'one' } }], nextPageToken: '' },
      mlflowSearchDatasets: { datasetSummaries: [{ experimentId: '0', name: 'd', digest: 'e', context: '' }] },
    },
    errors: null,
  });
  const read = `{
    mlflowGetMetricHistoryBulkInterval(input: {runIds: ["${run_id}"], metricKey: "m",}) { metrics { key value runId } }
    files: mlflowListArtifacts(input: {runId: """${run_id}"""}) { files { path isDir fileSize } }
  }`;
  expect(await ask(api, read)).toEqual({
    data: {
      mlflowGetMetricHistoryBulkInterval: { metrics: [{ key: 'm', value: 0.5, runId: run_id }] },
      files: { files: [{ path: 'a.txt', isDir: false, fileSize: '5' }] },
    },
    errors: null,
  });
});

test('one of several operations must be named', async () => {
  const api = await openTestApi();
  const query = 'query a {test(inputString: "a") {output}} query b {test(inputString: "b") {output}}';
  expect(await ask(api, query, { operationName: 'b' })).toEqual({ data: { test: { output: 'b' } }, errors: null });
  expect(await ask(api, query)).toEqual({
    data: null,
    errors: ['Must provide operation name if query contains multiple operations.'],
  });
});

test('what fails says so beside what does not', async () => {
  const api = await openTestApi();
  expect(await ask(api, '{ mlflowGetRun(input: {runId: "x"}) { run { info { runId } } } }')).toEqual({
    data: { mlflowGetRun: null },
    errors: ['Run with id=x not found'],
  });
});

const nested = (depth: number): string => 'name { '.repeat(depth) + 'name' + ' }'.repeat(depth);
test.each([
  ['{ nope }', "Cannot query field 'nope' on type 'Query'."],
  ['{ test(inputString: "a") { output constructor } }', "Cannot query field 'constructor' on type 'Test'."],
  ['{ mlflowGetExperiment(input: {experimentId: "0"}) }', "Field 'mlflowGetExperiment' of type 'MlflowGetExperimentResponse' must have a selection of subfields."], // prettier-ignore
  ['{ test(inputString: "a") { output { x } } }', "Field 'output' must not have a selection since type 'String' has no subfields."], // prettier-ignore
  ['{ test @skip(if: true) { output } }', "Unknown directive '@skip'."],
  ['{ ...F }', "Unknown fragment 'F'."],
  ['{ test(inputString: "a") { ...F } } fragment F on Test { ...F nope }', "Cannot query field 'nope' on type 'Test'."],
  ['{', 'Syntax Error: Unexpected <EOF>'],
  ['', 'Syntax Error: Unexpected <EOF>'],
  ['{ test(inputString: ) { output } }', 'Syntax Error: Unexpected )'],
  ['{ test(inputString: "a") { output } } ?', 'Syntax Error: Unexpected ?'],
  [`{ ${Array.from({ length: 12 }, (_, index) => `k${index}: test { output }`).join(' ')} }`, 'GraphQL queries should have at most 10 root fields, got 12 root fields.'], // prettier-ignore
  [`{ test { ${Array.from({ length: 12 }, (_, index) => `k${index}: output`).join(' ')} } }`, 'GraphQL queries should have at most 10 aliases, got 12 aliases.'], // prettier-ignore
  [`{ test { ${nested(12)} } }`, 'Query exceeds maximum depth of 10'],
  [`{ test { ${nested(100_000)} } }`, 'Query exceeds maximum depth of 10'],
  [`{ test(inputString: ${'['.repeat(100_000)}) { output } }`, 'Query exceeds maximum depth of 10'],
  [`{ test { ${'output '.repeat(1_001)} } }`, 'Query exceeds maximum total selections of 1000'],
])('%.60s is refused', async (query, message) => {
  const api = await openTestApi();
  expect(await ask(api, query)).toEqual({ data: null, errors: [expect.stringContaining(message)] });
});

test('a request without a query says so', async () => {
  const api = await openTestApi();
  expect((await api.post('/graphql', '{')).json).toEqual({ data: null, errors: ['Must provide query string.'] });
});
