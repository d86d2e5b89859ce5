/** What a running MLflow 3.17 answers to the odder requests, as literal expectations. */
import { describe, expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';

const DOCS = 'See the API docs for more information about request parameters.';
const NAMES = 'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).'; // prettier-ignore
const FILES = 'Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to'; // prettier-ignore
const hint = (value: string, name: string, type: string): string =>
  `Invalid value ${value} for parameter '${name}' supplied:  Hint: Value was of type '${type}'. ${DOCS}`;

describe('how a body is read', () => {
  test.each([
    ['as old clients encode it, twice', JSON.stringify('{"name":"a"}')],
    ['behind a byte order mark', '\ufeff{"name":"a"}'],
    ['with a name twice: the last counts', '{"name":"b","name":"a"}'],
    ['with names as protocol buffers write them in JSON', '{"name":"a","artifactLocation":"s3://x"}'],
    ['with members nobody knows', '{"name":"a","x":[1,{"y":null}],"artifact_location":null}'],
  ])('%s', async (_, body) => {
    const api = await openTestApi();
    expect((await api.post('experiments/create', body)).json).toEqual({ experiment_id: '1' });
    expect((await api.get('experiments/get-by-name', { experiment_name: 'a' })).status).toBe(200);
  });

  test.each([
    ['{"name":NaN}', hint('NaN', 'name', 'float')],
    ['{"name":12345678901234567890}', hint('12345678901234567890', 'name', 'int')],
    ['{"name":"a","artifact_location":9.0}', hint('9.0', 'artifact_location', 'float')],
    ['{"name":"a","artifact_location":["ü"]}', hint('["\\u00fc"]', 'artifact_location', 'list')],
    [
      '{"name":"a","artifact_location":"x","artifactLocation":"y"}',
      "Request specifies both 'artifact_location' and 'artifactLocation'; provide only one of them.",
    ],
    ["{'name':'a'}", `Missing value for required parameter 'name'. ${DOCS}`],
    ['{"name":"', `Missing value for required parameter 'name'. ${DOCS}`],
  ])('%s is refused', async (body, message) => {
    const api = await openTestApi();
    expect(await api.post('experiments/create', body)).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message },
    });
  });

  test('what is wrong first in the order of the call is said, not in that of the body', async () => {
    const api = await openTestApi();
    const refused = async (body: string): Promise<string> => (await api.post('runs/log-parameter', body)).at('message');
    expect(await refused('{"value":41,"key":31,"run_id":31}')).toBe(hint('31', 'run_id', 'int'));
    expect(await refused('{"value":41,"key":31,"run_id":"x"}')).toBe(hint('31', 'key', 'int'));
  });
});

describe('ids of experiments are read as numbers', () => {
  test.each(['0', '00', ' 0', '+0', '-0'])('%j is the default one', async experiment_id => {
    const api = await openTestApi();
    expect((await api.get('experiments/get', { experiment_id })).at('experiment', 'name')).toBe('Default');
  });
  test('the first of several counts', async () => {
    const api = await openTestApi();
    expect((await api.get('experiments/get?experiment_id=0&experiment_id=7&x=')).status).toBe(200);
  });
  test.each([
    ['-1', 404, 'No Experiment with id=-1 exists'],
    ['99999999999999999999999', 404, 'No Experiment with id=99999999999999999999999 exists'],
    ['1.0', 400, "Invalid experiment ID '1.0'. Experiment ID must be a valid integer."],
    ['x', 400, "Invalid experiment ID 'x'. Experiment ID must be a valid integer."],
  ])('%j is refused', async (experiment_id, status, message) => {
    const api = await openTestApi();
    expect(await api.get('experiments/get', { experiment_id })).toMatchObject({ status, json: { message } });
    const searched = await api.post('runs/search', { experiment_ids: [experiment_id] });
    expect(searched).toMatchObject(status === 404 ? { status: 200, text: '{}' } : { status, json: { message } });
  });
});

describe('points', () => {
  const point = { key: 'm', value: 1, timestamp: 1 };
  async function log(rest: object): Promise<{ status: number; message: string; history: unknown }> {
    const api = await openTestApi();
    const run_id = (await api.post('runs/create', { experiment_id: '0' })).at('run', 'info', 'run_id');
    const answer = await api.post('runs/log-metric', { run_id, ...point, ...rest });
    const history = (await api.get('metrics/get-history', { run_id, metric_key: 'm' })).json;
    return { status: answer.status, message: answer.at('message'), history };
  }

  test.each([
    [{ value: ' 0.5 ' }, { value: 0.5 }],
    [{ value: 'nan' }, { value: 'NaN' }],
    [{ value: 'inf' }, { value: Number.MAX_VALUE }],
    [{ value: '-Infinity' }, { value: -Number.MAX_VALUE }],
    [{ value: '1e400' }, { value: Number.MAX_VALUE }],
    [{ timestamp: '5.0' }, { timestamp: 5 }],
    [{ timestamp: 0 }, { timestamp: 0 }],
    [{ step: 7.0 }, { step: 7 }],
    [{ step: null }, { step: 0 }],
    [{ step: -3 }, { step: -3 }],
    [{ step: '-9223372036854775808' }, { step: -(2 ** 63) }],
    [{ step: 1e18 }, { step: 1e18 }],
    // as R writes its numbers
    [{ step: '1e+05' }, { step: 100_000 }],
    [{ step: '1.5e+06' }, { step: 1_500_000 }],
    [{ step: '-1E3' }, { step: -1000 }],
    [{ step: '10e-1' }, { step: 1 }],
    [{ step: '1e18' }, { step: 1e18 }],
    [{ timestamp: '1.7e+12' }, { timestamp: 1.7e12 }],
  ])('%j is kept as %j', async (rest, kept) => {
    expect(await log(rest)).toMatchObject({ status: 200, history: { metrics: [{ ...point, step: 0, ...kept }] } });
  });

  test.each([
    [{ value: '' }, `Missing value for required parameter 'value'. ${DOCS}`],
    [{ value: '0x10' }, hint('"0x10"', 'value', 'str')],
    [{ step: '1e-1' }, hint('"1e-1"', 'step', 'str')],
    [{ step: '1.5e0' }, hint('"1.5e0"', 'step', 'str')],
    [{ step: '1e19' }, hint('"1e19"', 'step', 'str')],
    [{ step: '1e400' }, hint('"1e400"', 'step', 'str')],
    [{ step: '1e' }, hint('"1e"', 'step', 'str')],
    [{ step: 'e5' }, hint('"e5"', 'step', 'str')],
    [{ timestamp: -1 }, "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' (value=1.0). Timestamp must be a nonnegative long (64-bit integer) "], // prettier-ignore
    [{ key: '../m' }, `Invalid value "../m" for parameter 'name' supplied: ${FILES} '../m'`],
    [{ key: 'a$' }, `Invalid value "a$" for parameter 'name' supplied: ${NAMES}`],
    [{ key: 'k'.repeat(251) }, "'Metric name' exceeds the maximum length of 250 characters"],
    [{ model_id: 5 }, hint('5', 'model_id', 'int')],
    [{ dataset_name: 'd' }, 'Both dataset_name and dataset_digest must be provided if one is provided'],
  ])('%j is refused', async (rest, message) => {
    expect(await log(rest)).toEqual({ status: 400, message, history: {} });
  });
});

