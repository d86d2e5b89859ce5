import { expect, test, vi } from 'vitest';
import { EngineClient } from '../../../engine/client/engineClient';
import type { FeatureViewDetail } from '../../../engine/protocol/features';
import type { Materialisation, OnlineAnswer } from '../../../engine/protocol/featureOnline';
import type { TrainingSet } from '../../../engine/protocol/featureJoins';
import path from 'node:path';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { bundles } from '../../support/bundles';
import { journey } from '../../support/journey';
import { endEngine, until, version } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = `name: features
tracking: {system_metrics: false}
datasets:
  loans: {path: loans.csv}
  applications: {path: applications.csv}
entities:
  applicant: {key: applicant_id, type: integer}
features:
  loans:
    entity: applicant
    source: loans
    event_time: opened_at
    created_time: known_at
    push: true
    columns: [amount, grade]
    compute: {ratio: amount / income}
    windows: {spent_9000d: {sum: amount, over: 9000d}, opened_9000d: {count: '*', over: 9000d, where: "grade <> 'B'"}}
  affordability:
    request: {asked: number}
    uses: [loans:amount, loans:spent_9000d]
    compute: {share: asked / amount, total: spent_9000d + asked}
feature_services:
  credit-risk: {features: [loans, affordability]}
`;
const loans = `applicant_id,opened_at,known_at,amount,grade,income
1,2024-01-10T00:00:00Z,2024-01-11T00:00:00Z,0.1,A,2000
1,2024-02-10T00:00:00Z,2024-02-11T00:00:00Z,0.2,B,0
1,2024-02-10T00:00:00Z,2024-05-01T00:00:00Z,0.3,C,5
2,2022-01-10T00:00:00Z,2022-01-11T00:00:00Z,400,A,100
3,2022-01-10T00:00:00Z,,9,A,1
4,2999-01-10T00:00:00Z,2999-01-10T00:00:00Z,9,A,1
`;

const columns = ({ features }: OnlineAnswer) =>
  Object.fromEntries(features.map(({ name, values, statuses }) => [name, values.map((value, row) => value ?? statuses[row])])); // prettier-ignore

test('what is online is what a join finds now, also of rows that were pushed', async () => {
  at.write({ 'modelyard.yaml': config, 'loans.csv': loans });
  const made = await at.cli('features', 'materialise');
  expect(made).toMatchObject({ code: 0, json: [{ view: 'loans', status: 'complete', rows: 4 }] });
  at.write({
    'pushed.jsonl': `${JSON.stringify({ applicant_id: '2', opened_at: '2024-06-01T00:00:00Z', amount: 7, grade: 'D', income: 14 })}\n`,
  });
  const pushed = await at.text('features', 'push', 'loans', 'pushed.jsonl');
  expect(pushed).toMatchObject({ code: 1, stdout: '' }); // of another folder
  expect(pushed.stderr).toBe(
    'error: There is no file pushed.jsonl that can be read.\n  at pushed.jsonl\n  fix: Name a file of JSON lines, or - for standard input.\n',
  );
  const folder = await at.text('features', 'push', 'loans', at.folder);
  expect(folder).toMatchObject({ code: 1, stderr: expect.stringContaining(' is a folder.') });
  at.write({ 'none.jsonl': '' });
  const onDemand = await at.text('features', 'push', 'affordability', path.join(at.folder, 'none.jsonl'));
  expect(onDemand).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be pushed to affordability') });
  const both = await at.text('features', 'materialise', '--full', '--from', '2026-01-01');
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('fix: Give one of both.') });
  const again = await at.text('features', 'push', 'loans', path.join(at.folder, 'pushed.jsonl'));
  expect(again).toMatchObject({ code: 0, stdout: '1 row pushed to loans.\n' });

  const asked = [10, 20, 30, 40];
  const answer = await at.client.call('features/online', {
    service: 'credit-risk',
    entities: { applicant_id: [1, '2', 3, 4], asked },
  });
  expect(columns(answer)).toEqual({
    amount: [0.3, 7, 'NOT_FOUND', 'NOT_FOUND'],
    grade: ['C', 'D', 'NOT_FOUND', 'NOT_FOUND'],
    ratio: [0.06, 0.5, 'NOT_FOUND', 'NOT_FOUND'],
    spent_9000d: [0.6, 407, 0, 0], // 0.1 + 0.2 + 0.3 is 0.6000000000000001 when each sum is rounded
    opened_9000d: [2, 2, 0, 0],
    share: [10 / 0.3, 20 / 7, 'NULL_VALUE', 'NULL_VALUE'],
    total: [10.6, 427, 30, 40],
  });
  at.write({ 'applications.csv': `applicant_id,asked\n1,10\n2,20\n3,30\n4,40\n` });
  const set = await at.cli(
    'features',
    'training-set',
    'credit-risk',
    '--entities',
    'applications',
    '--to',
    'out.jsonl',
  );
  expect(set.code).toBe(0);
  expect((set.json as TrainingSet).rows).toBe(4);
  const joined = readFileSync(path.join(at.folder, 'out.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line)); // prettier-ignore
  for (const { name, values } of answer.features)
    expect([name, joined.map(row => row[name] ?? null)]).toEqual([name, [...values]]);

  // once more brings nothing else
  const next = await at.cli('features', 'materialise', 'loans');
  expect(next.json).toMatchObject([{ status: 'complete', from: (made.json as Materialisation[])[0]?.to, rows: 1 }]);
  const later = await at.client.call('features/online', {
    service: 'credit-risk',
    entities: { applicant_id: [1, '2', 3, 4], asked },
  });
  expect(columns(later)).toEqual(columns(answer));
  const shown = await at.text(
    'features',
    'get',
    '--features',
    'loans:amount',
    '--with',
    'applicant_id=1',
    'applicant_id=9',
  );
  expect(shown.stdout).toBe('applicant_id  amount\n1             0.3\n9             not found\n');
});

