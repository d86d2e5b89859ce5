import { describe, expect, it } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { defineBatchView } from '../../../../engine/features/definition/defineBatchView';
import { columns, define, loans, parts } from './views';

const failure = (work: () => unknown): ModelyardError => {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelyardError) return error;
    throw error;
  }
  throw new Error('Nothing was wrong.');
};
const { hash } = define();

describe('a definition', () => {
  it('has the keys and types of the source', () => {
    expect(define().definition).toStrictEqual({
      kind: 'batch',
      push: false,
      timezone: 'UTC',
      entities: [{ entity: 'applicant', key: 'applicant_id', type: 'integer' }],
      event_time: 'opened_at',
      created_time: 'known_at',
      ttl: 31_536_000_000,
      where: "status <> 'test'",
      source: { dataset: 'loans', path: 'data/loans.csv', format: 'csv', missing: ['NA'] },
      features: [
        { name: 'amount', type: 'integer', from: { kind: 'column', column: 'amount' } },
        { name: 'ratio', type: 'number', from: { kind: 'expression', expression: 'amount / income' } },
        { name: 'mean_30d', type: 'number', from: loans.features['mean_30d']!.from },
      ],
    });
  });

  it('takes a name that is no entity as an entity whose key has that name', () => {
    const { definition } = define({ entities: ['income', 'applicant'] });
    expect(definition.kind === 'batch' && definition.entities).toStrictEqual([
      { entity: 'income', key: 'income', type: 'integer' },
      { entity: 'applicant', key: 'applicant_id', type: 'integer' },
    ]);
  });

  it('takes the type that an entity says', () => {
    const { definition } = define({}, { entities: { applicant: { key: 'applicant_id', type: 'string' } } });
    expect(definition.kind === 'batch' && definition.entities[0]?.type).toBe('string');
  });

  it('lets computed features use others in any order, and one the column of its own name', () => {
    const { definition } = define({
      features: {
        double: { from: { kind: 'expression', expression: 'ratio + ratio' } },
        ratio: { from: { kind: 'expression', expression: 'share / income' } },
        share: { from: { kind: 'column', column: 'amount' } },
        income: { from: { kind: 'expression', expression: 'income / 1000' } },
      },
    });
    expect(definition.features.map(({ name, type }) => [name, type])).toStrictEqual([
      ['double', 'number'],
      ['ratio', 'number'],
      ['share', 'integer'],
      ['income', 'number'],
    ]);
  });
});

describe('the hash', () => {
  it.each([
    ['ttl', { ttl: 1000 }],
    ['a condition', { where: "status <> 'trial'" }],
    ['an expression', { features: { ...loans.features, ratio: { from: { kind: 'expression', expression: 'income / amount' } } } }], // prettier-ignore
    ['a feature less', { features: { amount: loans.features['amount']! } }],
    ['the time zone', { timezone: 'Europe/Berlin' }],
    ['when rows become known', { created_time: 'opened_at' }],
    ['the entity', { entities: ['income'] }],
    ['a declared type', { features: { ...loans.features, amount: { ...loans.features['amount']!, type: 'integer' } } }],
    ['a window', { features: { ...loans.features, mean_30d: { from: { kind: 'window', aggregate: 'mean', of: 'amount', over: 7 } } } }], // prettier-ignore
  ] as const)('is another with another %s', (_, change) => {
    expect(define(change).hash).not.toBe(hash);
  });

  it('is the same when only what is said for people changes', () => {
    const told = { description: 'Loans', owner: 'risk', tags: { team: 'risk' }, privacy: 'personal' } as const;
    const features = { ...loans.features, amount: { ...loans.features['amount']!, ...told } };
    expect(define({ ...told, features, monitor: { null_rate: 0.1 } }).hash).toBe(hash);
    expect(define({}, { entities: { applicant: { key: 'applicant_id', description: 'A person' } } }).hash).toBe(hash);
  });

  it('is the same however the file is written', () => {
    const { mean_30d, ratio, amount } = loans.features;
    const blanks = { ...ratio!, from: { kind: 'expression', expression: ' amount   /income' } } as const;
    expect(define({ features: { mean_30d: mean_30d!, ratio: blanks, amount: amount! } }).hash).toBe(hash);
  });

  it('is the same when the file of the dataset moves, and when more rows show numbers with a point', () => {
    const file = { dataset: 'loans', path: 'elsewhere.parquet', format: 'parquet', missing: ['NA'] };
    const wider = columns.map(one => (one.name === 'amount' ? { ...one, type: 'number' as const } : one));
    expect(define({}, { source: { file, columns: wider } }).hash).toBe(hash);
  });

  it('is another when the source gives texts instead of numbers, or its query changes', () => {
    const { source } = parts();
    const texts = columns.map(one => (one.name === 'amount' ? { ...one, type: 'string' as const } : one));
    const features = { amount: loans.features['amount']! };
    expect(define({ features }, { source: { ...source!, columns: texts } }).hash).not.toBe(define({ features }).hash);
    const file = { ...source!.file, query: 'SELECT 1' };
    expect(define({}, { source: { ...source!, file } }).hash).not.toBe(hash);
  });
});