test.each([
  [{ metrics: [{ key: 'a', value: 1, timestamp: -1 }] }, "Invalid value -1 for parameter 'metrics[0].timestamp' supplied: metric 'a' (value=1.0). Timestamp must be a nonnegative long (64-bit integer) "], // prettier-ignore
  [{ metrics: [{ key: 'a', value: 1, timestamp: 1 }, { key: 'a$', value: 1, timestamp: 1 }] }, `Invalid value "a$" for parameter 'metrics[1].name' supplied: ${NAMES}`], // prettier-ignore
  [{ params: [{ key: '../p', value: '1' }] }, `Invalid value "../p" for parameter 'params[0].key' supplied: ${FILES} '../p'`], // prettier-ignore
  [{ params: [{ key: 'k'.repeat(251), value: '1' }] }, "'Param key' exceeds the maximum length of 250 characters"],
  [{ tags: [{ key: 't/', value: '1' }] }, `Invalid value "t/" for parameter 'tags[0].key' supplied: ${FILES} 't'`],
  [{ tags: [{ key: '..t', value: '1' }] }, `Invalid value "..t" for parameter 'tags[0].key' supplied: ${FILES} '..t'`],
  [{ tags: [{ key: 'k'.repeat(251), value: '1' }] }, "'tags[0].key' exceeds the maximum length of 250 characters"],
])('the batch %.60j is refused', async (batch, message) => {
  const api = await openTestApi();
  const run_id = (await api.post('runs/create', { experiment_id: '0' })).at('run', 'info', 'run_id');
  expect(await api.post('runs/log-batch', { run_id, ...batch })).toMatchObject({ status: 400, json: { message } });
});

test.each([
  ['name', 'alpha'],
  ["name LIKE 'al%'", 'alpha'],
  ["tags.k = 'v' AND tags.z IS NULL", 'alpha'],
  ['creation_time > 0', 'beta alpha Default'],
  ["experiment_id != '0'", 'beta alpha'],
])('experiments by %s', async (filter, wanted) => {
  const api = await openTestApi();
  for (const name of ['alpha', 'beta']) {
    api.clock.now += 1;
    await api.post('experiments/create', { name, tags: [{ key: 'k', value: name === 'alpha' ? 'v' : 'w' }] });
  }
  api.clock.now += 1;
  // the order is that of making, whatever changed since
  await api.post('experiments/update', { experiment_id: '0', new_name: 'Default' });
  const asked = filter === 'name' ? { order_by: ['name DESC'], filter: "name ILIKE 'ALPHA'" } : { filter };
  const found = await api.post('experiments/search', { max_results: 10, ...asked });
  expect([...found.text.matchAll(/"name":"(\w+)"/g)].map(match => match[1]).join(' ')).toBe(wanted);
});

test.each([
  ["experiment_id = 'x'", "Invalid experiment ID 'x'. Experiment ID must be a valid integer."],
  ['creation_time = 1.5', "Invalid value for numeric attribute 'creation_time': '1.5'"],
])('experiments by %s are refused', async (filter, message) => {
  const api = await openTestApi();
  const answer = await api.post('experiments/search', { max_results: 10, filter });
  expect(answer).toMatchObject({ status: 400, json: { message } });
});

test.each([
  ['name DESC blah', "Invalid order_by clause 'name DESC blah': 'blah'. Only ASC or DESC may follow the name. (column 11)"], // prettier-ignore
  ['name, creation_time', "Invalid order_by clause 'name, creation_time': ','. Only ASC or DESC may follow the name. (column 5)"], // prettier-ignore
  [' ', "Invalid order_by clause ' ': it ends too early. Expected a name such as metrics.auc. (column 2)"],
])('an order of %j is refused with the whole clause', async (order, message) => {
  const api = await openTestApi();
  const answer = await api.post('experiments/search', { max_results: 10, order_by: ['name', order] });
  expect(answer).toMatchObject({ status: 400, json: { error_code: 'INVALID_PARAMETER_VALUE', message } });
});
