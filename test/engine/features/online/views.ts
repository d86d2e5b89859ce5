import type { FeatureDefinition, FeatureViewVersion } from '../../../../engine/protocol/features';
import { FeatureStore } from '../../../../engine/features/store';
import type { Store } from '../../../../engine/store/store';

export const day = 86_400_000;

type Batch = Extract<FeatureViewVersion['definition'], { kind: 'batch' }>;

const column = (name: string, type: FeatureDefinition['type'] = 'number'): FeatureDefinition => ({
  ...{ name, type },
  from: { kind: 'column', column: name },
});

export const loans: Batch = {
  kind: 'batch',
  push: true,
  event_time: 'at',
  created_time: 'known_at',
  timezone: 'UTC',
  ttl: 30 * day,
  entities: [{ entity: 'applicant', key: 'applicant_id', type: 'integer' }],
  features: [column('amount'), column('grade', 'string')],
};

export const spending: Batch = {
  ...loans,
  features: [
    { name: 'spent_7d', type: 'number', from: { kind: 'window', aggregate: 'sum', of: 'amount', over: 7 * day } },
    {
      name: 'paid_7d',
      type: 'integer',
      from: { kind: 'window', aggregate: 'count', over: 7 * day, where: 'amount > 0' },
    },
    { name: 'last_7d', type: 'number', from: { kind: 'window', aggregate: 'last', of: 'amount', over: 7 * day } },
  ],
};

/** Records a version and gives it back. */
export function recorded(
  { db }: Store,
  view: string,
  definition: FeatureViewVersion['definition'],
): FeatureViewVersion {
  return new FeatureStore(db).record(view, { definition, hash: JSON.stringify(definition).slice(0, 64) }, 1);
}
