import path from 'node:path';
import { expect, test } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { ViewSources, type NamedFile } from '../../../../engine/features/offline/viewSources';
import type { FeatureSource, FeatureViewVersion } from '../../../../engine/protocol/features';

const source: FeatureSource = { dataset: 'loans', path: 'old/loans.csv', format: 'csv', missing: ['?'] };
const version = (more: { source?: FeatureSource; push?: boolean }): FeatureViewVersion => ({
  ...{ view: 'loans', version: 2, hash: 'h', createdAt: 1 },
  definition: { ...{ kind: 'batch', push: false, timezone: 'UTC', entities: [], features: [] }, ...more },
});
const declared: NamedFile = {
  dataset: 'loans',
  source: {
    ...{ name: 'loans', path: '/w/new/loans.parquet', root: '/w', file: 'new/loans.parquet', format: 'parquet' },
    ...{ missing: [], expect: [], table: 'today' },
  },
};
const pushed: NamedFile['source'] = {
  ...{ name: 'pushed', path: '/w/pushed.jsonl', root: '/w', file: 'pushed.jsonl', format: 'jsonl' },
  ...{ missing: [], expect: [] },
};
const sources = (file: (name: string) => Promise<NamedFile>): ViewSources =>
  new ViewSources({ file, pushed: async () => [pushed], workspace: '/w' });
const gone = () => Promise.reject(new ModelyardError('not-found', 'There is no such dataset.'));

test('a view is read from its dataset as that lies now, with what the version says of its cells', async () => {
  const found = await sources(async () => declared).batch(version({ source }));
  expect(found.sources).toEqual([
    {
      ...{ name: 'loans', path: '/w/new/loans.parquet', root: '/w', file: 'new/loans.parquet', format: 'parquet' },
      ...{ missing: ['?'], expect: [] },
    },
  ]);
});

test('a dataset that modelyard.yaml no longer has is read where it last was; what is pushed comes behind it', async () => {
  const found = await sources(gone).batch(version({ source, push: true }));
  expect(found.sources.map(one => [one.path, one.format, one.missing])).toEqual([
    [path.resolve('/w/old/loans.csv'), 'csv', ['?']],
    ['/w/pushed.jsonl', 'jsonl', []],
  ]);
});

test('a view that has no rows, or a source that cannot be read, is said', async () => {
  const onDemand: FeatureViewVersion = {
    ...version({}),
    definition: { kind: 'on-demand', uses: [], request: {}, features: [] },
  };
  await expect(sources(gone).batch(onDemand)).rejects.toMatchObject({ code: 'params.invalid' });
  const strange = version({ source: { ...source, format: 'avro' } });
  await expect(sources(gone).batch(strange)).rejects.toMatchObject({
    code: 'data.unreadable',
    message: 'old/loans.csv: files of the format avro cannot be read.',
  });
  const broken = sources(() => Promise.reject(new ModelyardError('data.unreadable', 'Torn.')));
  await expect(broken.batch(version({ source }))).rejects.toMatchObject({ message: 'Torn.' });
});
