import { defineBatchView, type BatchViewParts } from '../../../../engine/features/definition/defineBatchView';
import { sqlExpressions } from '../../../../engine/features/definition/sqlExpressions';
import type { BatchViewConfig } from '../../../../engine/protocol/featureConfig';

export const loans: BatchViewConfig = {
  kind: 'batch',
  entities: ['applicant'],
  source: 'loans',
  push: false,
  event_time: 'opened_at',
  created_time: 'known_at',
  timezone: 'UTC',
  ttl: 365 * 86_400_000,
  where: "status <> 'test'",
  features: {
    amount: { from: { kind: 'column', column: 'amount' } },
    ratio: { from: { kind: 'expression', expression: 'amount / income' } },
    mean_30d: { from: { kind: 'window', aggregate: 'mean', of: 'amount', over: 30 * 86_400_000 } },
  },
};

export const columns = [
  { name: 'applicant_id', type: 'integer' },
  { name: 'opened_at', type: 'datetime' },
  { name: 'known_at', type: 'datetime' },
  { name: 'status', type: 'string' },
  { name: 'amount', type: 'integer' },
  { name: 'income', type: 'number' },
] as const;

export const parts = (change: Partial<BatchViewParts> = {}): BatchViewParts => ({
  name: 'loans',
  expressions: sqlExpressions,
  at: key => ({ file: 'modelyard.yaml', key: `features.loans.${key}` }),
  view: loans,
  entities: { applicant: { key: 'applicant_id' } },
  source: {
    file: { dataset: 'loans', path: 'data/loans.csv', format: 'csv', missing: ['NA'] },
    columns,
  },
  ...change,
});

/** What comes of the view with these changes. */
export const define = (view: Partial<BatchViewConfig> = {}, change: Partial<BatchViewParts> = {}) =>
  defineBatchView(parts({ view: { ...loans, ...view }, ...change }));
