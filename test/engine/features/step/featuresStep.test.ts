import { expect, test } from 'vitest';
import { FeatureJoins, type JoinPorts } from '../../../../engine/features/offline/featureJoins';
import type { SelectedView } from '../../../../engine/features/definition/select';
import { FeaturesStep } from '../../../../engine/features/step/featuresStep';
import type { DatasetSource } from '../../../../engine/protocol/jobs';

const never = new AbortController().signal;
const options = { service: 'risk', entities: 'asked', event_time: 'at', as: 'training', created: 'known', full_names: false } as const; // prettier-ignore
const notAsked = () => Promise.reject(new Error('is not asked'));

/** A version of `loans`, whose source is the dataset of that name. */
const loans = (version: number): SelectedView => ({
  ...{ view: 'loans', version, hash: `h${version}`, createdAt: 1, features: ['amount'] },
  definition: {
    ...{ kind: 'batch', push: true, timezone: 'UTC', event_time: 'at', entities: [] },
    source: { dataset: 'loans', path: 'loans.csv', format: 'csv', missing: [] },
    features: [{ name: 'amount', type: 'number', from: { kind: 'column', column: 'amount' } }],
  },
});

/** `digests`: of files by their path. */
function stepOf(views: readonly SelectedView[], digests: Readonly<Record<string, string>>): FeaturesStep {
  const file = (name: string, path = `/w/${name}.csv`): DatasetSource => ({
    ...{ name, path, root: '/w', file: path.slice(3), format: 'csv', missing: [], expect: [] },
  });
  const service: JoinPorts['service'] = {
    selection: async () => ({
      service: 'risk',
      views,
      columns: views.map(({ view, version }) => ({
        ...{ column: `amount_${version}`, reference: `${view}@v${version}:amount`, view, version },
        ...{ feature: 'amount', type: 'number' },
      })),
      definition: 'd',
    }),
    version: notAsked,
    found: () => undefined,
    sets: { put: () => undefined },
  };
  return new FeaturesStep(
    new FeatureJoins({
      service,
      file: async name => ({ source: file(name), dataset: name }),
      pushed: async view => [file(view, '/w/pushed.jsonl')],
      digest: async ({ source }) => digests[source.path] ?? 'none',
      computer: () => ({ join: notAsked, preview: notAsked, compute: notAsked, compare: notAsked }),
      statistics: { plan: () => ({ baselines: {} }), keep: () => [] },
      makeRoom: notAsked,
      keep: notAsked,
      workspace: '/w',
    }),
  );
}

test('what a training set is made of has every version of a view that takes part', async () => {
  const parts = (...versions: number[]) => stepOf(versions.map(loans), {}).parts(options, never);
  expect(await parts(1, 3)).toMatchObject({ 'view loans': 'v1, v3' });
  expect(await parts(2, 3)).not.toEqual(await parts(1, 3));
});

test('rows that were pushed to a view are told from the dataset of its name', async () => {
  const parts = await stepOf([loans(1)], { '/w/loans.csv': 'source', '/w/pushed.jsonl': 'pushed' }).parts(
    options,
    never,
  );
  expect(parts).toMatchObject({ 'data loans': 'source', 'data pushed to loans': 'pushed' });
});
