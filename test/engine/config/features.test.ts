import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { errorsOf } from './marked';

const text = `name: x
datasets:
  loans: {path: loans.csv}
  transactions: {path: t.parquet}
  asked: {path: asked.csv}
  made: {path: made.csv}
entities:
  applicant: {key: applicant_id, type: integer, owner: risk, tags: {team: 7}}
features:
  loans:
    entity: applicant
    source: loans
    event_time: opened_at
    created_time: known_at
    ttl: 365d
    where: status <> 'test'
    columns: {income: {type: number, privacy: personal}, grade: {column: Grade}}
    compute: {ratio: amount / income, double: {expression: ratio * 2, type: number, description: Twice}}
  spending:
    entity: [applicant, shop_id]
    source: transactions
    event_time: at
    timezone: Europe/Berlin
    identity: transaction_id
    push: true
    privacy: internal
    windows: {amount_mean_30d: {mean: amount, over: 30d}, n_12h: {count: "*", over: 12h, where: amount > 0}, paid: {count: paid, over: 90m}}
    monitor: {max_age: 2d, null_rate: 0.1, drift: 0.2, skew: 0.01}
  affordability:
    request: {requested: number}
    uses: ["loans:income"]
    compute: {share: requested / income}
feature_services:
  risk: {features: [loans, "spending:paid", affordability], description: All}
online_store: {redis: {url: "rediss://redis.example.com:6380/2", username: u, password: {env: REDIS}}}
pipelines:
  train:
    steps:
      features: {uses: features, with: {service: risk, entities: asked, event_time: applied_at, as: made}}
      split: {uses: split, needs: features}
`;
const day = 86_400_000;

describe('a whole file', () => {
  const { config, diagnostics } = parseConfig(text, 'modelyard.yaml');

  test('has no problems', () => expect(diagnostics).toEqual([]));

  test('entities', () =>
    expect(config?.entities).toEqual({
      applicant: { key: 'applicant_id', type: 'integer', owner: 'risk', tags: { team: '7' } },
    }));

  test('columns and expressions, short and long', () =>
    expect(config?.features?.['loans']).toEqual({
      kind: 'batch',
      entities: ['applicant'],
      source: 'loans',
      event_time: 'opened_at',
      created_time: 'known_at',
      timezone: 'UTC',
      ttl: 365 * day,
      where: "status <> 'test'",
      push: false,
      features: {
        income: { from: { kind: 'column', column: 'income' }, type: 'number', privacy: 'personal' },
        grade: { from: { kind: 'column', column: 'Grade' } },
        ratio: { from: { kind: 'expression', expression: 'amount / income' } },
        double: { from: { kind: 'expression', expression: 'ratio * 2' }, type: 'number', description: 'Twice' },
      },
    }));

  test('windows: durations as milliseconds, rows or values that are counted', () =>
    expect(config?.features?.['spending']).toEqual({
      kind: 'batch',
      entities: ['applicant', 'shop_id'],
      source: 'transactions',
      event_time: 'at',
      timezone: 'Europe/Berlin',
      identity: 'transaction_id',
      push: true,
      privacy: 'internal',
      monitor: { max_age: 2 * day, null_rate: 0.1, drift: 0.2, skew: 0.01 },
      features: {
        amount_mean_30d: { from: { kind: 'window', aggregate: 'mean', of: 'amount', over: 30 * day } },
        n_12h: { from: { kind: 'window', aggregate: 'count', over: day / 2, where: 'amount > 0' } },
        paid: { from: { kind: 'window', aggregate: 'count', of: 'paid', over: 5_400_000 } },
      },
    }));

  test('features that are computed on request', () =>
    expect(config?.features?.['affordability']).toEqual({
      kind: 'on-demand',
      request: { requested: 'number' },
      uses: ['loans:income'],
      features: { share: { from: { kind: 'expression', expression: 'requested / income' } } },
    }));

  test('services and the online store', () => {
    expect(config?.feature_services).toEqual({
      risk: { features: ['loans', 'spending:paid', 'affordability'], description: 'All' },
    });
    expect(config?.online_store).toEqual({
      kind: 'redis',
      url: 'rediss://redis.example.com:6380/2',
      username: 'u',
      password: 'REDIS',
      prefix: 'modelyard',
    });
  });

  test('the step, and what comes after it works on what it makes', () => {
    expect(config?.pipelines['train']?.steps).toMatchObject({
      features: {
        uses: 'features',
        with: {
          service: 'risk',
          entities: 'asked',
          event_time: 'applied_at',
          as: 'made',
          created: 'known',
          full_names: false,
        },
      },
      split: { with: { dataset: 'made' } },
    });
  });
});

test('a file without features says nothing of them', () => {
  const { config } = parseConfig('name: x\n', 'modelyard.yaml');
  expect(Object.keys(config ?? {})).not.toContain('features');
  expect(config?.online_store).toBeUndefined();
});

describe('what is no error', () => {
  const saidOf = (changed: string) =>
    parseConfig(changed, 'modelyard.yaml').diagnostics.map(one => [
      one.severity,
      one.code,
      one.message,
      one.suggestion,
    ]);

  test('features of one name have their full names', () => {
    const changed = text
      .replace('risk: {features: [loans,', 'risk: {features: [loans, "loans@v2:grade", twice,')
      .replace(
        'feature_services:',
        '  twice: {entity: applicant, source: loans, columns: [income]}\nfeature_services:',
      );
    expect(saidOf(changed)).toEqual([
      [
        'information',
        'same-name',
        '`loans@v2:grade` and `loans:grade` have one name, so that their columns are called `loans_v2__grade` and `loans_v…__grade`.',
        undefined,
      ],
      [
        'information',
        'same-name',
        '`twice:income` and `loans:income` have one name, so that their columns are called `twice__income` and `loans__income`.',
        undefined,
      ],
    ]);
  });

  test.each([
    ['aplicant', '`aplicant` is not among `entities`, so that it is an entity of its own. Did you mean `applicant`?'],
    [
      'applicant_id',
      '`applicant_id` is the key of `applicant`, but here an entity of its own. Did you mean `applicant`?',
    ],
  ])('an entity that was probably meant otherwise: %s', (written, message) => {
    const changed = text.replace('entity: [applicant, shop_id]', `entity: [${written}, shop_id]`);
    expect(saidOf(changed)).toContainEqual(['warning', 'unknown-entity', message, 'applicant']);
    expect(errorsOf(parseConfig(changed, 'modelyard.yaml').diagnostics)).toEqual([]);
  });

  test('features of an earlier version need not be there any more', () =>
    expect(saidOf(text.replace('"spending:paid"', '"spending@v1:gone"'))).toEqual([]));
});