test('keys are the same however they are written, on the command line, over HTTP and in rows that are pushed', async () => {
  const rows =
    '9007199254740993,2024-01-10T00:00:00Z,2024-01-11T00:00:00Z,1,A,1\n1e3,2024-01-10T00:00:00Z,2024-01-11T00:00:00Z,2,A,1\n';
  at.write({ 'modelyard.yaml': config, 'loans.csv': `${loans}${rows}` });
  await at.client.call('features/materialise', { full: true });
  const push = '{"applicant_id": 9007199254740995, "opened_at": "2024-06-01T00:00:00Z", "amount": 3}\n';
  at.write({ 'pushed.jsonl': push });
  await at.text('features', 'push', 'loans', path.join(at.folder, 'pushed.jsonl'));
  const written = [
    '9007199254740993',
    '9007199254740993.0',
    '9007199254740995',
    '9007199254740992',
    '1000',
    '1e3',
    '01e3',
  ];
  const given = written.map(key => `applicant_id=${key}`);
  const found = await at.cli('features', 'get', '--features', 'loans:amount', '--with', ...given);
  const expected = [1, 1, 3, null, 2, 2, null];
  expect((found.json as OnlineAnswer).features[0]?.values).toEqual(expected);
  const { url, token } = await at.client.call('engine/listen', {});
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const numbers = written
    .slice(0, -1)
    .filter(key => !key.includes('.'))
    .join(','); // numbers of JSON
  const body = `{"features": ["loans:amount"], "entities": {"applicant_id": [${numbers}, "1e3"]}}`;
  const answer = await fetch(`${url}/get-online-features`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ results: [{}, { values: [1, 3, null, 2, 2, 2] }] });
});

test('features that are listed in another order are answered as before, also by what was kept before', async () => {
  at.write({ 'modelyard.yaml': config, 'loans.csv': loans });
  await at.client.call('features/materialise', {});
  const asked = { features: ['loans'], entities: { applicant_id: [1, 2] } };
  const before = columns(await at.client.call('features/online', asked));
  expect(before).toMatchObject({ grade: ['C', expect.any(String)], spent_9000d: [0.6, expect.any(Number)] });
  const turned = config
    .replace('[amount, grade]', '[grade, amount]')
    .replace(/windows: \{(spent.*?\}), (opened.*?\})\}/, 'windows: {$2, $1}');
  expect(turned).toContain('windows: {opened');
  at.write({ 'modelyard.yaml': turned });
  expect(await at.client.call('features/apply', {})).toMatchObject({ views: [{ version: 1, isNew: false }, {}] });
  expect(columns(await at.client.call('features/online', asked))).toEqual(before);
  await at.client.call('features/materialise', { full: true }); // the same events are the same ones
  expect(columns(await at.client.call('features/online', asked))).toEqual(before);
});

