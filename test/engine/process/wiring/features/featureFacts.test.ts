import { expect, test } from 'vitest';
import { ModelyardError } from '../../../../../engine/errors';
import { featureFacts } from '../../../../../engine/process/wiring/features/featureFacts';
import type { FeatureStatistics } from '../../../../../engine/protocol/featureMonitoring';
import type { FeatureViewDetail } from '../../../../../engine/protocol/features';

const freshness = { newestEvent: 1, entities: 2 };
const loans: FeatureViewDetail = {
  ...{ name: 'loans', kind: 'batch', tags: {}, entities: ['applicant'], push: false, versions: 3, version: 2 },
  features: [{ name: 'ratio', type: 'number', from: { kind: 'expression', expression: 'a / b' } }],
  freshness,
  consumers: { services: [], models: [], endpoints: [] },
  ...{ alerts: [], history: [], materialisations: [] },
};
const computed: FeatureStatistics = {
  ...{ view: 'loans', version: 2, feature: 'ratio', type: 'number', of: 'source' },
  ...{ computedAt: 1, rows: 3, nulls: 1, distinct: 2 },
};
const statistics = ({ feature }: { readonly feature?: string }) =>
  Promise.resolve(feature === 'ratio' ? [{ ...computed, window: 7, rows: 1 }, computed] : []);
const service = () => ({
  get: (view: string) => {
    if (view === 'loans') return Promise.resolve(loans);
    return Promise.reject(view === 'gone' ? new ModelyardError('not-found', 'There is none.') : new TypeError('x'));
  },
});
const facts = featureFacts(service, () => ({ statistics }));

test('what is known of a view and of its features', async () => {
  expect(await facts('loans')).toEqual({ version: 2, versions: 3, freshness });
  expect(await facts('loans', 'ratio')).toEqual({
    version: 2,
    versions: 3,
    freshness,
    type: 'number',
    statistics: computed,
  });
  expect(await facts('loans', 'new')).toEqual({ version: 2, versions: 3, freshness });
});

test('a view that only the unsaved text has is not known; a defect is not hidden', async () => {
  expect(await facts('gone')).toBeUndefined();
  await expect(facts('broken')).rejects.toThrow(TypeError);
});