describe('what is wrong', () => {
  it('names the column that the source lacks, its key and what was probably meant', () => {
    const error = failure(() => define({ features: { amount: { from: { kind: 'column', column: 'amonut' } } } }));
    expect(error.message).toBe('Feature view loans: its source has no column `amonut`.');
    expect(error).toMatchObject({
      code: 'data.column',
      fix: 'Did you mean `amount`?',
      place: { file: 'modelyard.yaml', key: 'features.loans.columns.amount' },
    });
  });

  it('names the features of a circle', () => {
    const of = (expression: string) => ({ from: { kind: 'expression' as const, expression } });
    const error = failure(() =>
      define({ features: { x: of('income + a'), a: of('b + 1'), b: of('c'), c: of('a * 2') } }),
    );
    expect(error.message).toContain('the features a → b → c → a are computed from one another');
    expect(error.place?.key).toBe('features.loans.compute.a');
  });

  it.each([
    ['event_time', { event_time: 'status' }, 'has no times but values of the type string'],
    ['where', { where: 'amount' }, 'a condition must be true or false'],
    ['identity', { identity: 'transaction' }, 'no column `transaction`'],
    ['entity', { entities: ['client'] }, 'no column `client`'],
  ] as const)('says it of %s', (key, change, message) => {
    const error = failure(() => define(change));
    expect(error.message).toContain(message);
    expect(error.place?.key).toBe(`features.loans.${key}`);
  });

  it('says it of windows', () => {
    const window = (from: object) =>
      failure(() => define({ features: { w: { from: { kind: 'window', aggregate: 'sum', over: 7, ...from } } } }));
    expect(window({ of: 'status' }).message).toContain('`status` gives a string, and a sum needs numbers');
    expect(window({ of: 'nothing' }).place?.key).toBe('features.loans.windows.w.sum');
    expect(window({ of: 'amount', where: 'income' }).place?.key).toBe('features.loans.windows.w.where');
  });

  it('does not compute with a window where each row is looked at', () => {
    const used = { from: { kind: 'expression', expression: 'mean_30d / income' } } as const;
    const error = failure(() => define({ features: { ...loans.features, used } }));
    expect(error.message).toContain('`mean_30d` is over many rows');
    expect(error.fix).toContain('uses: [loans:mean_30d]');
  });

  it('does not convert what is computed', () => {
    const ratio = { ...loans.features['ratio']!, type: 'string' } as const;
    const error = failure(() => define({ features: { ratio } }));
    expect(error.message).toContain('says that `ratio` is a string, but a number is computed');
  });
});

describe('a view that rows are only pushed to', () => {
  const pushed = { kind: 'batch', entities: ['applicant'], push: true, timezone: 'UTC', event_time: 'at' } as const;
  const applicant = { key: 'applicant_id', type: 'integer' } as const;

  it('has the types that it says', () => {
    const view = {
      ...pushed,
      features: { grade: { from: { kind: 'column', column: 'Grade' }, type: 'string' } },
    } as const;
    const { source: _, ...rest } = parts({ entities: { applicant } });
    const { definition } = defineBatchView({ ...rest, view });
    expect(definition.features).toStrictEqual([
      { name: 'grade', type: 'string', from: { kind: 'column', column: 'Grade' } },
    ]);
    expect('source' in definition).toBe(false);
  });

  it('must say them', () => {
    const { source: _, ...rest } = parts();
    const grade = { from: { kind: 'column', column: 'grade' } } as const;
    const untyped = failure(() => defineBatchView({ ...rest, view: { ...pushed, features: { grade } } }));
    expect(untyped.place?.key).toBe('features.loans.columns.grade');
    const typed = { ...grade, type: 'string' } as const;
    const keyless = failure(() => defineBatchView({ ...rest, view: { ...pushed, features: { grade: typed } } }));
    expect(keyless.fix).toContain('`applicant: {key: applicant_id, type: integer}`');
  });
});