test("Feast's clients are answered where MLflow's are", async () => {
  at.write({ 'modelyard.yaml': config, 'loans.csv': loans });
  await at.client.call('features/materialise', {});
  const { url, token } = await at.client.call('engine/listen', {});
  const post = async (target: string, body: unknown, given = `Bearer ${token}`) => {
    const headers = { 'content-type': 'application/json', authorization: given };
    const answer = await fetch(`${url}${target}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  const asked = { features: ['loans:grade'], entities: { applicant_id: [1, 9] } };
  expect(await post('/get-online-features', asked)).toEqual({
    status: 200,
    body: {
      metadata: { feature_names: ['applicant_id', 'grade'] },
      results: [
        {
          values: [1, 9],
          statuses: ['PRESENT', 'PRESENT'],
          event_timestamps: ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
        },
        {
          values: ['C', null],
          statuses: ['PRESENT', 'NOT_FOUND'],
          event_timestamps: ['2024-02-10T00:00:00Z', '1970-01-01T00:00:00Z'],
        },
      ],
    },
  });
  const df = { applicant_id: [9], opened_at: ['2024-07-01T00:00:00Z'], amount: [1], grade: ['E'], income: [1] };
  expect(await post('/features/push', { push_source_name: 'loans', df, to: 'online' })).toMatchObject({ status: 200 });
  const then = await post('/features/get-online-features', asked);
  expect(then.body).toMatchObject({ results: [{}, { values: ['C', 'E'] }] });
  expect((await post('/get-online-features', asked, 'Bearer wrong')).status).toBe(401);
  expect((await post('/push', { push_source_name: 'loans', df: { ...df, applicant_id: ['x'] } })).status).toBe(400);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('a materialisation that an engine was killed in does not count, and the next one brings everything', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mk-'));
  const engineFile = path.join(await bundles(), 'engine.js');
  const connect = () => EngineClient.connect({ workspace: folder, engineFile, client: 'test', version, trusted: true });
  const clients: EngineClient[] = [];
  try {
    const lines = Array.from(
      { length: 40_000 },
      (_, id) => `${id},2024-01-10T00:00:00Z,2024-01-11T00:00:00Z,${id / 4},A,2`,
    );
    writeFileSync(path.join(folder, 'loans.csv'), `${loans.split('\n', 1)[0]}\n${lines.join('\n')}\n`);
    writeFileSync(path.join(folder, 'modelyard.yaml'), config);
    const first = await connect();
    clients.push(first);
    const view = async (client: EngineClient): Promise<FeatureViewDetail> =>
      client.call('features/get', { view: 'loans' });
    const seen = async (client: EngineClient, id: number) =>
      (await client.call('features/online', { features: ['loans:spent_9000d'], entities: { applicant_id: [id] } }))
        .features[0]?.values[0];
    const failed = first.call('features/materialise', {}).catch((error: unknown) => error);
    await until(async () => (await seen(first, 100)) === 25); // some of it is there
    process.kill(first.welcome.pid, 'SIGKILL');
    expect(await failed).toBeInstanceOf(Error);
    first.dispose();
    const second = await connect();
    clients.push(second);
    const left = await view(second);
    expect(left.materialisations.map(({ status }) => status)).toEqual(['interrupted']);
    expect(left.freshness.materialisedTo).toBe(undefined);
    expect(await second.call('features/materialise', {})).toMatchObject([{ status: 'complete', rows: 40_000 }]);
    expect(await seen(second, 39_999)).toBe(39_999 / 4);
    expect((await view(second)).freshness.materialisedTo).toBeGreaterThan(0);
  } finally {
    for (const client of clients) client.dispose();
    await endEngine(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});
