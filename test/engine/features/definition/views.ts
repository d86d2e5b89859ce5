import { defineBatchView, type BatchViewParts } from '../../../../engine/features/definition/defineBatchView';
import type { ExpressionReader } from '../../../../engine/features/definition/expressionReader';
import type { BatchViewConfig } from '../../../../engine/protocol/featureConfig';
import type { ColumnType } from '../../../../engine/protocol/data';
import { ModelyardError } from '../../../../engine/errors';

/** Enough of a language for definitions: names, numbers, texts; a comparison is true or false, arithmetic a number. */
export const expressions: ExpressionReader = {
  names: text => text.replaceAll(/'[^']*'/g, '').match(/[A-Za-z_]\w*/g) ?? [],
  type: (text, columns): ColumnType => {
    const names = expressions.names(text);
    for (const name of names)
      if (!columns.has(name))
        throw new ModelyardError('config.invalid', `There is no column ${name}.`, { fix: 'Add it.' });
    if (/[<>=]/.test(text)) return 'boolean';
    const [only] = names;
    return only === text.trim() ? (columns.get(only) ?? 'string') : 'number';
  },
  plain: text =>
    text
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/ ?([-+*/<>=()]+) ?/g, '$1')
      .trim(),
};

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
  expressions,
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
