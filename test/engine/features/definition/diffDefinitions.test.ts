import { expect, it } from 'vitest';
import { diffDefinitions, spanText } from '../../../../engine/features/definition/diffDefinitions';
import { define, loans } from './views';

const day = 86_400_000;

it('says every part that differs, before and after', () => {
  const { ttl: _, where: __, ...bare } = loans;
  const after = {
    ...bare,
    timezone: 'Europe/Berlin',
    identity: 'status',
    features: {
      amount: { ...loans.features['amount']!, type: 'number' as const },
      mean_30d: {
        from: { kind: 'window' as const, aggregate: 'mean' as const, of: 'amount', over: 7 * day, where: 'amount > 0' },
      },
      added: { from: { kind: 'expression' as const, expression: 'amount * 2' } },
    },
  };
  const changed = define({ ...after, ttl: undefined!, where: undefined! }).definition;
  expect(diffDefinitions(define().definition, changed)).toStrictEqual([
    { what: 'timezone', before: 'UTC', after: 'Europe/Berlin' },
    { what: 'where', before: "status <> 'test'" },
    { what: 'ttl', before: '365d' },
    { what: 'features.amount', before: 'integer = column amount', after: 'number = column amount' },
    { what: 'features.ratio', before: 'number = amount / income' },
    {
      what: 'features.mean_30d',
      before: 'number = mean(amount) over 30d',
      after: 'number = mean(amount) over 7d where amount > 0',
    },
    { what: 'identity', after: 'status' },
    { what: 'features.added', after: 'number = amount * 2' },
  ]);
  expect(diffDefinitions(changed, changed)).toStrictEqual([]);
});

it('writes spans as modelyard.yaml does', () => {
  expect([day, 90 * 60_000, 36 * 3_600_000, 1500, 30_000].map(spanText)).toStrictEqual([
    '1d',
    '90m',
    '36h',
    '1500ms',
    '30s',
  ]);
});
